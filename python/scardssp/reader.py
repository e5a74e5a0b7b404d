"""Readers: which there are, what they hold, waiting for a card, and where they come from
(scardssp_rm.h)."""
import ctypes
import threading
from types import TracebackType
from typing import List, NamedTuple, Optional, Type

from .codes import E_OUTOFMEMORY, SCARD_E_TIMEOUT
from .errors import check
from .library import decode, encode, load

_FOR_EVER = 0xFFFFFFFF
_NAME_MAX = 1024
_MESSAGE_MAX = 1024
STATE_PRESENT = 0x20


class Reader(NamedTuple):
    """A reader and what it holds."""
    name: str
    state: int  #: SCARD_STATE_* bits; the high 16 count insertions and removals
    atr: bytes  #: empty without a card that answers

    @property
    def has_card(self) -> bool:
        return bool(self.state & STATE_PRESENT)


class _State(ctypes.Structure):
    _fields_ = [("state", ctypes.c_uint32), ("atr", ctypes.c_uint8 * 36), ("atr_size", ctypes.c_uint32)]


_VISITOR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(_State))


def milliseconds(seconds: Optional[float]) -> int:
    """A time for the library; None: for ever. ValueError: negative."""
    if seconds is None:
        return _FOR_EVER
    if seconds < 0:
        raise ValueError("a time is not negative")
    return min(int(seconds * 1000), _FOR_EVER - 1)


def readers() -> List[Reader]:
    """All readers with what they hold, without connecting to a card."""
    found = []  # type: List[Reader]

    def visit(_user: Optional[int], name: bytes, state: "ctypes._Pointer[_State]") -> int:
        now = state.contents
        found.append(Reader(decode(name), now.state, bytes(now.atr[:now.atr_size])))
        return 1

    check(load().scardssp_each_reader(_VISITOR(visit), None))
    return found


def list_readers() -> List[str]:
    """The names of all readers."""
    return [reader.name for reader in readers()]


def _wait(watch: Optional[int], timeout: Optional[float]) -> Optional[str]:
    name = ctypes.create_string_buffer(_NAME_MAX)
    code = load().scardssp_wait(watch, milliseconds(timeout), name, _NAME_MAX)
    return None if code == SCARD_E_TIMEOUT else decode(name.value) if check(code) >= 0 else None


def wait(timeout: Optional[float] = None) -> Optional[str]:
    """Waits until any reader has a card and returns the reader's name; None: the time (in seconds) is
    over."""
    return _wait(None, timeout)


class Watch:
    """Tells each card that comes once: first those that are there, then the others as they come.

    ``wait()`` is for one thread at a time; ``cancel()`` for any.
    """

    def __init__(self) -> None:
        self._watch = ctypes.c_void_p()  # first, for __del__
        self._lock = threading.Lock()
        check(load().scardssp_watch_open(ctypes.byref(self._watch)))

    def wait(self, timeout: Optional[float] = None) -> Optional[str]:
        """The reader of the next card; None: the time is over. SCARD_E_CANCELLED: cancel() was called."""
        with self._lock:
            if not self._watch:
                raise ValueError("the watch is closed")
            return _wait(self._watch.value, timeout)

    def cancel(self) -> None:
        """Ends the wait that runs, or the next one that has to wait."""
        check(load().scardssp_watch_cancel(self._watch))

    def close(self) -> None:
        """Ends the watch."""
        with self._lock:
            watch, self._watch = self._watch, ctypes.c_void_p()
        load().scardssp_watch_close(watch)

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, _type: Optional[Type[BaseException]], _value: Optional[BaseException],
                 _trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_watch", None):
            self.close()


def use_rm(specification: str) -> None:
    """Chooses where readers come from, as SCARDSSP_RM does: ``"sim"``, ``"sim:cards.json"``, ``"system"``.

    Before the first card or list of readers; afterwards E_UNEXPECTED.
    """
    message = ctypes.create_string_buffer(_MESSAGE_MAX)
    check(load().scardssp_use_rm(encode(specification), message, _MESSAGE_MAX), message.value)


def trace(level: int) -> None:
    """Traces calls (1), and the bytes of commands and answers without secrets (2), on stderr. As early as
    use_rm()."""
    check(load().scardssp_trace(level))


def _text(size: int, text: "ctypes.Array[ctypes.c_char]") -> str:
    if size >= len(text):
        check(E_OUTOFMEMORY)
    return decode(text.value)


def sw_text(sw: int) -> str:
    """A status word in words: ``"63C2: verification failed, 2 tries left"``."""
    text = ctypes.create_string_buffer(256)
    return _text(load().scardssp_sw_text(sw, text, len(text)), text)


def atr_text(atr: bytes) -> str:
    """An answer to reset in words."""
    text = ctypes.create_string_buffer(1024)
    return _text(load().scardssp_atr_text(atr, len(atr), text, len(text)), text)
