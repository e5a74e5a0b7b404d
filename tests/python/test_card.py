"""scardssp.Card: bytes in and out, resets, transactions, threads, and what a caller may get wrong."""
import gc
import os
import threading
import time
import weakref

import pytest

import scardssp
from conftest import GREETING, READ_BINARY, SELECT_FILE


def prepare(card):
    card.transmit(SELECT_FILE)


def test_transmit__bytes(scardssp_reader, scardssp_card):
    assert scardssp_card.transmit(SELECT_FILE) == b"\x90\x00"
    assert scardssp_card.transmit(bytearray(READ_BINARY)) == GREETING
    assert scardssp_card.transmit(memoryview(READ_BINARY)) == GREETING
    assert scardssp_card.send(READ_BINARY) == scardssp.Reply(b"Hello", 0x9000)
    # Announced over T=0 (61xx), fetched by the library.
    data, sw = scardssp_card.send(bytes.fromhex("00A4000002000200"))
    assert (data[0], len(data), sw) == (0x6F, data[1] + 2, 0x9000)
    assert scardssp_card.reader == scardssp_reader.name
    assert scardssp_card.atr == scardssp.readers()[0].atr != b""


@pytest.mark.parametrize("command", [b"", b"\0\xA4\0", b"\0\xA4\0\x0C\x09\0\x02", pytest.param(bytes(70000), id="huge")])
def test_transmit__no_command(scardssp_card, command):
    with pytest.raises(scardssp.SCardError) as failure:
        scardssp_card.transmit(command)
    assert failure.value.code == scardssp.E_INVALIDARG


@pytest.mark.parametrize("command", ["00A4", None, 7])
def test_transmit__no_bytes(scardssp_card, command):
    with pytest.raises(TypeError):
        scardssp_card.transmit(command) if command != 7 else scardssp_card.transmit([7, "x"])


@pytest.mark.parametrize("reader, code", [("nobody", "SCARD_E_UNKNOWN_READER"), ("", "E_INVALIDARG"),
                                          pytest.param("x" * 2000, "E_INVALIDARG", id="long"),
                                          pytest.param("\udcff", "SCARD_E_UNKNOWN_READER", id="no text")])
def test_open__no_such_reader(scardssp_reader, reader, code):
    with pytest.raises(scardssp.SCardError, match=code):
        scardssp.Card(reader)


@pytest.mark.scardssp(image="")
def test_open__no_card(scardssp_reader):
    for name in (None, scardssp_reader.name):
        with pytest.raises(scardssp.SCardError) as failure:
            scardssp.Card(name)
        assert failure.value.code == scardssp.SCARD_E_NO_SMARTCARD


def test_close__ends_it(scardssp_reader):
    with scardssp.Card() as card:
        pass
    card.close()
    for use in (lambda: card.transmit(SELECT_FILE), lambda: card.atr, card.cancel, card.reattach):
        with pytest.raises(ValueError):
            use()


def test_close__by_the_last_reference(scardssp_reader):
    card = scardssp.Card(prepare=prepare)
    seen = weakref.ref(card)
    del card
    gc.collect()
    assert seen() is None
    # Nobody has the card any more: it can be had alone.
    alone = scardssp.CreateObject("SCardSSP.SCard")
    alone.AttachByReader(scardssp_reader.name, scardssp.EXCLUSIVE, scardssp.T0)


def test_reset__is_told_without_a_preparation(scardssp_card, reset_by_other):
    scardssp_card.transmit(SELECT_FILE)
    reset_by_other()
    with pytest.raises(scardssp.SCardError) as failure:
        scardssp_card.transmit(READ_BINARY)
    assert failure.value.code == scardssp.SCARD_W_RESET_CARD
    scardssp_card.reattach()
    assert scardssp_card.send(READ_BINARY).sw == 0x6986  # nothing is selected


def test_reset__is_mended_with_one(scardssp_card, reset_by_other):
    times = []

    def counted(card):
        times.append(card.reader)
        prepare(card)

    scardssp_card.prepare(counted)
    for _ in range(3):
        reset_by_other()
        assert scardssp_card.transmit(READ_BINARY) == GREETING
    assert times == [scardssp_card.reader] * 4
    scardssp_card.prepare(None)
    reset_by_other()
    with pytest.raises(scardssp.SCardError):
        scardssp_card.transmit(READ_BINARY)


def test_prepare__what_it_raises(scardssp_card, reset_by_other):
    class Odd(Exception):
        pass

    def fails(_card):
        raise Odd("of its own")

    with pytest.raises(Odd, match="of its own"):
        scardssp_card.prepare(fails)
    scardssp_card.transmit(SELECT_FILE)

    wanted = []

    def sometimes(card):
        if wanted:
            raise wanted[0]
        prepare(card)

    scardssp_card.prepare(sometimes)
    for error in (Odd(), KeyboardInterrupt(), scardssp.SCardError(scardssp.SCARD_W_WRONG_CHV)):
        wanted[:] = [error]
        reset_by_other()
        with pytest.raises(type(error)) as failure:
            scardssp_card.transmit(READ_BINARY)
        assert failure.value is error
    wanted.clear()
    assert scardssp_card.transmit(READ_BINARY) == GREETING


def test_prepare__the_card_it_gets_is_lent(scardssp_card):
    kept = []

    def keeps(card):
        for forbidden in (card.reattach, lambda: card.prepare(None), card.transaction().__enter__):
            with pytest.raises(scardssp.SCardError, match="E_UNEXPECTED"):
                forbidden()
        card.close()
        kept.append(card)

    scardssp_card.prepare(keeps)
    with pytest.raises(ValueError):
        kept[0].transmit(SELECT_FILE)
    scardssp_card.transmit(SELECT_FILE)


def test_transaction__keeps_others_out(scardssp_reader, scardssp_card):
    with scardssp.Card(timeout=0.05) as other:
        with scardssp_card.transaction() as held:
            assert held is scardssp_card
            with scardssp_card.transaction():
                pass
            with pytest.raises(scardssp.SCardError) as failure:
                other.transmit(SELECT_FILE)
            assert failure.value.code == scardssp.SCARD_E_TIMEOUT
        assert other.transmit(SELECT_FILE) == b"\x90\x00"
        with pytest.raises(ZeroDivisionError):
            with scardssp_card.transaction():
                raise ZeroDivisionError
        assert other.transmit(SELECT_FILE) == b"\x90\x00"


def test_threads__run_while_one_waits_and_cancel_it(scardssp_reader, scardssp_card):
    failures = []

    def wait():
        try:
            scardssp_card.transmit(SELECT_FILE)
        except scardssp.SCardError as error:
            failures.append(error.code)

    scardssp_card.set_timeout(None)
    with scardssp.Card() as other, other.transaction():
        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.05)
        assert waiting.is_alive()  # and this thread runs
        scardssp_card.cancel()
        waiting.join(20)
    assert failures == [scardssp.SCARD_E_CANCELLED]
    assert scardssp_card.transmit(SELECT_FILE) == b"\x90\x00"


def test_threads__share_a_card_through_resets(scardssp_card, reset_by_other):
    scardssp_card.prepare(prepare)
    answers = []

    def read():
        answers.extend(scardssp_card.transmit(READ_BINARY) for _ in range(50))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for thread in readers:
        thread.start()
    for _ in range(5):
        reset_by_other()
    for thread in readers:
        thread.join(60)
    assert answers == [GREETING] * 200


def test_set_timeout__negative(scardssp_card):
    with pytest.raises(ValueError):
        scardssp_card.set_timeout(-1)


def test_fork__the_child_connects_anew(scardssp_reader):
    card = scardssp.Card(prepare=prepare)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with pytest.raises(scardssp.SCardError, match="SCARD_E_INVALID_HANDLE"):
                card.transmit(READ_BINARY)
            card.reattach()
            code = 0 if card.transmit(READ_BINARY) == GREETING else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert card.transmit(READ_BINARY) == GREETING
    card.close()
