"""Cards as plain bytes (scardssp_card.h)."""
import contextlib
import ctypes
import threading
from types import TracebackType
from typing import Callable, Iterator, NamedTuple, Optional, Type, Union

from .codes import E_FAIL
from .errors import SCardError, check
from .kinds import LEAVE
from .library import decode, encode, load
from .reader import milliseconds

_REPLY_MAX = 65538
_NAME_MAX = 1024
_ATR_MAX = 36

Bytes = Union[bytes, bytearray, memoryview]
Preparation = Callable[["Card"], None]
_PREPARATION = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p)


class Reply(NamedTuple):
    """A card's answer, taken apart."""
    data: bytes
    sw: int  #: the status word, 0x9000 when all went well


class Card:
    """A connection to a card, shared with other programs.

    reader: its name; None: the first reader with a card that can be connected to. timeout: how long a call
    waits for other programs, in seconds (default: SCARDSSP_TIMEOUT, 30 s). prepare: see ``prepare()``.

    Answers that a card announces (61xx, 6Cxx) are fetched. May be used from any thread, one call at a time;
    others wait for it. Ends with ``close()`` or with the block of a ``with``; the card is left as it is.
    """

    def __init__(self, reader: Optional[str] = None, *, timeout: Optional[float] = None,
                 prepare: Optional[Preparation] = None) -> None:
        self._card = ctypes.c_void_p()  # first, for __del__
        self._borrowed = False
        self._callback = None  # type: Optional[ctypes._FuncPointer]
        self._raised = threading.local()
        check(load().scardssp_open(None if reader is None else encode(reader), ctypes.byref(self._card)))
        if timeout is not None:
            self.set_timeout(timeout)
        if prepare is not None:
            self.prepare(prepare)

    @classmethod
    def _lent(cls, card: int) -> "Card":
        """What a preparation gets: good for the time of its call."""
        lent = cls.__new__(cls)
        lent._card = ctypes.c_void_p(card)
        lent._borrowed = True
        lent._callback = None
        lent._raised = threading.local()
        return lent

    def _open(self) -> ctypes.c_void_p:
        if not self._card:
            raise ValueError("the card is closed")
        return self._card

    def _check(self, code: int) -> None:
        """As errors.check(); what a preparation has raised in this call is raised instead."""
        raised = self._raised.__dict__.pop("error", None)
        if code < 0 and raised is not None:
            raise raised
        check(code)

    def transmit(self, command: Bytes) -> bytes:
        """Sends a command APDU and returns the whole answer; its last two bytes are the status word."""
        sent = bytes(command)
        reply = (ctypes.c_uint8 * _REPLY_MAX)()
        size = ctypes.c_size_t(_REPLY_MAX)
        self._check(load().scardssp_transmit(self._open(), sent, len(sent), reply, ctypes.byref(size)))
        return bytes(memoryview(reply)[:size.value])

    def send(self, command: Bytes) -> Reply:
        """The same, the answer taken apart."""
        reply = self.transmit(command)
        return Reply(reply[:-2], int.from_bytes(reply[-2:], "big"))

    @property
    def reader(self) -> str:
        """The name of its reader."""
        name = ctypes.create_string_buffer(_NAME_MAX)
        size = ctypes.c_size_t(_NAME_MAX)
        check(load().scardssp_get_reader(self._open(), name, ctypes.byref(size)))
        return decode(name.value)

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        atr = ctypes.create_string_buffer(_ATR_MAX)
        size = ctypes.c_size_t(_ATR_MAX)
        self._check(load().scardssp_get_atr(self._open(), atr, ctypes.byref(size)))
        return atr.raw[:size.value]

    def prepare(self, prepare: Optional[Preparation]) -> None:
        """Prepares the card now, and again whenever another program has reset it (scardssp_prepare()).

        prepare: selects an application, verifies a PIN, through the card that it gets, which is good for
        the time of the call. What it raises, the call that needed it raises. None: nothing is prepared any
        more.
        """
        callback = None
        if prepare is not None:
            wanted = prepare

            def run(card: int, _user: Optional[int]) -> int:
                try:
                    wanted(Card._lent(card))
                except SCardError as error:
                    self._raised.error = error
                    return error.code
                except BaseException as error:  # goes on in whoever needed the card
                    self._raised.error = error
                    return E_FAIL
                return 0

            callback = _PREPARATION(run)
        former = self._callback  # has to live until the library has let go of it
        self._check(load().scardssp_prepare(self._open(), callback, None))
        self._callback = callback
        del former

    def reattach(self, start: int = LEAVE) -> None:
        """Connects again, after whatever has happened, to the card that is in the reader now, and prepares
        it.

        start: LEAVE, RESET or UNPOWER. SCARD_E_NO_SMARTCARD: there is no card yet.
        """
        self._check(load().scardssp_reattach(self._open(), start))

    @contextlib.contextmanager
    def transaction(self) -> Iterator["Card"]:
        """Keeps other programs away from the card for the block of a ``with``. Nests."""
        self._check(load().scardssp_begin(self._open()))
        try:
            yield self
        except BaseException:
            if self._card:
                load().scardssp_end(self._card)  # what went wrong in the block is what is told
            raise
        if self._card:
            check(load().scardssp_end(self._card))

    def set_timeout(self, timeout: Optional[float]) -> None:
        """How long each call waits for other programs from now on, in seconds; None: for ever."""
        check(load().scardssp_set_timeout(self._open(), milliseconds(timeout)))

    def cancel(self) -> None:
        """Ends the calls that wait at the moment, from any thread: SCARD_E_CANCELLED."""
        check(load().scardssp_cancel(self._open()))

    def close(self) -> None:
        """Ends the connection. Other calls must not run any more."""
        card, self._card = self._card, ctypes.c_void_p()
        if card and not self._borrowed:
            load().scardssp_close(card)

    def __enter__(self) -> "Card":
        return self

    def __exit__(self, _type: Optional[Type[BaseException]], _value: Optional[BaseException],
                 _trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_card", None):
            self.close()
