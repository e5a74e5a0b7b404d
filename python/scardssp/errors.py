"""What goes wrong: an HRESULT with its name and advice, from the library's own tables."""
from typing import NoReturn, Optional, Tuple, Union

from .library import decode, load

DISP_E_EXCEPTION = -0x7FFDFFF7

ExceptionInformation = Tuple[int, Optional[str], Optional[str], Optional[str], int, int]


def signed(code: int) -> int:
    """An HRESULT as the negative number that it is, also where it is written as 0x80100068."""
    code &= 0xFFFFFFFF
    return code - 0x100000000 if code & 0x80000000 else code


class SCardError(Exception):
    """A call that failed.

    ``code`` is the HRESULT as a signed number, to be compared with ``scardssp.SCARD_W_RESET_CARD`` and its
    kind; ``name`` its symbol, ``advice`` one sentence on what it means and what to do about it, ``source``
    the class of the object, if it was one. ``hresult``, ``strerror``, ``excepinfo`` and ``argerror`` are
    what pywin32's ``com_error`` has under these names.
    """

    def __init__(self, code: int, message: Optional[str] = None, source: Optional[str] = None,
                 argument: Optional[int] = None, hresult: Optional[int] = None) -> None:
        library = load()
        self.code = signed(code)
        self.name = decode(library.scardssp_status_name(self.code))
        self.advice = decode(library.scardssp_status_advice(self.code))
        self.message = message
        self.source = source
        self.hresult = self.code if hresult is None else signed(hresult)
        self.strerror = decode(library.scardssp_status_name(self.hresult))
        self.excepinfo = None  # type: Optional[ExceptionInformation]
        if self.hresult == DISP_E_EXCEPTION:
            self.excepinfo = (0, source, message or self.advice, None, 0, self.code)
        self.argerror = argument
        super().__init__(self.hresult, self.strerror, self.excepinfo, self.argerror)

    def __str__(self) -> str:
        text = "%s (0x%08X): %s" % (self.name, self.code & 0xFFFFFFFF, self.advice)
        known = not self.message or self.message.endswith(self.advice)
        return text if known else "%s [%s]" % (text, self.message)


def fail(code: int, message: Union[str, bytes, None] = None) -> NoReturn:
    """Raises the error of a code; message: what the library has said besides."""
    text = decode(message) if isinstance(message, bytes) else message
    raise SCardError(code, text or None)


def check(code: int, message: Union[str, bytes, None] = None) -> int:
    """Returns a success, raises a failure."""
    if code < 0:
        fail(code, message)
    return code
