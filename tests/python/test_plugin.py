"""scardssp.plugin as pytest sees it: each case is a pytest of its own, in a process of its own."""
import os

import pytest

from conftest import ROOT

READER = "Simulated Reader 00"


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs a pytest over a file; returns how it went."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run_file(text, *options):
        pytester.makepyfile(text)
        return pytester.runpytest_subprocess("-p", "scardssp.plugin", "--strict-markers", "-W", "error", *options)

    return run_file


def test_image__by_the_option(run):
    text = """
        def test_atr(scardssp_card):
            assert scardssp_card.atr == bytes.fromhex("3B0847534D31312E3131")
    """
    run(text, "--scardssp-image", "gsm").assert_outcomes(passed=1)
    run(text).assert_outcomes(failed=1)
    run(text, "--scardssp-image", os.path.join(ROOT, "src/icc/image/builtin/gsm.json")).assert_outcomes(passed=1)
    result = run(text, "--scardssp-image", "/no/such/card.json")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*E_INVALIDARG*/no/such/card.json*"])


def test_header__tells_the_image(run):
    run("def test_nothing(): pass", "--scardssp-image", "piv").stdout.fnmatch_lines(["scardssp: card image piv"])


def test_card__is_fresh_for_each_test(run):
    run("""
        import pytest
        WRONG = bytes.fromhex("0020000104") + b"9999"
        @pytest.mark.parametrize("again", [1, 2])
        def test_pin(scardssp_card, again):
            assert scardssp_card.send(WRONG).sw == 0x63C2
    """).assert_outcomes(passed=2)


def test_marker__image_name_and_faults(run):
    run("""
        import pytest, scardssp
        pytestmark = pytest.mark.scardssp(image="gsm", reader="Of the module")

        def test_module(scardssp_reader):
            assert scardssp.list_readers() == ["Of the module"]
            assert len(scardssp.readers()[0].atr) == 10

        @pytest.mark.scardssp(image="")
        def test_nearest(scardssp_reader):
            (reader,) = scardssp.readers()
            assert (reader.name, reader.has_card) == ("Of the module", False)

        @pytest.mark.scardssp(faults=[("transport", 1), (scardssp.Fault.SLOW, 1)])
        def test_faults(scardssp_card):
            for code in (scardssp.SCARD_E_NOT_TRANSACTED, None):
                try:
                    scardssp_card.transmit(bytes.fromhex("A0A40000023F00"))
                except scardssp.SCardError as error:
                    assert error.code == code
                else:
                    assert code is None
    """).assert_outcomes(passed=3)


def test_script__of_a_test(run, pytester):
    pytester.makefile(".faults", pulled="# the card is gone\nafter 1: remove\n")
    run("""
        import pytest, scardssp
        SELECT = bytes.fromhex("00A4000C020002")

        def meets(card, hand, code):
            assert card.send(SELECT).sw == 0x9000
            with pytest.raises(scardssp.SCardError, match=code):
                card.send(SELECT)
            assert hand.struck() == 1

        @pytest.mark.scardssp(script="pulled.faults")
        def test_file(scardssp_card, scardssp_simulator):
            meets(scardssp_card, scardssp_simulator, "SCARD_W_REMOVED_CARD")

        # Each leaves nothing for the one after it.
        @pytest.mark.scardssp(script="after 1: mute 3")
        def test_mute(scardssp_card, scardssp_simulator):
            meets(scardssp_card, scardssp_simulator, "SCARD_W_UNRESPONSIVE_CARD")

        @pytest.mark.scardssp(script="after 1: stop")
        def test_stop(scardssp_card, scardssp_simulator):
            meets(scardssp_card, scardssp_simulator, "SCARD_E_SERVICE_STOPPED")

        @pytest.mark.scardssp(script="after 1: unplug")
        def test_unplug(scardssp_card, scardssp_simulator):
            meets(scardssp_card, scardssp_simulator, "SCARD_E_READER_UNAVAILABLE")

        def test_next(scardssp_card, scardssp_simulator):
            assert [scardssp_card.send(SELECT).sw for _ in range(3)] == [0x9000] * 3
            assert scardssp_simulator.struck() == 0
    """).assert_outcomes(passed=5)


def test_script__by_the_option(run):
    text = """
        def test_answer(scardssp_card):
            assert scardssp_card.send(bytes.fromhex("00A4000C020002")).sw == 0x6F01
    """
    run(text, "--scardssp-faults", "ins A4 always: sw 6F01").assert_outcomes(passed=1)
    run(text).assert_outcomes(failed=1)


def test_script__that_is_none(run):
    result = run("""
        import pytest
        @pytest.mark.scardssp(script="after x: remove")
        def test_it(scardssp_reader): pass
    """)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the fault script:1:7: expected a number*"])


@pytest.mark.parametrize("mark", ["'gsm'", "picture='gsm'"])
def test_marker__that_says_nonsense(run, mark):
    result = run("""
        import pytest
        @pytest.mark.scardssp(%s)
        def test_it(scardssp_reader): pass
    """ % mark)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the marker is scardssp(image=*"])


def test_simulator__too_late(run):
    result = run("""
        import scardssp
        scardssp.use_rm("sim")
        scardssp.list_readers()
        def test_it(scardssp_reader): pass
    """)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*readers are in use already*"])


def test_environment__does_not_matter(run, monkeypatch):
    monkeypatch.setenv("SCARDSSP_RM", "system")
    run("""
        import scardssp
        def test_it(scardssp_reader):
            assert scardssp.list_readers() == ["%s"]
    """ % READER).assert_outcomes(passed=1)


def test_pcsc__wants_the_option(run):
    result = run("def test_it(pyscard_reader): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*run pytest with --scardssp-pcsc*"])


def test_pcsc__too_late(run, pytester):
    pytester.makepyfile(early="import sys, types\nsys.modules['smartcard.scard'] = types.ModuleType('smartcard.scard')\n")
    result = run("def test_it(): pass", "-p", "early", "--scardssp-pcsc")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--scardssp-pcsc: smartcard is imported already*"])


def test_pcsc__both_simulators_beside_each_other(run):
    run("""
        import scardssp, smartcard.System
        def test_it(scardssp_reader, pyscard_reader, pyscard_simulator):
            pyscard_simulator.plug("Theirs", "piv")
            assert scardssp.list_readers() == ["%s"]
            assert [str(reader) for reader in smartcard.System.readers()] == ["%s", "Theirs"]
    """ % (READER, READER), "--scardssp-pcsc").assert_outcomes(passed=1)


def test_library__that_is_missing(run, monkeypatch):
    monkeypatch.setenv("SCARDSSP_LIBRARY", "/no/such/libscardssp.so.0")
    result = run("def test_it(scardssp_reader): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*/no/such/libscardssp.so.0*"])
