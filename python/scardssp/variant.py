"""VARIANTs, and what stands for what between them and Python. Used by dispatch.py.
 To the library: ``None`` is Empty, which is Nothing where an object is wanted; ``bool``, ``int``,
``float``, ``str`` are themselves, enumerations numbers; ``bytes`` and its kind an array of bytes; lists and
tuples arrays of VARIANTs; an ``uuid.UUID`` its text. From it: arrays of bytes are ``bytes``, whatever their
elements are in, others tuples.
"""
import ctypes
import struct
import uuid
from typing import Any, Callable, List, Tuple

from .codes import E_INVALIDARG, E_OUTOFMEMORY
from .errors import check
from .library import load

VT_EMPTY, VT_NULL, VT_I2, VT_I4, VT_R4, VT_R8, VT_CY, VT_DATE = range(8)
VT_BSTR, VT_DISPATCH, VT_ERROR, VT_BOOL, VT_VARIANT, VT_UNKNOWN = range(8, 14)
VT_I1, VT_UI1, VT_UI2, VT_UI4, VT_I8, VT_UI8, VT_INT, VT_UINT = range(16, 24)
VT_ARRAY, VT_BYREF = 0x2000, 0x4000

# How the numbers lie in the value's eight bytes.
_NUMBERS = {VT_I2: "<h", VT_I4: "<i", VT_R4: "<f", VT_R8: "<d", VT_I1: "<b", VT_UI1: "<B", VT_UI2: "<H",
            VT_UI4: "<I", VT_I8: "<q", VT_UI8: "<Q", VT_INT: "<i", VT_UINT: "<I", VT_ERROR: "<i", VT_CY: "<q",
            VT_DATE: "<d", VT_BOOL: "<h"}


class VARIANT(ctypes.Structure):
    """A value and its type; the union is seen as a pointer and a second word."""
    _fields_ = [("vt", ctypes.c_uint16), ("reserved", ctypes.c_uint16 * 3), ("pointer", ctypes.c_void_p),
                ("second", ctypes.c_void_p)]


_VALUE = VARIANT.pointer.offset

#: Makes an object of an IDispatch or IUnknown pointer, whose reference stays the VARIANT's.
Wrap = Callable[[int], Any]


def put_number(variant: VARIANT, kind: int, value: Any) -> None:
    """Writes a number of a type into the value."""
    variant.vt = kind
    struct.pack_into(_NUMBERS[kind], (ctypes.c_char * 8).from_buffer(variant, _VALUE), 0, value)


def get_number(variant: VARIANT) -> Any:
    """Reads it."""
    return struct.unpack_from(_NUMBERS[variant.vt], (ctypes.c_char * 8).from_buffer(variant, _VALUE), 0)[0]


def _put_int(variant: VARIANT, value: int) -> None:
    if -0x80000000 <= value < 0x80000000:
        put_number(variant, VT_I4, value)
    elif -(1 << 63) <= value < 1 << 63:
        put_number(variant, VT_I8, value)
    elif 0 <= value < 1 << 64:
        put_number(variant, VT_UI8, value)
    else:
        raise OverflowError("the number has more than 64 bits")


def _put_text(variant: VARIANT, text: str) -> None:
    made = load().scardssp_SysAllocStringLen(None, len(text))
    if not made:
        check(E_OUTOFMEMORY)
    # By way of the address: ctypes itself would stop at the first NUL.
    ctypes.memmove(made, text.encode("utf-32-le", "surrogatepass"), 4 * len(text))
    variant.vt, variant.pointer = VT_BSTR, made


def _get_text(pointer: int) -> str:
    size = load().scardssp_SysStringLen(pointer) if pointer else 0
    return ctypes.string_at(pointer, 4 * size).decode("utf-32-le", "surrogatepass") if size else ""


class _Elements:
    """The elements of an array of one dimension, locked for the block of a ``with``: (address, count)."""

    def __init__(self, array: int) -> None:
        self._array = array

    def __enter__(self) -> Tuple[int, int]:
        library = load()
        lower, upper, data = ctypes.c_long(), ctypes.c_long(), ctypes.c_void_p()
        if library.scardssp_SafeArrayGetDim(self._array) != 1:
            check(E_INVALIDARG, "an array of several dimensions")
        check(library.scardssp_SafeArrayGetLBound(self._array, 1, ctypes.byref(lower)))
        check(library.scardssp_SafeArrayGetUBound(self._array, 1, ctypes.byref(upper)))
        check(library.scardssp_SafeArrayAccessData(self._array, ctypes.byref(data)))
        return data.value or 0, upper.value - lower.value + 1

    def __exit__(self, *_error: object) -> None:
        load().scardssp_SafeArrayUnaccessData(self._array)


def _new_array(variant: VARIANT, kind: int, count: int) -> int:
    made = load().scardssp_SafeArrayCreateVector(kind, 0, count)
    if not made:
        check(E_OUTOFMEMORY)
    variant.vt, variant.pointer = VT_ARRAY | kind, made
    return int(made)


def _put_bytes(variant: VARIANT, value: bytes) -> None:
    with _Elements(_new_array(variant, VT_UI1, len(value))) as (address, count):
        ctypes.memmove(address, value, count)


def _put_list(variant: VARIANT, values: "List[Any] | Tuple[Any, ...]") -> None:
    with _Elements(_new_array(variant, VT_VARIANT, len(values))) as (address, count):
        for i in range(count):
            put(VARIANT.from_address(address + i * ctypes.sizeof(VARIANT)), values[i])


def put(variant: VARIANT, value: Any) -> None:
    """Makes an empty VARIANT hold the value; VariantClear() frees it, whatever this raises. TypeError:
    there is no such VARIANT."""
    fill = getattr(value, "_scardssp_put", None)
    if fill is not None:
        fill(variant)
    elif value is None:
        variant.vt = VT_EMPTY
    elif isinstance(value, bool):
        put_number(variant, VT_BOOL, -1 if value else 0)
    elif isinstance(value, int):
        _put_int(variant, value)
    elif isinstance(value, float):
        put_number(variant, VT_R8, value)
    elif isinstance(value, str):
        _put_text(variant, value)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        _put_bytes(variant, bytes(value))
    elif isinstance(value, (list, tuple)):
        _put_list(variant, value)
    elif isinstance(value, uuid.UUID):
        _put_text(variant, "{%s}" % value)
    else:
        raise TypeError("no VARIANT for %s" % type(value).__name__)


def _get_array(array: int, kind: int, wrap: Wrap) -> Any:
    if not array:
        return b"" if kind == VT_UI1 else ()
    with _Elements(array) as (address, count):
        if kind == VT_UI1:
            return ctypes.string_at(address, count) if count else b""
        if kind == VT_BSTR:
            step = ctypes.sizeof(ctypes.c_void_p)
            places = [ctypes.c_void_p.from_address(address + i * step) for i in range(count)]
            return tuple(_get_text(place.value or 0) for place in places)
        if kind != VT_VARIANT:
            raise TypeError("no value for an array of type %d" % kind)
        elements = [VARIANT.from_address(address + i * ctypes.sizeof(VARIANT)) for i in range(count)]
        values = tuple(get(element, wrap) for element in elements)
        return bytes(values) if elements and all(element.vt == VT_UI1 for element in elements) else values


def get(variant: VARIANT, wrap: Wrap) -> Any:
    """The value of a VARIANT, which keeps what it owns."""
    kind = variant.vt
    pointer = variant.pointer or 0
    if kind in (VT_EMPTY, VT_NULL):
        return None
    if kind == VT_BOOL:
        return get_number(variant) != 0
    if kind in _NUMBERS:
        return get_number(variant)
    if kind == VT_BSTR:
        return _get_text(pointer)
    if kind in (VT_DISPATCH, VT_UNKNOWN):
        return wrap(pointer) if pointer else None
    if kind & VT_ARRAY and not kind & VT_BYREF:
        return _get_array(pointer, kind & ~VT_ARRAY, wrap)
    raise TypeError("no value for a VARIANT of type %d" % kind)
