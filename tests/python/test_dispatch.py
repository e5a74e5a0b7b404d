"""scardssp.CreateObject: members by name, arguments, what comes back, errors, and how objects end."""
import gc
import threading
import uuid

import pytest

import scardssp
from conftest import GREETING, READ_BINARY, SELECT_FILE
from scardssp import CreateObject, Missing, Variable


@pytest.fixture
def card(scardssp_reader):
    with CreateObject("SCardSSP.SCard") as made:
        made.AttachByReader(scardssp_reader.name, scardssp.SHARED, scardssp.T0 | scardssp.T1)
        yield made


def sent(card, *arguments, **named):
    command = CreateObject("SCardSSP.SCardCmd")
    command.BuildCmd(*arguments, **named)
    card.Transaction(command)
    return command


def test_create__by_name_and_identifier():
    for name in ("SCardSSP.SCardCmd", "scardssp.scardcmd.1", "{D5778AE1-43DE-11D0-9171-00AA00C18068}"):
        try:
            made = CreateObject(name)
        except scardssp.SCardError as error:
            assert name.startswith("{") and error.code == scardssp.REGDB_E_CLASSNOTREG
        else:
            assert made.Type == scardssp.ISO_CASE_1
    with pytest.raises(scardssp.SCardError, match="CO_E_CLASSSTRING.*no class SCardSSP.Nothing"):
        CreateObject("SCardSSP.Nothing")


def test_call__a_script_from_its_first_line_to_its_last(card, scardssp_reader):
    assert card.ListReadersArray() == (scardssp_reader.name,)
    assert card.readername == card.ReaderName == scardssp_reader.name
    assert card.Status == scardssp.SPECIFICMODE and card.Protocol == scardssp.T0
    assert bytes(card.Atr)[0] == 0x3B
    command = sent(card, 0, 0xA4, Missing, 0x0C, b"\0\2")
    assert (command.ReplyStatus & 0xFFFF, bytes(command.Apdu)) == (0x9000, SELECT_FILE)
    command = sent(card, 0, 0xB0, plLe=5)
    assert bytes(command.ApduReply) == GREETING
    assert (command.ApduReplyLength, command.ReplyStatusSW1, command.LeField) == (7, 0x90, 5)
    assert card.TransmitBytes(READ_BINARY) == GREETING
    card.Detach()
    with pytest.raises(scardssp.SCardError) as failure:
        card.Atr
    assert failure.value.code == scardssp.SCARD_E_INVALID_HANDLE


def test_call__named_and_default_arguments(card):
    command = sent(card, byInsId=0xA4, byClassId=0, BYP2=0x0C, pbyData=[0, 2])
    assert bytes(command.Apdu) == SELECT_FILE
    with pytest.raises(TypeError, match="BuildCmd has no parameter nonsense"):
        command.BuildCmd(0, 0xA4, nonsense=1)
    with pytest.raises(scardssp.SCardError, match="DISP_E_BADPARAMCOUNT"):
        command.BuildCmd()
    with pytest.raises(scardssp.SCardError, match="E_INVALIDARG"):
        command.BuildCmd(0, 0xA4, byClassId=1)
    with pytest.raises(scardssp.SCardError, match="DISP_E_OVERFLOW") as failure:
        command.BuildCmd(0, 300)
    assert failure.value.argerror == 0 or failure.value.argerror == 1


def test_property__put_and_get():
    command = CreateObject("SCardSSP.SCardCmd")
    command.ClassId, command.INSTRUCTIONID, command.P1 = 0x80, 0xCA, 0x9F
    assert bytes(command.Apdu) == bytes.fromhex("80CA9F00")
    command.Data = b"data"
    assert bytes(command.Data) == b"data"
    with pytest.raises(AttributeError, match="no Colour"):
        command.Colour
    with pytest.raises(AttributeError, match="no Colour"):
        command.Colour = 1
    with pytest.raises(scardssp.SCardError, match="DISP_E_MEMBERNOTFOUND"):
        command.Type = 1  # can only be read
    with pytest.raises(scardssp.SCardError, match="DISP_E_TYPEMISMATCH"):
        command.P1 = "one"
    with pytest.raises(TypeError):
        command.P1 = {}
    with pytest.raises(OverflowError):
        command.P1 = 1 << 64


def test_variable__what_methods_give_beside_their_result():
    builder, command = CreateObject("SCardSSP.SCardISO7816"), Variable()
    builder.SelectFile(0, 0x0C, b"\0\2", 0, command)
    assert bytes(command.value.Apdu) == SELECT_FILE
    same = command.value
    builder.ReadBinary(0, 0, 5, command)  # built anew in the same object
    assert command.value == same and bytes(same.Apdu) == READ_BINARY
    buffer, written, content, count = CreateObject("SCardSSP.ByteBuffer"), Variable(), Variable(), Variable()
    buffer.Write(bytes(range(256)), 256, written)
    assert written.value == 256 and bytes(buffer) == bytes(range(256))
    position = Variable()
    buffer.Seek(-4, 2, position)
    buffer.Read(content, 10, count)
    assert (position.value, content.value, count.value) == (252, b"\xFC\xFD\xFE\xFF", 4)
    assert bytes(CreateObject("SCardSSP.ByteBuffer")) == b""
    with pytest.raises(TypeError, match="no IByteBuffer"):
        bytes(CreateObject("SCardSSP.SCardISO7816"))


def test_files__of_a_card(scardssp_reader):
    manage, access, names = CreateObject("SCardSSP.SCardManage"), Variable(), Variable()
    manage.AttachByIFD(scardssp_reader.name)
    manage.CreateFileAccess(access)
    files = access.value
    files.ChangeDir(scardssp.SC_TYPE_BY_ID, "/DF01")
    files.Directory(scardssp.SC_TYPE_FILES, names)
    assert names.value == ("0101",)
    table, count = Variable([b"\x80"]), Variable(1)
    files.GetProperties(scardssp.SC_TYPE_BY_ID, "/0002", table, count, 0)
    assert table.value == (bytes.fromhex("80020100"),) and count.value == 1
    handle, size, content = Variable(), Variable(0), Variable()
    files.Open(scardssp.SC_TYPE_BY_ID, "/0002", handle)
    files.Read(handle.value, size, content, scardssp.SC_FL_NO_FLAGS)
    assert size.value == 256 and bytes(content.value).startswith(b"Hello from the demo card")
    files.Close(handle.value)
    with pytest.raises(scardssp.SCardError) as failure:
        files.Open(scardssp.SC_TYPE_BY_ID, "/7777", handle)
    assert failure.value.code == scardssp.SCARD_E_FILE_NOT_FOUND
    assert failure.value.source == "SCardSSP.SCardManage" or failure.value.source


def test_guid__by_its_text(scardssp_reader):
    manage, found = CreateObject("SCardSSP.SCardManage"), Variable()
    manage.AttachByIFD(scardssp_reader.name)
    manage.CreateInterface(uuid.UUID("4029DD85-5902-11D0-B84C-00C04FD424B9"), "", 0, found)
    assert found.value is not None


def test_locked__for_a_block(card, scardssp_reader):
    with scardssp.Card(scardssp_reader.name, timeout=0.05) as other:
        with scardssp.locked(card) as same:
            assert same is card
            with pytest.raises(scardssp.SCardError, match="SCARD_E_TIMEOUT"):
                other.transmit(SELECT_FILE)
        assert other.transmit(SELECT_FILE) == b"\x90\x00"
        with pytest.raises(ZeroDivisionError):
            with scardssp.locked(card):
                raise ZeroDivisionError
        assert other.transmit(SELECT_FILE) == b"\x90\x00"


def test_threads__wait_and_cancel(card, scardssp_reader):
    failures = []

    def wait():
        try:
            card.LockSCard()
        except scardssp.SCardError as error:
            failures.append(error.code)

    card.SetTimeout(-1)
    with scardssp.Card(scardssp_reader.name) as other, other.transaction():
        waiting = threading.Thread(target=wait)
        waiting.start()
        while not failures and waiting.is_alive():
            card.Cancel()
            waiting.join(0.05)
    assert failures == [scardssp.SCARD_E_CANCELLED]


def test_object__ends_with_its_last_reference(scardssp_reader):
    card = CreateObject("SCardSSP.SCard")
    card.AttachByReader(scardssp_reader.name, scardssp.EXCLUSIVE)
    with pytest.raises(scardssp.SCardError, match="SCARD_E_SHARING_VIOLATION"):
        scardssp.Card()
    del card
    gc.collect()
    scardssp.Card().close()
    with CreateObject("SCardSSP.SCard") as card:
        pass
    with pytest.raises(ValueError):
        card.Status
    with pytest.raises(ValueError):
        CreateObject("SCardSSP.SCard").Transaction(card)


def test_object__many_calls_leak_nothing(card):
    """A reference or string that is lost shows in the count of a command that everything was given to."""
    resident = []
    for _ in range(3):
        for _ in range(2000):
            command = sent(card, 0, 0xA4, Missing, 0x0C, b"\0\2")
            bytes(command.ApduReply)
            card.ReaderName
            with pytest.raises(scardssp.SCardError):
                card.AttachByReader("")
                raise AssertionError
            card.AttachByReader(card.ListReadersArray()[0], 2, 3) if not card.ReaderName else None
        with open("/proc/self/statm", encoding="ascii") as file:
            resident.append(int(file.read().split()[1]))
    assert resident[2] - resident[1] < 200  # pages
