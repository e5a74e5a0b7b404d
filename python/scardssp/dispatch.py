"""Objects by name, as scripts use them: ``CreateObject("SCardSSP.SCard")`` (IDispatch).

    card = CreateObject("SCardSSP.SCard")
    card.AttachByReader("Reader 00", SHARED, T0 | T1)
    command = CreateObject("SCardSSP.SCardCmd")
    command.BuildCmd(0, 0xA4, P2=0x0C, pbyData=b"\\x00\\x02")
    card.Transaction(command)
    print(bytes(command.ApduReply))
 Names are those of the contract (idl/scardssp.idl), in any case. What a method gives beside its result it
gives to a ``Variable``, as to a variable of a script.
"""
import contextlib
import ctypes
import threading
from types import TracebackType
from typing import Any, Dict, Iterator, List, Optional, Sequence, Set, Type

from . import variant
from .codes import DISP_E_MEMBERNOTFOUND, DISP_E_PARAMNOTFOUND, DISP_E_UNKNOWNNAME
from .errors import DISP_E_EXCEPTION, SCardError, check
from .kinds import LEAVE
from .library import load
from .variant import VARIANT

_INPROC = 1
_LOCALE = 0x0400
_METHOD, _GET, _PUT = 1, 2, 4
_PROPERTY_PUT = -3
_NO_IID = bytes(16)
_IID_IDISPATCH = bytes.fromhex("0004020000000000C000000000000046")


class _Parameters(ctypes.Structure):
    _fields_ = [("arguments", ctypes.POINTER(VARIANT)), ("named", ctypes.POINTER(ctypes.c_int32)),
                ("count", ctypes.c_uint32), ("named_count", ctypes.c_uint32)]


class _Exception(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("reserved", ctypes.c_uint16), ("source", ctypes.c_void_p),
                ("description", ctypes.c_void_p), ("help_file", ctypes.c_void_p), ("help_context", ctypes.c_uint32),
                ("reserved_pointer", ctypes.c_void_p), ("fill_in", ctypes.c_void_p), ("scode", ctypes.c_int32)]


_THIS = ctypes.c_void_p
_QUERY = ctypes.CFUNCTYPE(ctypes.c_int32, _THIS, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p))
_COUNT = ctypes.CFUNCTYPE(ctypes.c_ulong, _THIS)
_NAMES = ctypes.CFUNCTYPE(ctypes.c_int32, _THIS, ctypes.c_char_p, ctypes.POINTER(ctypes.c_wchar_p), ctypes.c_uint,
                          ctypes.c_uint32, ctypes.POINTER(ctypes.c_int32))
_INVOKE = ctypes.CFUNCTYPE(ctypes.c_int32, _THIS, ctypes.c_int32, ctypes.c_char_p, ctypes.c_uint32, ctypes.c_uint16,
                           ctypes.POINTER(_Parameters), ctypes.POINTER(VARIANT), ctypes.POINTER(_Exception),
                           ctypes.POINTER(ctypes.c_uint))


def _slot(pointer: int, number: int) -> int:
    """A function of an object's vtable."""
    vtable = ctypes.c_void_p.from_address(pointer).value or 0
    return ctypes.c_void_p.from_address(vtable + number * ctypes.sizeof(ctypes.c_void_p)).value or 0


class _MissingType:
    """The type of ``Missing``."""

    def _scardssp_put(self, made: VARIANT) -> None:
        variant.put_number(made, variant.VT_ERROR, DISP_E_PARAMNOTFOUND)

    def __repr__(self) -> str:
        return "Missing"


#: An argument that is left out, before others that are not.
Missing = _MissingType()


class Variable:
    """Where a method puts what it gives beside its result; what it takes there is in ``value`` before."""

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Variable(%r)" % (self.value,)


class _Call:
    """The arguments of one call, and the memory that goes with them; freed at the end of a ``with``."""

    def __init__(self, arguments: Sequence[Any], named: Sequence[int]) -> None:
        """arguments: as DISPPARAMS has them, those with names first."""
        self._values = list(arguments)
        self.array = (VARIANT * max(len(arguments), 1))()
        self._places = [VARIANT() for _ in arguments]  # what a Variable refers to
        self._ids = (ctypes.c_int32 * max(len(named), 1))(*named)
        self.parameters = _Parameters(self.array, self._ids, len(arguments), len(named))
        self.result = VARIANT()
        self.exception = _Exception()
        self.wrong = ctypes.c_uint(0xFFFFFFFF)

    def __enter__(self) -> "_Call":
        try:
            for i, value in enumerate(self._values):
                if isinstance(value, Variable):
                    variant.put(self._places[i], value.value)
                    self.array[i].vt = variant.VT_BYREF | variant.VT_VARIANT
                    self.array[i].pointer = ctypes.addressof(self._places[i])
                else:
                    variant.put(self.array[i], value)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        library = load()
        for made in (*self.array, *self._places, self.result):
            library.scardssp_VariantClear(ctypes.byref(made))
        for text in (self.exception.source, self.exception.description, self.exception.help_file):
            library.scardssp_SysFreeString(text)

    def give(self) -> None:
        """Hands out what came to the variables."""
        for i, value in enumerate(self._values):
            if isinstance(value, Variable):
                value.value = variant.get(self._places[i], _wrap)

    def error(self, code: int) -> SCardError:
        """What a code of Invoke means."""
        place = None if self.wrong.value >= len(self._values) else len(self._values) - 1 - self.wrong.value
        if code != DISP_E_EXCEPTION:
            return SCardError(code, argument=place)
        text = [ctypes.string_at(at, 4 * load().scardssp_SysStringLen(at)).decode("utf-32-le", "replace") if at else None
                for at in (self.exception.source, self.exception.description)]
        return SCardError(self.exception.scode, text[1], text[0], place, code)


class _Method:
    """A method of an object, to be called."""

    def __init__(self, owner: "DispatchObject", name: str, number: int) -> None:
        self._owner, self._name, self._number = owner, name, number

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        names, values = list(named), list(named.values())
        numbers = self._owner._numbers([self._name] + names)[1:] if names else []
        return self._owner._invoke(self._number, _METHOD | _GET, values + list(reversed(arguments)), numbers)

    def __repr__(self) -> str:
        return "<method %s>" % self._name


class DispatchObject:
    """An object of the library. Its members are the properties and methods of the contract.

    ``bytes(buffer)`` has all the bytes of an IByteBuffer, wherever its pointer stands. Released with the
    last Python reference, or at the end of the block of a ``with``: a card is left as it is then.
    """

    _pointer = 0

    def __init__(self, pointer: int) -> None:
        """Takes over one reference to an IDispatch."""
        put = super().__setattr__
        put("_pointer", pointer)
        put("_known", {})
        put("_methods", set())
        put("_lock", threading.Lock())

    _known: Dict[str, int]
    _methods: Set[int]
    _lock: threading.Lock

    def _numbers(self, names: List[str]) -> List[int]:
        """The numbers of a member and of parameters of it. AttributeError, TypeError: there are none
        such."""
        if not self._pointer:
            raise ValueError("the object is released")
        texts = (ctypes.c_wchar_p * len(names))(*names)
        numbers = (ctypes.c_int32 * len(names))()
        code = _NAMES(_slot(self._pointer, 5))(self._pointer, _NO_IID, texts, len(names), _LOCALE, numbers)
        if code == DISP_E_UNKNOWNNAME:
            if numbers[0] == -1:
                raise AttributeError("the object has no %s" % names[0])
            unknown = [name for name, number in zip(names, numbers) if number == -1]
            raise TypeError("%s has no parameter %s" % (names[0], ", ".join(unknown)))
        check(code)
        return list(numbers)

    def _number(self, name: str) -> int:
        number = self._known.get(name)
        if number is None:
            number = self._known[name] = self._numbers([name])[0]
        return number

    def _invoke(self, number: int, flags: int, arguments: Sequence[Any], named: Sequence[int]) -> Any:
        pointer = self._pointer
        if not pointer:
            raise ValueError("the object is released")
        with _Call(arguments, named) as call:
            code = _INVOKE(_slot(pointer, 6))(pointer, number, _NO_IID, _LOCALE, flags, ctypes.byref(call.parameters),
                                              ctypes.byref(call.result), ctypes.byref(call.exception),
                                              ctypes.byref(call.wrong))
            if code < 0:
                error = call.error(code)
                if code == DISP_E_EXCEPTION:
                    call.give()  # numbers that go in and come out: tries left, bytes needed
                raise error
            call.give()
            return variant.get(call.result, _wrap)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        number = self._number(name)
        if number in self._methods:
            return _Method(self, name, number)
        try:
            return self._invoke(number, _GET, (), ())
        except SCardError as error:
            if error.hresult != DISP_E_MEMBERNOTFOUND:
                raise
        self._methods.add(number)
        return _Method(self, name, number)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
        else:
            self._invoke(self._number(name), _PUT, (value,), (_PROPERTY_PUT,))

    def __bytes__(self) -> bytes:
        clone, size, content = Variable(), Variable((0, 0, 0, 0, 0)), Variable()
        try:
            self.Clone(clone)
        except AttributeError:
            raise TypeError("the object is no IByteBuffer") from None
        clone.value.Seek(0, 0)
        clone.value.Stat(size, 1)
        clone.value.Read(content, size.value[1], Variable())
        return bytes(content.value or b"")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DispatchObject) and other._pointer == self._pointer

    def __hash__(self) -> int:
        return hash(self._pointer)

    def __repr__(self) -> str:
        return "<object of libscardssp at 0x%x>" % self._pointer

    def _scardssp_put(self, made: VARIANT) -> None:
        """As an argument: with a reference of its own, which VariantClear() gives back."""
        if not self._pointer:
            raise ValueError("the object is released")
        _COUNT(_slot(self._pointer, 1))(self._pointer)
        made.vt, made.pointer = variant.VT_DISPATCH, self._pointer

    def _release(self) -> None:
        """Gives the reference back; no call may use the object any more."""
        with self._lock:
            pointer = self._pointer
            super().__setattr__("_pointer", 0)
        if pointer:
            _COUNT(_slot(pointer, 2))(pointer)

    def __enter__(self) -> "DispatchObject":
        return self

    def __exit__(self, _type: Optional[Type[BaseException]], _value: Optional[BaseException],
                 _trace: Optional[TracebackType]) -> None:
        self._release()

    def __del__(self) -> None:
        if self._pointer:
            self._release()


def _wrap(pointer: int) -> Any:
    """An object for an interface pointer that stays somebody else's; None for one that has no names."""
    out = ctypes.c_void_p()
    if _QUERY(_slot(pointer, 0))(pointer, _IID_IDISPATCH, ctypes.byref(out)) < 0 or not out.value:
        return None
    return DispatchObject(out.value)


def CreateObject(progid: str) -> Any:  # noqa: N802 - the name that scripts know
    """A new object of a class, by its name ("SCardSSP.SCard") or its identifier in braces.

    The classes: SCardSSP.SCard, .SCardCmd, .SCardISO7816, .ByteBuffer, .SCardTypeConv, .SCardDatabase,
    .SCardLocate, .SCardManage, and those of vendors. The result is a ``DispatchObject``.
    """
    library = load()
    clsid = ctypes.create_string_buffer(16)
    out = ctypes.c_void_p()
    check(library.scardssp_CLSIDFromString(progid, clsid), "there is no class %s" % progid)
    check(library.scardssp_CoCreateInstance(clsid.raw, None, _INPROC, _IID_IDISPATCH, ctypes.byref(out)))
    return DispatchObject(out.value or 0)


@contextlib.contextmanager
def locked(card: Any) -> Iterator[Any]:
    """LockSCard for the block of a ``with``, and UnlockSCard (LEAVE) at its end."""
    card.LockSCard()
    try:
        yield card
    except BaseException:
        with contextlib.suppress(SCardError):  # what went wrong in the block is what is told
            card.UnlockSCard(LEAVE)
        raise
    card.UnlockSCard(LEAVE)
