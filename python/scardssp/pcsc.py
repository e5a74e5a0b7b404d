"""Leads this process's PC/SC programs, pyscard above all, to simulated readers.
 ``enter()`` loads libscardssp-pcsc-sim.so, whose name for the loader is libpcsclite.so.1: whoever asks for
that afterwards in this process (``import smartcard``) gets it. Its simulator is one of its own: the readers
of ``pcsc.simulator()`` are not those of ``scardssp.simulator``.
"""
import ctypes
import os
import sys
from typing import Optional

from .library import declare_simulator, load, places
from .simulation import Simulator

NAME = "libscardssp-pcsc-sim.so"

_simulator = None  # type: Optional[Simulator]


def _find() -> str:
    """The library, in its folder beside the other one: as installed, as built."""
    folders = ("scardssp/pcsc", "../dropin")
    load()  # says what to do where there is no library at all
    for folder in folders:
        for path in places(os.path.join(folder, NAME)):
            if os.path.exists(path):
                return path
    raise ImportError("there is no %s beside the library: install it (make install)" % NAME)


def enter() -> Simulator:
    """Leads this process's PC/SC calls to the simulator, from an empty table; returns the hand at its
    readers.

    Before ``import smartcard`` and before anything else that uses PC/SC: RuntimeError afterwards.
    """
    global _simulator
    if _simulator is None:
        if "smartcard.scard" in sys.modules:
            raise RuntimeError("smartcard is imported already; scardssp.pcsc.enter() has to come first")
        os.environ["SCARDSSP_RM"] = "sim:"
        _simulator = Simulator(declare_simulator(ctypes.CDLL(_find())))
        _simulator.play(None)  # so that others may come later
        _simulator.clear()  # which makes it, by the variable
    return _simulator


def simulator() -> Simulator:
    """The hand at the readers that pyscard sees. RuntimeError: enter() was not called."""
    if _simulator is None:
        raise RuntimeError("scardssp.pcsc.enter() was not called; under pytest: --scardssp-pcsc")
    return _simulator
