"""Finds and loads libscardssp.so, and says what its functions take. Used by every other file."""
import ctypes
import glob
import os
from typing import Any, Optional, Sequence, Tuple

NAME = "libscardssp.so.0"

_HRESULT = ctypes.c_int32
_TEXT = ctypes.c_char_p
_POINTER = ctypes.c_void_p
_SIZE_OUT = ctypes.POINTER(ctypes.c_size_t)
_UINT32 = ctypes.c_uint32

# name: (result, parameters), as the public headers have them
_Signature = Tuple[Any, Sequence[Any]]
_FUNCTIONS = {
    "scardssp_status_name": (_TEXT, (_HRESULT,)),
    "scardssp_status_advice": (_TEXT, (_HRESULT,)),
    "scardssp_sw_text": (ctypes.c_size_t, (ctypes.c_uint16, _TEXT, ctypes.c_size_t)),
    "scardssp_atr_text": (ctypes.c_size_t, (_TEXT, ctypes.c_size_t, _TEXT, ctypes.c_size_t)),
    "scardssp_use_rm": (_HRESULT, (_TEXT, _TEXT, ctypes.c_size_t)),
    "scardssp_trace": (_HRESULT, (_UINT32,)),
    "scardssp_each_reader": (_HRESULT, (_POINTER, _POINTER)),
    "scardssp_list_readers": (_HRESULT, (_TEXT, _SIZE_OUT)),
    "scardssp_wait": (_HRESULT, (_POINTER, _UINT32, _TEXT, ctypes.c_size_t)),
    "scardssp_watch_open": (_HRESULT, (ctypes.POINTER(_POINTER),)),
    "scardssp_watch_cancel": (_HRESULT, (_POINTER,)),
    "scardssp_watch_close": (None, (_POINTER,)),
    "scardssp_open": (_HRESULT, (_TEXT, ctypes.POINTER(_POINTER))),
    "scardssp_close": (None, (_POINTER,)),
    "scardssp_transmit": (_HRESULT, (_POINTER, _TEXT, ctypes.c_size_t, _POINTER, _SIZE_OUT)),
    "scardssp_prepare": (_HRESULT, (_POINTER, _POINTER, _POINTER)),
    "scardssp_reattach": (_HRESULT, (_POINTER, _UINT32)),
    "scardssp_begin": (_HRESULT, (_POINTER,)),
    "scardssp_end": (_HRESULT, (_POINTER,)),
    "scardssp_cancel": (_HRESULT, (_POINTER,)),
    "scardssp_set_timeout": (_HRESULT, (_POINTER, _UINT32)),
    "scardssp_get_reader": (_HRESULT, (_POINTER, _TEXT, _SIZE_OUT)),
    "scardssp_get_atr": (_HRESULT, (_POINTER, _TEXT, _SIZE_OUT)),
    "scardssp_CoCreateInstance": (_HRESULT, (_TEXT, _POINTER, ctypes.c_ulong, _TEXT, ctypes.POINTER(_POINTER))),
    "scardssp_CLSIDFromString": (_HRESULT, (ctypes.c_wchar_p, _TEXT)),
    "scardssp_SysAllocStringLen": (_POINTER, (ctypes.c_wchar_p, ctypes.c_uint)),
    "scardssp_SysStringLen": (ctypes.c_uint, (_POINTER,)),
    "scardssp_SysFreeString": (None, (_POINTER,)),
    "scardssp_VariantClear": (_HRESULT, (_POINTER,)),
    "scardssp_SafeArrayCreateVector": (_POINTER, (ctypes.c_ushort, ctypes.c_long, ctypes.c_ulong)),
    "scardssp_SafeArrayGetDim": (ctypes.c_uint, (_POINTER,)),
    "scardssp_SafeArrayGetLBound": (_HRESULT, (_POINTER, ctypes.c_uint, ctypes.POINTER(ctypes.c_long))),
    "scardssp_SafeArrayGetUBound": (_HRESULT, (_POINTER, ctypes.c_uint, ctypes.POINTER(ctypes.c_long))),
    "scardssp_SafeArrayAccessData": (_HRESULT, (_POINTER, ctypes.POINTER(_POINTER))),
    "scardssp_SafeArrayUnaccessData": (_HRESULT, (_POINTER,)),
}  # type: dict[str, _Signature]

# What moves simulated readers and plays fault scripts; libscardssp-pcsc-sim.so has them, too.
_SIMULATOR_FUNCTIONS = {
    "scardssp_sim_image": (_TEXT, (_UINT32, ctypes.POINTER(_TEXT))),
    "scardssp_sim_plug": (_HRESULT, (_TEXT, _TEXT, _UINT32, _TEXT, ctypes.c_size_t)),
    "scardssp_sim_unplug": (_HRESULT, (_TEXT,)),
    "scardssp_sim_insert": (_HRESULT, (_TEXT, _TEXT, _TEXT, ctypes.c_size_t)),
    "scardssp_sim_remove": (_HRESULT, (_TEXT,)),
    "scardssp_sim_put_back": (_HRESULT, (_TEXT,)),
    "scardssp_sim_fault": (_HRESULT, (_TEXT, _UINT32, _UINT32)),
    "scardssp_sim_clear": (None, ()),
    "scardssp_faults": (_HRESULT, (_TEXT, _TEXT, ctypes.c_size_t)),
    "scardssp_faults_file": (_HRESULT, (_TEXT, _TEXT, ctypes.c_size_t)),
    "scardssp_faults_struck": (ctypes.c_uint64, ()),
}  # type: dict[str, _Signature]

_library = None  # type: Optional[ctypes.CDLL]


def places(name: str) -> "list[str]":
    """Where a file of the library may be: beside the one that SCARDSSP_LIBRARY names, where `make install`
    puts it."""
    named = os.environ.get("SCARDSSP_LIBRARY")
    found = [os.path.join(os.path.dirname(named), name)] if named else []
    for root in ("/usr/local/lib", "/usr/lib", "/usr/local/lib64", "/usr/lib64"):
        found += [os.path.join(root, name)] + sorted(glob.glob(os.path.join(root, "*-linux-*", name)))
    return found


def declare(library: ctypes.CDLL, functions: "dict[str, _Signature]") -> ctypes.CDLL:
    """Tells ctypes what the functions take and give."""
    for name, (result, parameters) in functions.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = parameters
    return library


def declare_simulator(library: ctypes.CDLL) -> ctypes.CDLL:
    """The same of those that move simulated readers."""
    return declare(library, _SIMULATOR_FUNCTIONS)


def _open() -> ctypes.CDLL:
    named = os.environ.get("SCARDSSP_LIBRARY")
    if named:
        return ctypes.CDLL(named)
    try:
        return ctypes.CDLL(NAME)
    except OSError as error:
        for path in places(NAME):
            if os.path.exists(path):
                return ctypes.CDLL(path)
        raise ImportError(
            "there is no %s: install it (make install), or name it in SCARDSSP_LIBRARY; on Windows use pywin32: "
            "win32com.client.Dispatch" % NAME) from error


def load() -> ctypes.CDLL:
    """The library of this process, loaded when it is needed first. ImportError: there is none."""
    global _library
    if _library is None:
        _library = declare_simulator(declare(_open(), _FUNCTIONS))
    return _library


def encode(name: str) -> bytes:
    """Text for the library. Bytes of a reader's name that are no UTF-8 come back as they were told."""
    return name.encode("utf-8", "surrogateescape")


def decode(text: bytes) -> str:
    """Text of the library."""
    return text.decode("utf-8", "surrogateescape")
