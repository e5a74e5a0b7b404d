"""Tests of a program with cards that are not there, by the fixtures of scardssp:

    pytest test_greeting.py
"""
import pytest
import scardssp

SELECT_FILE = bytes.fromhex("00A4000C020002")
READ_BINARY = bytes.fromhex("00B0000005")


def test_greeting(scardssp_card):
    scardssp_card.transmit(SELECT_FILE)
    assert scardssp_card.send(READ_BINARY) == (b"Hello", 0x9000)


@pytest.mark.scardssp(faults=[("transport", 1)])
def test_bad_contact(scardssp_card):
    with pytest.raises(scardssp.SCardError) as failure:
        scardssp_card.transmit(SELECT_FILE)
    assert failure.value.code == scardssp.SCARD_E_NOT_TRANSACTED
    assert scardssp_card.send(SELECT_FILE).sw == 0x9000  # it was the one


def test_card_is_taken_out(scardssp_reader, scardssp_card):
    scardssp_reader.remove()
    with pytest.raises(scardssp.SCardError, match="SCARD_W_REMOVED_CARD"):
        scardssp_card.transmit(SELECT_FILE)
    scardssp_reader.put_back()
    scardssp_card.reattach()
    assert scardssp_card.send(SELECT_FILE).sw == 0x9000
