/*
 * The registered library on the system's own winscard.dll: attaching, commands and replies, every property of
 * a card.
 */
#include <winscard.h>

#include "../clients/registering.h"
#include "play.h"

#define BIG 4096

static void test_transact__attach(void **state) {
    (void)state;
    SCARD_PROTOCOLS protocol = (SCARD_PROTOCOLS)0;
    HSCARD handle = 0;
    HSCARDCONTEXT context = 0;
    ISCard *card = play_attached();
    registering_expect_loaded();
    expect_hr(ISCard_get_Protocol(card, &protocol), S_OK);
    assert_int_equal(protocol, T1); /* the virtual reader's driver chooses it where the card offers it */
    assert_int_equal(play_state(card), SPECIFICMODE);
    assert_string_equal(play_atr(card), DEMO_ATR);
    expect_hr(ISCard_get_CardHandle(card, &handle), S_OK);
    expect_hr(ISCard_get_Context(card, &context), S_OK);
    assert_true(handle != 0 && context != 0);
    /* They are the system's own: its functions take them. */
    DWORD size = 0;
    assert_int_equal(SCardListReadersW((SCARDCONTEXT)context, NULL, NULL, &size), SCARD_S_SUCCESS);
    assert_int_equal(SCardBeginTransaction((SCARDHANDLE)handle), SCARD_S_SUCCESS);
    assert_int_equal(SCardEndTransaction((SCARDHANDLE)handle, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    play_end(card);
}

static void test_transact__bytes(void **state) {
    (void)state;
    ISCard *card = play_attached();
    expect_apdu(card, "00 B0 00 00 18",
                "48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64 65 6D 6F 20 63 61 72 64 90 00");
    expect_apdu(card, "00 D6 00 30 03 01 02 03", DONE);
    expect_apdu(card, "00 B0 00 2F 05", "00 01 02 03 00 90 00");
    expect_apdu(card, "00 A4 00 0C 02 77 77", "6A 82");
    expect_apdu(card, "00 FF 00 00", "6D 00");
    play_end(card);
}

/* Extended lengths both ways, and a reply of many packets on the socket. */
static void test_transact__long_commands_and_replies(void **state) {
    (void)state;
    ISCard *card = play_attached();
    ISCardCmd *cmd = kit_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    IByteBuffer *data = kit_make(&CLSID_CByteBuffer, &IID_IByteBuffer), *reply = NULL;
    static BYTE sent[BIG], got[BIG + 2];
    LONG le = BIG, count = 0;
    for (LONG i = 0; i < BIG; i++)
        sent[i] = (BYTE)(i * 7 + (i >> 8));
    expect_apdu(card, "00 A4 00 0C 02 00 01", DONE);
    expect_hr(IByteBuffer_Initialize(data, BIG, sent), S_OK);
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xD6, 0x01, 0x00, data, NULL), S_OK);
    expect_reply(card, cmd, DONE);
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x01, 0x00, NULL, &le), S_OK);
    expect_hr(ISCard_Transaction(card, &cmd), S_OK);
    expect_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    expect_hr(IByteBuffer_Read(reply, got, sizeof got, &count), S_OK);
    assert_int_equal(count, BIG + 2);
    assert_memory_equal(got, sent, BIG);
    assert_memory_equal(got + BIG, "\x90\x00", 2);
    IByteBuffer_Release(reply);
    IByteBuffer_Release(data);
    ISCardCmd_Release(cmd);
    play_end(card);
}

/* Its own resets: the card has forgotten what was selected, the object stays attached. */
static void test_transact__reattach(void **state) {
    (void)state;
    static const struct {
        SCARD_SHARE_MODES share;
        SCARD_DISPOSITIONS init;
    } rows[] = {{SHARED, LEAVE},    {SHARED, RESET},      {SHARED, UNPOWER}, {EXCLUSIVE, LEAVE},
                {EXCLUSIVE, RESET}, {EXCLUSIVE, UNPOWER}, {SHARED, LEAVE},   {SHARED, EJECT}};
    ISCard *card = play_attached();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_hr(ISCard_ReAttach(card, rows[i].share, rows[i].init), S_OK);
        assert_int_equal(play_state(card), SPECIFICMODE);
        if (rows[i].init == LEAVE)
            play_expect_selected(card);
        else
            play_expect_reset(card);
    }
    assert_string_equal(play_atr(card), DEMO_ATR);
    play_end(card);
}

static void test_transact__detach(void **state) {
    (void)state;
    SCARD_STATES what = (SCARD_STATES)0;
    ISCard *card = play_attached();
    ISCard *other = kit_attached(READER, T1);
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    expect_hr(ISCard_get_Status(card, &what), SCARD_E_INVALID_HANDLE);
    expect_hr(play_ask(card), SCARD_E_INVALID_HANDLE);
    play_expect_selected(other);
    expect_hr(ISCard_Detach(other, RESET), S_OK);
    play_end(other);
    /* The object goes on; the card was reset in between. */
    BSTR name = SysAllocString(READER);
    expect_hr(ISCard_AttachByReader(card, name, SHARED, T1), S_OK);
    SysFreeString(name);
    play_expect_reset(card);
    play_end(card);
}

/* A connection that the program itself has made with winscard.dll. */
static void test_transact__attach_by_handle(void **state) {
    (void)state;
    SCARDCONTEXT context = 0;
    SCARDHANDLE handle = 0;
    DWORD protocol = 0;
    assert_int_equal(SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context), SCARD_S_SUCCESS);
    assert_int_equal(
        SCardConnectW(context, READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_Tx, &handle, &protocol),
        SCARD_S_SUCCESS);
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    expect_hr(ISCard_AttachByHandle(card, (HSCARD)0), E_INVALIDARG);
    expect_hr(ISCard_AttachByHandle(card, (HSCARD)handle), S_OK);
    expect_apdu(card, SELECT_HELLO, DONE);
    play_expect_selected(card);
    assert_string_equal(play_atr(card), DEMO_ATR);
    /* Without Detach it stays the program's. */
    play_end(card);
    assert_int_equal(SCardBeginTransaction(handle), SCARD_S_SUCCESS);
    assert_int_equal(SCardEndTransaction(handle, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_int_equal(SCardDisconnect(handle, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_int_equal(SCardReleaseContext(context), SCARD_S_SUCCESS);
}

static void test_transact__no_card(void **state) {
    (void)state;
    static const struct {
        const wchar_t *reader;
        HRESULT expected;
    } rows[] = {{EMPTY_READER, (HRESULT)SCARD_E_NO_SMARTCARD},
                {L"Virtual PCD 00 0", (HRESULT)SCARD_E_UNKNOWN_READER}};
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        BSTR name = SysAllocString(rows[i].reader);
        expect_hr(ISCard_AttachByReader(card, name, SHARED, T1), rows[i].expected);
        SysFreeString(name);
    }
    play_end(card);
}

/* A9, and the names are what other programs see, too. */
static void test_transact__readers(void **state) {
    (void)state;
    static const wchar_t *const names[] = {READER, EMPTY_READER};
    ISCardDatabase *database = kit_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    SAFEARRAY *array = NULL;
    LONG lower = -1, upper = -1;
    expect_hr(ISCardDatabase_ListReaders(database, 0x0409, &array), S_OK);
    expect_hr(SafeArrayGetLBound(array, 1, &lower), S_OK);
    expect_hr(SafeArrayGetUBound(array, 1, &upper), S_OK);
    assert_int_equal(lower, 0);
    assert_int_equal(upper, 1);
    for (LONG i = 0; i < 2; i++) {
        BSTR name = NULL;
        expect_hr(SafeArrayGetElement(array, &i, &name), S_OK);
        assert_true(wcscmp(name, names[i]) == 0);
        SysFreeString(name);
    }
    expect_hr(SafeArrayDestroy(array), S_OK);
    assert_int_equal(ISCardDatabase_Release(database), 0);
    assert_non_null(strstr(hand("wine readers"), "Virtual PCD 00 00\nVirtual PCD 00 01\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {PLAY(test_transact__attach),
                                       PLAY(test_transact__bytes),
                                       PLAY(test_transact__long_commands_and_replies),
                                       PLAY(test_transact__reattach),
                                       PLAY(test_transact__detach),
                                       PLAY(test_transact__attach_by_handle),
                                       PLAY(test_transact__no_card),
                                       PLAY(test_transact__readers)};
    return cmocka_run_group_tests_name("transact", tests, registering_begin, registering_end);
}
