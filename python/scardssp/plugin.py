"""The pytest plugin: simulated readers with cards, for tests of programs that use cards.

    def test_greeting(scardssp_card):
        scardssp_card.transmit(bytes.fromhex("00A4000C020002"))
        assert scardssp_card.send(bytes.fromhex("00B0000005")) == (b"Hello", 0x9000)

    @pytest.mark.scardssp(image="piv", faults=[("transport", 1)])
    def test_bad_contact(scardssp_reader): ...
 Fixtures: ``scardssp_reader``, ``scardssp_card``, ``scardssp_simulator``; for pyscard, with
``--scardssp-pcsc``: ``pyscard_reader``, ``pyscard_simulator``. Each test has a fresh card. docs/python.md
explains.
"""
from typing import Any, Callable, Iterator, List, TypeVar

import pytest

from . import pcsc
from .card import Card
from .codes import E_UNEXPECTED
from .errors import SCardError
from .reader import use_rm
from .simulation import SimulatedReader, Simulator, simulator

DEFAULT_READER = "Simulated Reader 00"
DEFAULT_IMAGE = "demo"
MARKER = ("scardssp(image=..., faults=(), script=None, reader='%s'): the simulated reader of this test: the card image in it "
          "(a path, or the name of one that comes with the library; '' for no card), faults that are armed when the test "
          "begins, as pairs ('transport', 1), a fault script (a file, or the script itself), and its name" % DEFAULT_READER)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("scardssp", "simulated smart card readers")
    group.addoption("--scardssp-image", metavar="FILE", default=DEFAULT_IMAGE,
                    help="card image for tests that do not name one: a path, or the name of one that comes with the "
                         "library (default: %s)" % DEFAULT_IMAGE)
    group.addoption("--scardssp-faults", metavar="SCRIPT", default=None,
                    help="fault script for tests that do not name one: a file, or the script itself")
    group.addoption("--scardssp-pcsc", action="store_true", default=False,
                    help="lead this process's PC/SC calls (pyscard: import smartcard) to simulated readers")


Hook = TypeVar("Hook", bound=Callable[..., object])


def _before_others(hook: Hook) -> Hook:
    """The hook runs before those of other plugins. pytest's own decorator does not say what it makes."""
    pytest.hookimpl(tryfirst=True)(hook)
    return hook


@_before_others
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before any test, or conftest.py, imports smartcard."""
    if early_config.known_args_namespace.scardssp_pcsc:
        try:
            pcsc.enter()
        except (ImportError, RuntimeError) as error:
            raise pytest.UsageError("--scardssp-pcsc: %s" % error) from None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


def pytest_report_header(config: pytest.Config) -> List[str]:
    image = config.getoption("--scardssp-image")
    return ["scardssp: card image %s%s" % (image, ", PC/SC on the simulator" if config.getoption("--scardssp-pcsc") else "")]


@pytest.fixture(scope="session")
def scardssp_simulator() -> Iterator[Simulator]:
    """The hand at the simulated readers of this process. No reader is there but those that tests plug
    in."""
    try:
        simulator.play(None)  # so that others may come later
        use_rm("sim:")
    except SCardError as error:
        if error.code != E_UNEXPECTED:
            raise
        pytest.fail("readers are in use already: nothing may list readers or make a card before the first of the "
                    "scardssp fixtures", pytrace=False)
    yield simulator
    simulator.clear()


def _plugged(request: pytest.FixtureRequest, hand: Simulator) -> Iterator[SimulatedReader]:
    """The reader that a test asks for, gone after it."""
    wanted = {"image": request.config.getoption("--scardssp-image"), "faults": (),
              "script": request.config.getoption("--scardssp-faults"), "reader": DEFAULT_READER}  # type: dict[str, Any]
    for mark in reversed(list(request.node.iter_markers("scardssp"))):  # the nearest one counts
        if mark.args or set(mark.kwargs) - set(wanted):
            pytest.fail("the marker is %s" % MARKER, pytrace=False)
        wanted.update(mark.kwargs)
    image = wanted["image"]
    hand.clear()
    reader = hand.plug(wanted["reader"], image or None)
    reader.faults(*wanted["faults"])
    hand.play(wanted["script"])
    yield reader
    hand.restore()
    hand.clear()


@pytest.fixture
def scardssp_reader(request: pytest.FixtureRequest, scardssp_simulator: Simulator) -> Iterator[SimulatedReader]:
    """A simulated reader with a fresh card, which Card and CreateObject see:
    ``Card(scardssp_reader.name)``."""
    yield from _plugged(request, scardssp_simulator)


@pytest.fixture
def scardssp_card(scardssp_reader: SimulatedReader) -> Iterator[Card]:
    """A connection to the card of ``scardssp_reader``."""
    with Card(scardssp_reader.name) as card:
        yield card


@pytest.fixture(scope="session")
def pyscard_simulator(request: pytest.FixtureRequest) -> Simulator:
    """The hand at the readers that pyscard sees."""
    if not request.config.getoption("--scardssp-pcsc"):
        pytest.fail("run pytest with --scardssp-pcsc, which leads pyscard to the simulator", pytrace=False)
    return pcsc.simulator()


@pytest.fixture
def pyscard_reader(request: pytest.FixtureRequest, pyscard_simulator: Simulator) -> Iterator[SimulatedReader]:
    """The same as ``scardssp_reader`` for pyscard: ``smartcard.System.readers()`` has it."""
    yield from _plugged(request, pyscard_simulator)
