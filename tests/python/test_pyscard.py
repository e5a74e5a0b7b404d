"""pyscard, unchanged, at the simulated readers of this process: pytest --scardssp-pcsc."""
import threading

import pytest
import smartcard.scard
import smartcard.System
from smartcard.CardRequest import CardRequest
from smartcard.CardType import AnyCardType
from smartcard.Exceptions import CardConnectionException, CardRequestTimeoutException, NoCardException
from smartcard.util import toBytes

SELECT_FILE = toBytes("00 A4 00 0C 02 00 02")
READ_BINARY = toBytes("00 B0 00 00 05")


def connected():
    connection = smartcard.System.readers()[0].createConnection()
    connection.connect()
    return connection


def test_transmit__and_the_atr(pyscard_reader):
    assert [str(reader) for reader in smartcard.System.readers()] == [pyscard_reader.name]
    connection = connected()
    assert connection.getATR() == toBytes("3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E")
    assert connection.transmit(SELECT_FILE) == ([], 0x90, 0x00)
    assert connection.transmit(READ_BINARY) == (list(b"Hello"), 0x90, 0x00)


@pytest.mark.scardssp(image="gsm", reader="Telephone")
def test_marker__image_and_name(pyscard_reader):
    assert str(smartcard.System.readers()[0]) == "Telephone"
    assert connected().transmit(toBytes("A0 A4 00 00 02 3F 00"))[1] == 0x9F


@pytest.mark.scardssp(faults=[("transport", 1)])
def test_marker__faults(pyscard_reader):
    connection = connected()
    with pytest.raises(CardConnectionException):
        connection.transmit(SELECT_FILE)


@pytest.mark.scardssp(script="after 1: remove; ins B0: sw 6F00")
def test_marker__script(pyscard_reader, pyscard_simulator):
    connection = connected()
    assert connection.transmit(SELECT_FILE) == ([], 0x90, 0x00)
    with pytest.raises(CardConnectionException):
        connection.transmit(SELECT_FILE)
    assert pyscard_simulator.struck() == 1


def test_marker__script_of_the_test_before_is_over(pyscard_reader, pyscard_simulator):
    connection = connected()
    assert [connection.transmit(SELECT_FILE)[1] for _ in range(3)] == [0x90] * 3
    pyscard_simulator.play("ins A4: sw 6F00")
    assert [connection.transmit(SELECT_FILE)[1] for _ in range(2)] == [0x6F, 0x90]


@pytest.mark.scardssp(image="")
def test_hand__puts_cards_in_and_takes_them_out(pyscard_reader):
    with pytest.raises(NoCardException):
        connected()
    with pytest.raises(CardRequestTimeoutException):
        CardRequest(timeout=0.1, cardType=AnyCardType()).waitforcard()
    timer = threading.Timer(0.1, pyscard_reader.insert, ("demo",))
    timer.start()
    service = CardRequest(timeout=20, cardType=AnyCardType()).waitforcard()
    timer.join()
    service.connection.connect()
    assert service.connection.transmit(SELECT_FILE)[1:] == (0x90, 0x00)
    pyscard_reader.remove()
    with pytest.raises(CardConnectionException):
        service.connection.transmit(SELECT_FILE)


@pytest.mark.parametrize("again", [1, 2])
def test_card__is_fresh_for_each_test(pyscard_reader, again):
    assert connected().transmit(toBytes("00 20 00 01 04") + list(b"9999"))[1:] == (0x63, 0xC2)


def test_raw__calls(pyscard_reader):
    result, context = smartcard.scard.SCardEstablishContext(smartcard.scard.SCARD_SCOPE_USER)
    assert result == smartcard.scard.SCARD_S_SUCCESS
    assert smartcard.scard.SCardListReaders(context, []) == [0, [pyscard_reader.name]]
    assert smartcard.scard.SCardReleaseContext(context) == 0
