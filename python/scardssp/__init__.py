"""Smart cards over libscardssp.so.

Three ways to a card, from the plainest:

- ``Card``: bytes in, bytes out; survives resets (scardssp_card.h).
- ``CreateObject("SCardSSP.SCard")``: the COM objects by name, as scripts on Windows use them.
- ``simulator`` and the pytest fixtures of ``scardssp.plugin``: readers and cards that are not there.
 Threads: everything here may be used from any thread. A call that waits lets Python's other threads run; a
``Card`` and a card object carry one call at a time, and ``cancel()`` / ``Cancel()`` from another thread
ends a wait. After ``fork()`` a child's connections are invalid: it connects anew.
"""
from .card import Card as Card, Reply as Reply
from .codes import *  # noqa: F401,F403 - SCARD_W_RESET_CARD and its kind
from .dispatch import (
    CreateObject as CreateObject, DispatchObject as DispatchObject, Missing as Missing, Variable as Variable,
    locked as locked
)
from .errors import SCardError as SCardError
from .kinds import *  # noqa: F401,F403 - SHARED, LEAVE, T0 and their kind
from .reader import (
    Reader as Reader, Watch as Watch, atr_text as atr_text, list_readers as list_readers, readers as readers,
    sw_text as sw_text, trace as trace, use_rm as use_rm, wait as wait
)
from .simulation import (
    Fault as Fault, SimulatedReader as SimulatedReader, Simulator as Simulator, simulator as simulator
)

__version__ = "0.1.0"
