/*
 * A client program in C, compiled against mingw-w64's header: attaching, detaching, ReAttach, and the readers there are.
 * Scenarios A1, A6, A9 and A11 of the specification.
 */
#include "kit.h"
#include "registering.h"

#define RAW_OF_WINSCARD 0x10000

static SCARD_PROTOCOLS protocol_of(ISCard *card) {
    SCARD_PROTOCOLS protocol = (SCARD_PROTOCOLS)0;
    expect_hr(ISCard_get_Protocol(card, &protocol), S_OK);
    return protocol;
}

static HRESULT attach(ISCard *card, int share, int protocol) {
    BSTR name = SysAllocString(DEMO_READER);
    const HRESULT hr = ISCard_AttachByReader(card, name, (SCARD_SHARE_MODES)share, (SCARD_PROTOCOLS)protocol);
    SysFreeString(name);
    return hr;
}

static void expect_works(ISCard *card) {
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
}

/* A1: Win32's numbers cast into the enumerations */

static void test_attach__A1_win32_numbers(void **state) {
    (void)state;
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    ISCard *other = kit_make(&CLSID_CSCard, &IID_ISCard);
    registering_expect_loaded();
    expect_hr(attach(card, 2, 3), S_OK);
    assert_true(protocol_of(card) == T0 || protocol_of(card) == T1);
    expect_works(card);
    expect_hr(attach(other, 2, 3), S_OK); /* shared it is */
    assert_int_equal(protocol_of(other), protocol_of(card));
    expect_hr(ISCard_Detach(other, UNPOWER), S_OK);
    expect_hr(attach(card, 1, 2), S_OK);
    assert_int_equal(protocol_of(card), T1);
    expect_works(card);
    expect_hr(attach(other, 2, 3), SCARD_E_SHARING_VIOLATION); /* exclusive it is */
    assert_int_equal(ISCard_Release(other), 0);
    kit_let_go(card);
}

static void test_attach__A1_raw_and_direct(void **state) {
    (void)state;
    static const int raws[] = {RAW, RAW_OF_WINSCARD};
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    for (size_t i = 0; i < 2; ++i) {
        expect_hr(attach(card, 2, raws[i]), S_OK);
        assert_int_equal(protocol_of(card), RAW);
        expect_works(card);
    }
    expect_hr(attach(card, 3, 3), E_INVALIDARG); /* DIRECT */
    expect_hr(attach(card, 2, 0x10003), E_INVALIDARG);
    expect_hr(attach(card, 2, 0), E_INVALIDARG);
    expect_works(card); /* the connection is what it was */
    assert_int_equal(protocol_of(card), RAW);
    kit_let_go(card);
}

static void test_attach__A1_no_such_reader(void **state) {
    (void)state;
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    BSTR name = SysAllocString(L"Demo reader 2");
    expect_hr(ISCard_AttachByReader(card, name, SHARED, T1), SCARD_E_UNKNOWN_READER);
    expect_hr(ISCard_AttachByReader(card, NULL, SHARED, T1), E_INVALIDARG);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_E_INVALID_HANDLE);
    SysFreeString(name);
    assert_int_equal(ISCard_Release(card), 0);
}

/* A6: Detach(UNPOWER), and the object goes on with another attachment */

static void test_attach__A6_detach_and_use_again(void **state) {
    (void)state;
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    HSCARD handle = 1;
    for (int i = 0; i < 3; ++i) {
        expect_hr(attach(card, SHARED, T1), S_OK);
        expect_apdu(card, "00 B0 00 00 05", "69 86"); /* powered anew: nothing is selected */
        expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
        expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
        expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
        expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_E_INVALID_HANDLE);
        expect_hr(ISCard_get_CardHandle(card, &handle), S_OK);
        assert_true(handle == 0);
    }
    BSTR name = SysAllocString(CLASS_80_READER); /* another reader in the same object */
    expect_hr(ISCard_AttachByReader(card, name, EXCLUSIVE, T0), S_OK);
    SysFreeString(name);
    expect_apdu(card, "00 84 00 00 08", "6E 00");
    kit_let_go(card);
}

static void test_attach__A6_detach_leave(void **state) {
    (void)state;
    ISCard *card = kit_attached(DEMO_READER, T1);
    ISCard *other = kit_attached(DEMO_READER, T1);
    expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    expect_apdu(other, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00"); /* still selected */
    expect_hr(ISCard_Detach(other, (SCARD_DISPOSITIONS)4), E_INVALIDARG);
    assert_int_equal(ISCard_Release(card), 0);
    kit_let_go(other);
}

/* A9: ListReaders and a loop over the SAFEARRAY of BSTR */

static void test_attach__A9_list_readers(void **state) {
    (void)state;
    static const wchar_t *const names[] = {DEMO_READER, SIM_READER, OTHER_SIM_READER, CLASS_90_READER,
                                           CLASS_80_READER};
    ISCardDatabase *pDatabase = kit_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    SAFEARRAY *psa = NULL;
    LONG lLower = -1, lUpper = -2;
    expect_hr(ISCardDatabase_ListReaders(pDatabase, 0x0409, &psa), S_OK);
    assert_int_equal(SafeArrayGetDim(psa), 1);
    expect_hr(SafeArrayGetLBound(psa, 1, &lLower), S_OK);
    expect_hr(SafeArrayGetUBound(psa, 1, &lUpper), S_OK);
    assert_int_equal(lUpper - lLower + 1, READERS);
    for (LONG i = lLower; i <= lUpper; i++) {
        BSTR bstrReader = NULL;
        expect_hr(SafeArrayGetElement(psa, &i, &bstrReader), S_OK);
        assert_int_equal(wcscmp(bstrReader, names[i - lLower]), 0);
        assert_int_equal(SysStringLen(bstrReader), wcslen(names[i - lLower]));
        SysFreeString(bstrReader);
    }
    expect_hr(SafeArrayDestroy(psa), S_OK);
    assert_int_equal(ISCardDatabase_Release(pDatabase), 0);
}

/* Every name that is listed is good for AttachByReader; the names straight from the memory of the array. */
static void test_attach__A9_attach_to_each(void **state) {
    (void)state;
    static const char *const atrs[] = {"3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E",
                                       "3B 08 47 53 4D 31 31 2E 31 31", "3B 08 47 53 4D 31 31 2E 31 31",
                                       "3B 81 80 01 80 80",
                                       "3B BE 11 00 00 41 01 38 00 00 00 00 00 00 00 00 01 90 00"};
    ISCardDatabase *database = kit_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    SAFEARRAY *array = NULL;
    BSTR *names = NULL;
    expect_hr(ISCardDatabase_ListReaders(database, 0x0409, &array), S_OK);
    expect_hr(SafeArrayAccessData(array, (void **)&names), S_OK);
    for (size_t i = 0; i < READERS; ++i) {
        ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
        IByteBuffer *atr = NULL;
        expect_hr(ISCard_AttachByReader(card, names[i], (SCARD_SHARE_MODES)2, (SCARD_PROTOCOLS)3), S_OK);
        expect_hr(ISCard_get_Atr(card, &atr), S_OK);
        assert_string_equal(kit_hex(atr), atrs[i]);
        kit_let_go(card);
    }
    expect_hr(SafeArrayUnaccessData(array), S_OK);
    expect_hr(SafeArrayDestroy(array), S_OK);
    assert_int_equal(ISCardDatabase_Release(database), 0);
}

/*
 * A11: another program resets the card. Each process has a simulator of its own, so that the other program is an object
 * with a connection of its own here.
 */

static void test_attach__A11_reattach_after_a_reset(void **state) {
    (void)state;
    static const SCARD_DISPOSITIONS ways[] = {RESET, UNPOWER};
    for (size_t i = 0; i < 2; ++i) {
        ISCard *card = kit_attached(DEMO_READER, T1);
        ISCard *other = kit_attached(DEMO_READER, T1);
        SCARD_STATES status = ABSENT;
        expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
        expect_hr(ISCard_get_Status(card, &status), S_OK);
        assert_int_equal(status, SPECIFICMODE);
        expect_hr(ISCard_ReAttach(other, SHARED, ways[i]), S_OK);
        expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_W_RESET_CARD);
        expect_hr(ISCard_get_Status(card, &status), SCARD_W_RESET_CARD);
        expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_W_RESET_CARD); /* until ReAttach */
        expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
        expect_hr(ISCard_get_Status(card, &status), S_OK);
        assert_int_equal(status, SPECIFICMODE);
        expect_apdu(card, "00 B0 00 00 05", "69 86"); /* it was reset, and ReAttach did not do it again */
        expect_works(card);
        expect_works(other);
        assert_int_equal(ISCard_Release(other), 0);
        kit_let_go(card);
    }
}

static void test_attach__A11_reattach_after_another_left_with_reset(void **state) {
    (void)state;
    ISCard *card = kit_attached(DEMO_READER, T1);
    ISCard *other = kit_attached(DEMO_READER, T1);
    expect_hr(ISCard_Detach(other, RESET), S_OK);
    assert_int_equal(ISCard_Release(other), 0);
    expect_hr(ISCard_LockSCard(card), SCARD_W_RESET_CARD);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_works(card);
    kit_let_go(card);
}

static void test_attach__A11_share_modes(void **state) {
    (void)state;
    ISCard *card = kit_attached(DEMO_READER, T1);
    ISCard *other = kit_attached(DEMO_READER, T1);
    expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), SCARD_E_SHARING_VIOLATION);
    expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00"); /* shared it stays, and works */
    assert_int_equal(ISCard_Release(other), 0);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00"); /* LEAVE is no reset */
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
    expect_apdu(card, "00 B0 00 00 05", "69 86");
    expect_hr(ISCard_ReAttach(card, (SCARD_SHARE_MODES)3, LEAVE), E_INVALIDARG);
    expect_hr(ISCard_ReAttach(card, SHARED, (SCARD_DISPOSITIONS)4), E_INVALIDARG);
    expect_works(card);
    kit_let_go(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attach__A1_win32_numbers),
        cmocka_unit_test(test_attach__A1_raw_and_direct),
        cmocka_unit_test(test_attach__A1_no_such_reader),
        cmocka_unit_test(test_attach__A6_detach_and_use_again),
        cmocka_unit_test(test_attach__A6_detach_leave),
        cmocka_unit_test(test_attach__A9_list_readers),
        cmocka_unit_test(test_attach__A9_attach_to_each),
        cmocka_unit_test(test_attach__A11_reattach_after_a_reset),
        cmocka_unit_test(test_attach__A11_reattach_after_another_left_with_reset),
        cmocka_unit_test(test_attach__A11_share_modes),
    };
    return cmocka_run_group_tests_name("attach", tests, registering_begin, registering_end);
}
