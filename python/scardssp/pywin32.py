"""The names of pywin32 that a script uses for these objects, so that one script runs on Windows and on
Linux.
 ``install()`` makes the modules ``win32com``, ``win32com.client``, ``pythoncom`` and ``pywintypes`` of them
where there are none. ``python3 -m scardssp SCRIPT`` does that and runs the script. There are
``win32com.client.Dispatch``, ``win32com.client.CreateObject``, ``pythoncom.CoInitialize``,
``CoUninitialize``, ``Missing``, ``com_error`` and ``pywintypes.com_error``: what is more of Windows than
that is not here.
"""
import importlib.util
import sys
import types

from .dispatch import CreateObject, Missing
from .errors import SCardError


def _nothing(*_arguments: object) -> None:
    """COM needs no preparation here: all objects may be used from any thread."""


def _module(name: str, **members: object) -> types.ModuleType:
    made = types.ModuleType(name, "scardssp.pywin32: what pywin32 has under this name, on Linux")
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


def install() -> None:
    """Makes the modules, unless pywin32 itself is there."""
    if "win32com" in sys.modules or importlib.util.find_spec("win32com") is not None:
        return
    client = _module("win32com.client", Dispatch=CreateObject, CreateObject=CreateObject)
    package = _module("win32com", client=client)
    package.__path__ = []
    _module("pywintypes", com_error=SCardError)
    _module("pythoncom", com_error=SCardError, Missing=Missing, CoInitialize=_nothing, CoInitializeEx=_nothing,
            CoUninitialize=_nothing, COINIT_MULTITHREADED=0, COINIT_APARTMENTTHREADED=2)
