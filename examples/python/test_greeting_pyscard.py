"""The same for programs over pyscard, which are not changed:

    pytest --scardssp-pcsc test_greeting_pyscard.py
"""
import pytest
import smartcard.System
from smartcard.Exceptions import CardConnectionException

SELECT_FILE = list(bytes.fromhex("00A4000C020002"))
READ_BINARY = list(bytes.fromhex("00B0000005"))


def connected():
    connection = smartcard.System.readers()[0].createConnection()
    connection.connect()
    return connection


def test_greeting(pyscard_reader):
    assert [str(reader) for reader in smartcard.System.readers()] == [pyscard_reader.name]
    connection = connected()
    connection.transmit(SELECT_FILE)
    assert connection.transmit(READ_BINARY) == (list(b"Hello"), 0x90, 0x00)


@pytest.mark.scardssp(image="gsm", faults=[("transport", 1)])
def test_bad_contact(pyscard_reader):
    connection = connected()
    with pytest.raises(CardConnectionException):
        connection.transmit(SELECT_FILE)
