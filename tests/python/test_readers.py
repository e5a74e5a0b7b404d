"""scardssp.reader and scardssp.simulation: what there is, waiting for cards, the hand at the readers."""
import threading
import time

import pytest

import scardssp


def test_readers__and_what_they_hold(scardssp_simulator, scardssp_reader):
    scardssp_simulator.plug("Leser \u00e4")
    first, second = scardssp.readers()
    assert (first.name, first.has_card, first.atr[:1]) == (scardssp_reader.name, True, b"\x3B")
    assert (second.name, second.has_card, second.atr) == ("Leser \u00e4", False, b"")
    assert scardssp.list_readers() == [scardssp_reader.name, "Leser \u00e4"]
    scardssp_simulator.clear()
    assert scardssp.readers() == []


@pytest.mark.scardssp(image="")
def test_wait__for_a_card(scardssp_reader):
    assert scardssp.wait(0) is None
    start = time.monotonic()
    assert scardssp.wait(0.05) is None
    assert time.monotonic() - start > 0.04
    timer = threading.Timer(0.05, scardssp_reader.insert, ("demo",))
    timer.start()
    assert scardssp.wait(30) == scardssp_reader.name
    timer.join()
    assert scardssp.wait() == scardssp_reader.name


def test_watch__tells_each_card_once_and_can_be_cancelled(scardssp_simulator, scardssp_reader):
    with scardssp.Watch() as watch:
        assert watch.wait(0) == scardssp_reader.name
        assert watch.wait(0) is None
        scardssp_simulator.plug("Second", "gsm")
        assert watch.wait(30) == "Second"
        timer = threading.Timer(0.05, watch.cancel)
        timer.start()
        with pytest.raises(scardssp.SCardError) as failure:
            watch.wait()
        timer.join()
        assert failure.value.code == scardssp.SCARD_E_CANCELLED
    watch.close()
    with pytest.raises(ValueError):
        watch.wait(0)
    with pytest.raises(ValueError):
        scardssp.wait(-1)


def test_words__of_status_words_and_atrs(scardssp_reader):
    assert scardssp.sw_text(0x63C2) == "63C2: verification failed, 2 tries left"
    assert scardssp.atr_text(scardssp.readers()[0].atr).startswith("T=0 and T=1, direct convention")
    assert scardssp.atr_text(b"")


def test_use_rm__what_is_wrong(scardssp_simulator):
    with pytest.raises(scardssp.SCardError, match="E_UNEXPECTED.*in use already") as failure:
        scardssp.use_rm("sim")
    assert failure.value.code == scardssp.E_UNEXPECTED
    with pytest.raises(scardssp.SCardError, match="E_UNEXPECTED"):
        scardssp.trace(1)


def test_simulator__images(scardssp_simulator):
    images = scardssp_simulator.images()
    assert {"demo", "gsm", "app", "usim", "piv", "openpgp"} <= set(images)
    assert all(images.values())


def test_simulator__what_is_wrong(scardssp_simulator, scardssp_reader, tmp_path):
    with pytest.raises(scardssp.SCardError, match="SCARD_E_DUPLICATE_READER"):
        scardssp_simulator.plug(scardssp_reader.name)
    bad = tmp_path / "card.json"
    bad.write_text('{"format": "scardssp-card",\n "version": 7}')
    with pytest.raises(scardssp.SCardError, match=r"E_INVALIDARG.*card\.json:2: version"):
        scardssp_simulator.plug("Other", bad)
    with pytest.raises(scardssp.SCardError, match="E_INVALIDARG"):
        scardssp_reader.insert(tmp_path / "none.json")
    scardssp_reader.remove()
    for gone in (scardssp_reader.remove,):
        with pytest.raises(scardssp.SCardError, match="SCARD_E_NO_SMARTCARD"):
            gone()
    with pytest.raises(KeyError):
        scardssp_reader.fault("boredom", 1)
    with pytest.raises(ValueError):
        scardssp_reader.fault(9, 1)
    scardssp_reader.unplug()
    with pytest.raises(scardssp.SCardError, match="SCARD_E_UNKNOWN_READER"):
        scardssp_reader.unplug()


def test_simulator__reader_of_a_block(scardssp_simulator):
    with scardssp_simulator.plug("Block", "demo", ejector=True) as reader:
        assert scardssp.list_readers()[-1] == reader.name == "Block"
        card = scardssp.CreateObject("SCardSSP.SCard")
        card.AttachByReader("Block", scardssp.SHARED)
        assert card.Characteristics == 2
    assert "Block" not in scardssp.list_readers()


@pytest.mark.parametrize("fault, code", [("mute", "SCARD_W_UNRESPONSIVE_CARD"), ("transport", "SCARD_E_NOT_TRANSACTED"),
                                         ("remove_after", "SCARD_W_REMOVED_CARD")])
def test_fault__each(scardssp_reader, fault, code):
    with scardssp.Card() as card:
        scardssp_reader.fault(fault, 0 if fault == "remove_after" else 1)
        with pytest.raises(scardssp.SCardError, match=code):
            card.reattach(scardssp.RESET) if fault == "mute" else None
            card.transmit(bytes.fromhex("0084000008"))


def test_fault__slow(scardssp_reader):
    with scardssp.Card() as card:
        scardssp_reader.faults((scardssp.Fault.SLOW, 60))
        start = time.monotonic()
        card.transmit(bytes.fromhex("0084000008"))
        assert time.monotonic() - start > 0.05
