"""The hand at simulated readers (scardssp_sim.h): plugs them in, moves cards, arms faults; plays fault
scripts (scardssp_faults.h)."""
import ctypes
import enum
import os
from types import TracebackType
from typing import Dict, Optional, Tuple, Type, Union

from .errors import check
from .library import decode, encode, load

_MESSAGE_MAX = 1024
_EJECTOR = 1
_SCOPE_SYSTEM = 2
# Undoes what lasts of a script's faults, by the clock: with the next call that looks at readers.
_RESTORED = "at 0 s: start; at 0 s: replug; at 0 s: insert; at 0 s: idle 0 ms"
FOR_EVER = 0xFFFFFFFF  #: of Fault.SLOW: the card never answers


class Fault(enum.IntEnum):
    """What a card or reader meets; each has a value."""
    MUTE = 1  #: no ATR and no answer until a cold reset, value of them
    TRANSPORT = 2  #: the next value exchanges fail as a bad contact makes them fail
    REMOVE_AFTER = 3  #: the card is pulled in the middle of the exchange after value more
    SLOW = 4  #: every exchange takes value ms, FOR_EVER: never ends; 0 takes it back


#: An image: the path of a file, or the name of one that comes with the library.
Image = Union[str, "os.PathLike[str]"]


def _bytes_of(image: Image) -> bytes:
    return os.fsencode(image)


class Simulator:
    """The simulated readers of this process behind one library. ``scardssp.simulator`` has those that
    ``Card`` and ``CreateObject`` see, when the resource manager is the simulator (``use_rm("sim:")``)."""

    def __init__(self, library: Optional[ctypes.CDLL] = None) -> None:
        self._given = library

    @property
    def _library(self) -> ctypes.CDLL:
        return self._given or load()

    def images(self) -> Dict[str, str]:
        """The card images that come with the library, each with one line on what card it is."""
        found = {}  # type: Dict[str, str]
        summary = ctypes.c_char_p()
        place = 0
        while True:
            name = self._library.scardssp_sim_image(place, ctypes.byref(summary))
            if name is None:
                return found
            found[decode(name)] = decode(summary.value or b"")
            place += 1

    def plug(self, name: str, image: Optional[Image] = None, *, ejector: bool = False) -> "SimulatedReader":
        """Plugs in a reader, empty or with a fresh card of the image in it."""
        self._say(self._library.scardssp_sim_plug, encode(name), None if image is None else _bytes_of(image),
                  _EJECTOR if ejector else 0)
        return SimulatedReader(self, name)

    def clear(self) -> None:
        """Takes every simulated reader away."""
        self._library.scardssp_sim_clear()

    def play(self, script: Optional[Image]) -> None:
        """Plays a fault script from now on: the file of this name, else the script itself; None: nothing more
        is to happen. Before the first call that needs readers, and again later."""
        if script is None or not os.path.exists(script):
            self._say(self._library.scardssp_faults, None if script is None else _bytes_of(script))
        else:
            self._say(self._library.scardssp_faults_file, _bytes_of(script))

    def restore(self) -> None:
        """Ends the script, and undoes what it has made of readers, cards and the service. Swapped and
        renumbered readers alone stay so."""
        self.play(_RESTORED)
        self._look()
        self.play(None)

    def _look(self) -> None:
        """Looks at the readers, whatever comes of it."""
        if self._given is None:
            self._library.scardssp_list_readers(None, ctypes.byref(ctypes.c_size_t()))
            return
        context = ctypes.c_long()
        if self._given.SCardEstablishContext(_SCOPE_SYSTEM, None, None, ctypes.byref(context)) == 0:
            self._given.SCardReleaseContext(context)

    def struck(self) -> int:
        """How many faults of the script have struck since it began."""
        return int(self._library.scardssp_faults_struck())

    def _say(self, function: "ctypes._FuncPointer", *arguments: object) -> None:
        message = ctypes.create_string_buffer(_MESSAGE_MAX)
        check(function(*arguments, message, _MESSAGE_MAX), message.value)


class SimulatedReader:
    """A simulated reader; unplugged at the end of the block of a ``with``."""

    def __init__(self, simulator: Simulator, name: str) -> None:
        self._simulator = simulator
        self.name = name

    def insert(self, image: Image) -> None:
        """Puts a fresh card in; one that is there is taken out first."""
        self._simulator._say(self._simulator._library.scardssp_sim_insert, encode(self.name), _bytes_of(image))

    def remove(self) -> None:
        """Takes the card out and keeps it aside."""
        check(self._simulator._library.scardssp_sim_remove(encode(self.name)))

    def put_back(self) -> None:
        """Puts back the very card that was taken out last, with all it holds."""
        check(self._simulator._library.scardssp_sim_put_back(encode(self.name)))

    def unplug(self) -> None:
        """Pulls the reader's cable."""
        check(self._simulator._library.scardssp_sim_unplug(encode(self.name)))

    def fault(self, fault: Union[Fault, str], value: int = 1) -> None:
        """Arms a fault: ``Fault.SLOW`` or ``"slow"``, and its value."""
        kind = Fault[fault.upper()] if isinstance(fault, str) else Fault(fault)
        check(self._simulator._library.scardssp_sim_fault(encode(self.name), kind, value))

    def faults(self, *script: Tuple[Union[Fault, str], int]) -> None:
        """Arms several."""
        for fault, value in script:
            self.fault(fault, value)

    def __enter__(self) -> "SimulatedReader":
        return self

    def __exit__(self, _type: Optional[Type[BaseException]], _value: Optional[BaseException],
                 _trace: Optional[TracebackType]) -> None:
        self.unplug()

    def __repr__(self) -> str:
        return "SimulatedReader(%r)" % self.name


#: The readers that Card and CreateObject see.
simulator = Simulator()
