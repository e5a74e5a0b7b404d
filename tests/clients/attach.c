/*
 * Attaching, detaching, ReAttach, and the readers there are. Scenarios A1, A6, A9 and A11 of the
 * specification (scenarios.h).
 */
#include "clients/scenarios.h"

#define RAW_OF_WINSCARD 0x10000
#define SELECT_HELLO "00 A4 00 0C 02 00 02"
#define READ_HELLO "00 B0 00 00 05"
#define HELLO "48 65 6C 6C 6F 90 00"
#define NOTHING_SELECTED "69 86"

static SCARD_PROTOCOLS protocol_of(ISCard *card) {
    SCARD_PROTOCOLS protocol = (SCARD_PROTOCOLS)0;
    expect_hr(ISCard_get_Protocol(card, &protocol), S_OK);
    return protocol;
}

static HRESULT attach_to(const wchar_t *reader, ISCard *card, int share, int protocol) {
    BSTR name = SysAllocString(reader);
    const HRESULT hr = ISCard_AttachByReader(card, name, (SCARD_SHARE_MODES)share, (SCARD_PROTOCOLS)protocol);
    SysFreeString(name);
    return hr;
}

static HRESULT attach(ISCard *card, int share, int protocol) {
    return attach_to(stage_take(STAGE_DEMO), card, share, protocol);
}

static ISCard *attached(void) {
    return kit_attached(stage_take(STAGE_DEMO), T1);
}

/* The demo card makes challenges and reads. */
static void expect_demo(ISCard *card) {
    expect_works(card);
    expect_apdu(card, "00 B0 83 00 05", HELLO);
}

/* A1: Win32's numbers cast into the enumerations */

static void expect_exclusive_t1(ISCard *card, ISCard *other) {
    expect_hr(attach(card, 1, 2), S_OK);
    assert_int_equal(protocol_of(card), T1);
    expect_demo(card);
    expect_hr(attach(other, 2, 3), SCARD_E_SHARING_VIOLATION); /* exclusive it is */
}

static void test_attach__A1_win32_numbers(void **state) {
    (void)state;
    ISCard *card = kit_card(), *other = kit_card();
    expect_hr(attach(card, 2, 3), S_OK);
    assert_true(protocol_of(card) == T0 || protocol_of(card) == T1);
    expect_demo(card);
    expect_hr(attach(other, 2, 3), S_OK); /* shared it is */
    assert_int_equal(protocol_of(other), protocol_of(card));
    expect_hr(ISCard_Detach(other, UNPOWER), S_OK); /* a protocol in use stays until the next reset */
    expect_exclusive_t1(card, other);
    expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
    expect_hr(attach(card, 2, 3), S_OK);
    expect_hr(ISCard_Detach(card, RESET), S_OK);
    expect_exclusive_t1(card, other);
    assert_int_equal(ISCard_Release(other), 0);
    kit_let_go(card);
}

static void test_attach__A1_raw_and_direct(void **state) {
    (void)state;
    static const int raws[] = {RAW, RAW_OF_WINSCARD};
    ISCard *card = kit_card();
    for (size_t i = 0; i < 2; ++i) {
        expect_hr(attach(card, 2, raws[i]), S_OK);
        assert_int_equal(protocol_of(card), RAW);
        expect_demo(card);
    }
    expect_hr(attach(card, 3, 3), E_INVALIDARG); /* DIRECT */
    expect_hr(attach(card, 2, 0x10003), E_INVALIDARG);
    expect_hr(attach(card, 2, 0), E_INVALIDARG);
    expect_demo(card); /* the connection is what it was */
    assert_int_equal(protocol_of(card), RAW);
    kit_let_go(card);
}

/* The reader's name in a BSTR, and in plain wide characters as C++ programs pass it. */
static void test_attach__A1_bstr_or_not(void **state) {
    (void)state;
    ISCard *card = kit_card();
    wchar_t plain[100];
    expect_hr(attach(card, 2, 3), S_OK);
    expect_demo(card);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK); /* the name was copied */
    expect_demo(card);
    expect_hr(ISCard_Detach(card, RESET), S_OK);
    (void)wcscpy(plain, stage_take(STAGE_DEMO));
    expect_hr(ISCard_AttachByReader(card, plain, SHARED, T1), S_OK);
    (void)wcscpy(plain, L"?");
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_demo(card);
    kit_let_go(card);
}

static void test_attach__A1_no_such_reader(void **state) {
    (void)state;
    ISCard *card = kit_card();
    wchar_t name[100];
    (void)wcscat(wcscpy(name, stage_take(STAGE_DEMO)), L" 2");
    expect_hr(attach_to(name, card, SHARED, T1), SCARD_E_UNKNOWN_READER);
    expect_hr(ISCard_AttachByReader(card, NULL, SHARED, T1), E_INVALIDARG);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_E_INVALID_HANDLE);
    assert_int_equal(ISCard_Release(card), 0);
}

/* A6: Detach(UNPOWER), and the object goes on with another attachment */

static void test_attach__A6_detach_and_use_again(void **state) {
    (void)state;
    ISCard *card = kit_card();
    HSCARD handle = 1;
    const char *reply = NULL;
    for (int i = 0; i < 3; ++i) {
        expect_hr(attach(card, SHARED, T1), S_OK);
        expect_apdu(card, READ_HELLO, NOTHING_SELECTED); /* powered anew */
        expect_apdu(card, SELECT_HELLO, "90 00");
        expect_apdu(card, READ_HELLO, HELLO);
        expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
        expect_hr(kit_send(card, READ_HELLO, &reply), SCARD_E_INVALID_HANDLE);
        expect_text(reply, "");
        expect_hr(ISCard_get_CardHandle(card, &handle), S_OK);
        assert_true(handle == 0);
    }
    /* Another reader in the same object. */
    expect_hr(attach_to(stage_take(STAGE_CLASS_80), card, EXCLUSIVE, T0), S_OK);
    expect_apdu(card, "00 84 00 00 08", "6E 00");
    kit_let_go(card);
}

static void test_attach__A6_detach_leave(void **state) {
    (void)state;
    ISCard *card = attached(), *other = attached();
    expect_apdu(card, SELECT_HELLO, "90 00");
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    expect_apdu(other, READ_HELLO, HELLO); /* still selected */
    expect_hr(ISCard_Detach(other, (SCARD_DISPOSITIONS)4), E_INVALIDARG);
    assert_int_equal(ISCard_Release(card), 0);
    kit_let_go(other);
}

/* A9: ListReaders and a loop over the SAFEARRAY of BSTR */

static void test_attach__A9_list_readers(void **state) {
    (void)state;
    const struct stage_reader *readers = NULL;
    const size_t count = stage_readers(&readers);
    ISCardDatabase *pDatabase = kit_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    SAFEARRAY *psa = NULL;
    LONG lLower = -1, lUpper = -2;
    expect_hr(ISCardDatabase_ListReaders(pDatabase, 0x0409, &psa), S_OK);
    assert_int_equal(SafeArrayGetDim(psa), 1);
    expect_hr(SafeArrayGetLBound(psa, 1, &lLower), S_OK);
    expect_hr(SafeArrayGetUBound(psa, 1, &lUpper), S_OK);
    assert_int_equal(lUpper - lLower + 1, count);
    for (LONG i = lLower; i <= lUpper; i++) {
        const wchar_t *const name = readers[i - lLower].name;
        BSTR bstrReader = NULL;
        expect_hr(SafeArrayGetElement(psa, &i, &bstrReader), S_OK);
        assert_int_equal(wcscmp(bstrReader, name), 0);
        assert_int_equal(SysStringLen(bstrReader), wcslen(name));
        SysFreeString(bstrReader);
    }
    expect_hr(SafeArrayDestroy(psa), S_OK);
    assert_int_equal(ISCardDatabase_Release(pDatabase), 0);
}

/* The name is good for what it is for. */
static void expect_attachable(BSTR name, const char *atr) {
    ISCard *card = kit_card();
    IByteBuffer *bytes = NULL;
    const HRESULT hr = ISCard_AttachByReader(card, name, (SCARD_SHARE_MODES)2, (SCARD_PROTOCOLS)3);
    if (!atr) {
        expect_hr(hr, SCARD_E_NO_SMARTCARD);
        assert_int_equal(ISCard_Release(card), 0);
        return;
    }
    expect_hr(hr, S_OK);
    expect_hr(ISCard_get_Atr(card, &bytes), S_OK);
    assert_string_equal(kit_hex_of_last(bytes), atr);
    if (wcscmp(name, stage_take(STAGE_DEMO)) == 0)
        expect_demo(card);
    kit_let_go(card);
}

/* The names straight from the memory of the array. */
static void expect_all_attachable(void) {
    const struct stage_reader *readers = NULL;
    const size_t count = stage_readers(&readers);
    ISCardDatabase *database = kit_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    SAFEARRAY *array = NULL;
    BSTR *names = NULL;
    expect_hr(ISCardDatabase_ListReaders(database, 0x0409, &array), S_OK);
    expect_hr(SafeArrayAccessData(array, (void **)&names), S_OK);
    for (size_t i = 0; i < count; ++i)
        expect_attachable(names[i], readers[i].atr);
    expect_hr(SafeArrayUnaccessData(array), S_OK);
    expect_hr(SafeArrayDestroy(array), S_OK);
    assert_int_equal(ISCardDatabase_Release(database), 0);
}

/* With every card there is: where the stage has fewer readers than cards, one after the other. */
static void test_attach__A9_attach_to_each(void **state) {
    (void)state;
    for (int card = 0; card < STAGE_CARDS; ++card) {
        (void)stage_take((enum stage_card)card);
        expect_all_attachable();
    }
}

/* Groups from the memory of the array, of an object that was made by its name. */
static void test_attach__A9_groups(void **state) {
    (void)state;
    CLSID clsid;
    SAFEARRAY *array = NULL;
    BSTR *names = NULL;
    expect_hr(CLSIDFromProgID(L"SCardSSP.SCardDatabase.1", &clsid), S_OK);
    ISCardDatabase *database = kit_make(&clsid, &IID_ISCardDatabase);
    expect_hr(ISCardDatabase_ListReaderGroups(database, 0x0409, &array), S_OK);
    expect_hr(SafeArrayAccessData(array, (void **)&names), S_OK);
    assert_true(wcscmp(names[0], L"SCard$AllReaders") == 0);
    assert_true(wcscmp(names[1], L"SCard$DefaultReaders") == 0);
    expect_hr(SafeArrayUnaccessData(array), S_OK);
    expect_hr(SafeArrayDestroy(array), S_OK);
    assert_int_equal(ISCardDatabase_Release(database), 0);
}

/*
 * A11: another program resets the card. Each process has a simulator of its own, so that the other program is
 * an object with a connection of its own here.
 */

/* It was reset, and says so until ReAttach, which does not do it again. */
static void expect_was_reset(ISCard *card, SCARD_SHARE_MODES share) {
    SCARD_STATES status = ABSENT;
    const char *reply = NULL;
    expect_hr(kit_send(card, READ_HELLO, &reply), SCARD_W_RESET_CARD);
    expect_text(reply, "");
    expect_hr(ISCard_get_Status(card, &status), SCARD_W_RESET_CARD);
    expect_hr(kit_send(card, READ_HELLO, NULL), SCARD_W_RESET_CARD);
    expect_hr(ISCard_ReAttach(card, share, LEAVE), S_OK);
    expect_hr(ISCard_get_Status(card, &status), S_OK);
    assert_int_equal(status, SPECIFICMODE);
    expect_apdu(card, READ_HELLO, NOTHING_SELECTED);
    expect_demo(card);
}

static void test_attach__A11_reattach_after_a_reset(void **state) {
    (void)state;
    static const SCARD_DISPOSITIONS ways[] = {RESET, UNPOWER};
    for (size_t i = 0; i < 2; ++i) {
        ISCard *card = attached(), *other = attached();
        SCARD_STATES status = ABSENT;
        expect_apdu(card, SELECT_HELLO, "90 00");
        expect_hr(ISCard_get_Status(card, &status), S_OK);
        assert_int_equal(status, SPECIFICMODE);
        expect_hr(ISCard_ReAttach(other, SHARED, ways[i]), S_OK);
        expect_was_reset(card, SHARED);
        expect_demo(other);
        assert_int_equal(ISCard_Release(other), 0);
        kit_let_go(card);
    }
}

static void test_attach__A11_reattach_after_another_left_with_reset(void **state) {
    (void)state;
    static const SCARD_SHARE_MODES shares[] = {SHARED, EXCLUSIVE};
    for (size_t i = 0; i < 2; ++i) {
        ISCard *card = attached(), *other = attached();
        expect_apdu(card, SELECT_HELLO, "90 00");
        expect_hr(ISCard_Detach(other, RESET), S_OK);
        assert_int_equal(ISCard_Release(other), 0);
        expect_hr(ISCard_LockSCard(card), SCARD_W_RESET_CARD);
        expect_was_reset(card, shares[i]);
        kit_let_go(card);
    }
}

static void test_attach__A11_share_modes(void **state) {
    (void)state;
    ISCard *card = attached(), *other = attached();
    expect_apdu(card, SELECT_HELLO, "90 00");
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), SCARD_E_SHARING_VIOLATION);
    expect_apdu(card, READ_HELLO, HELLO); /* shared it stays, and works */
    assert_int_equal(ISCard_Release(other), 0);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_apdu(card, READ_HELLO, HELLO); /* LEAVE is no reset */
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_apdu(card, READ_HELLO, HELLO);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK); /* from SHARED to SHARED */
    expect_apdu(card, READ_HELLO, HELLO);
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
    expect_apdu(card, READ_HELLO, NOTHING_SELECTED);
    expect_hr(ISCard_ReAttach(card, (SCARD_SHARE_MODES)3, LEAVE), E_INVALIDARG);
    expect_hr(ISCard_ReAttach(card, SHARED, (SCARD_DISPOSITIONS)4), E_INVALIDARG);
    expect_demo(card);
    kit_let_go(card);
}

/* The same with a reset, straight from EXCLUSIVE. */
static void test_attach__A11_shared_again_with_a_reset(void **state) {
    (void)state;
    ISCard *card = attached();
    expect_apdu(card, SELECT_HELLO, "90 00");
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_apdu(card, READ_HELLO, HELLO);
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
    expect_apdu(card, READ_HELLO, NOTHING_SELECTED);
    kit_let_go(card);
}

const struct CMUnitTest scenarios[] = {
    SCENARIO(test_attach__A1_win32_numbers),
    SCENARIO(test_attach__A1_raw_and_direct),
    SCENARIO(test_attach__A1_bstr_or_not),
    SCENARIO(test_attach__A1_no_such_reader),
    SCENARIO(test_attach__A6_detach_and_use_again),
    SCENARIO(test_attach__A6_detach_leave),
    SCENARIO(test_attach__A9_list_readers),
    SCENARIO(test_attach__A9_attach_to_each),
    SCENARIO(test_attach__A9_groups),
    SCENARIO(test_attach__A11_reattach_after_a_reset),
    SCENARIO(test_attach__A11_reattach_after_another_left_with_reset),
    SCENARIO(test_attach__A11_share_modes),
    SCENARIO(test_attach__A11_shared_again_with_a_reset),
};
const size_t scenarios_count = sizeof scenarios / sizeof scenarios[0];
