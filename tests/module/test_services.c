/*
 * From a card to its provider: a program that knows an ATR only comes to a manager of the card and works with
 * it. First argument: "sim" or "pcscd" (stage.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "scardssp_db.h"
#include "scardssp_rm.h"
#include "stage.h"
#include "support/kits/environment.h"
#include "support/kits/scratch.h"

static char directory[SCRATCH_ROOM];

/* The first name of those that ListCards has for the card in the reader; the caller frees it. */
static BSTR name_of_card(ISCardDatabase *database) {
    IByteBuffer *atr = NULL;
    SAFEARRAY *array = NULL;
    BSTR name = NULL;
    LONG index = 0, last = -1;
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    expect_hr(ISCardDatabase_ListCards(database, atr, NULL, 0x0409, &array), S_OK);
    expect_hr(SafeArrayGetUBound(array, 1, &last), S_OK);
    assert_int_equal(last, 0);
    expect_hr(SafeArrayGetElement(array, &index, &name), S_OK);
    expect_hr(SafeArrayDestroy(array), S_OK);
    IByteBuffer_Release(atr);
    ISCard_Release(card);
    return name;
}

/* Whether the type claims the interface. */
static bool claims(ISCardDatabase *database, BSTR name, const wchar_t *identifier) {
    SAFEARRAY *array = NULL;
    LONG last = -1;
    bool found = false;
    expect_hr(ISCardDatabase_ListCardInterfaces(database, name, &array), S_OK);
    expect_hr(SafeArrayGetUBound(array, 1, &last), S_OK);
    for (LONG i = 0; i <= last; ++i) {
        BSTR text = NULL;
        expect_hr(SafeArrayGetElement(array, &i, &text), S_OK);
        found = found || wcscmp(text, identifier) == 0;
        SysFreeString(text);
    }
    expect_hr(SafeArrayDestroy(array), S_OK);
    return found;
}

/* It reads a file by its path. */
static void expect_reads(ISCardManage *manage) {
    ISCardFileAccess *files = NULL;
    IByteBuffer *content = NULL;
    HSCARD_FILE file = 0;
    BSTR path = SysAllocString(L"/0002");
    LONG size = 5;
    expect_hr(ISCardManage_CreateFileAccess(manage, &files), S_OK);
    expect_hr(ISCardFileAccess_Open(files, SC_TYPE_BY_ID, path, &file), S_OK);
    expect_hr(ISCardFileAccess_Read(files, file, &size, &content, SC_FL_NO_FLAGS), S_OK);
    expect_text(kit_hex(content), "48 65 6C 6C 6F");
    expect_hr(ISCardFileAccess_Close(files, file), S_OK);
    SysFreeString(path);
    IByteBuffer_Release(content);
    assert_int_equal(ISCardFileAccess_Release(files), 0);
}

/* A new value by the resetting code, and the former one back; what only looks like an object is none. */
static void expect_renews(ISCardVerify *verify) {
    const uint8_t *const puk = (const uint8_t *)"12345678", *const pin = (const uint8_t *)"1234";
    ISCardVerifyVtbl vtbl = *verify->lpVtbl;
    ISCardVerify strange = {.lpVtbl = &vtbl};
    expect_hr(scardssp_verify_renew(verify, puk, 8, (const uint8_t *)"9999", 4, SC_FL_IHV_GLOBAL, 1), S_OK);
    expect_hr(scardssp_verify_renew(verify, (const uint8_t *)"1", 1, pin, 4, SC_FL_IHV_GLOBAL, 1),
              SCARD_E_INVALID_CHV);
    expect_hr(scardssp_verify_renew(verify, puk, 8, pin, 4, SC_FL_IHV_GLOBAL, 1), S_OK);
    expect_hr(scardssp_verify_renew(verify, puk, 8, pin, 4, SC_FL_IHV_GLOBAL, 30), E_INVALIDARG);
    expect_hr(scardssp_verify_renew(&strange, puk, 8, pin, 4, SC_FL_IHV_GLOBAL, 1), E_INVALIDARG);
    expect_hr(scardssp_verify_renew(NULL, puk, 8, pin, 4, SC_FL_IHV_GLOBAL, 1), E_POINTER);
    expect_hr(scardssp_verify_renew(verify, NULL, 8, pin, 4, SC_FL_IHV_GLOBAL, 1), E_POINTER);
    expect_hr(scardssp_verify_renew(verify, puk, 8, NULL, 4, SC_FL_IHV_GLOBAL, 1), E_POINTER);
}

/* The reader has no PIN pad: one is looked for, and codes are asked for elsewhere. */
static void expect_no_pad(ISCardVerify *verify) {
    uint32_t pad = 9;
    expect_hr(scardssp_pin_pad(verify, &pad), S_OK);
    assert_int_equal(pad, 0);
    expect_hr(scardssp_pin_pad_verify(verify, SC_FL_NO_FLAGS, 1), SCARD_E_UNSUPPORTED_FEATURE);
    expect_hr(scardssp_pin_pad_change(verify, SC_FL_NO_FLAGS, 1), SCARD_E_UNSUPPORTED_FEATURE);
    expect_hr(scardssp_pin_pad_change(verify, SC_FL_IHV_CHECKONLY, 1), E_INVALIDARG);
    expect_hr(scardssp_pin_pad(verify, NULL), E_POINTER);
    pad = 9;
    expect_hr(scardssp_pin_pad(NULL, &pad), E_POINTER);
    assert_int_equal(pad, 0);
    expect_hr(scardssp_pin_pad_verify(NULL, SC_FL_NO_FLAGS, 1), E_POINTER);
    expect_hr(scardssp_pin_pad_change(NULL, SC_FL_NO_FLAGS, 1), E_POINTER);
}

/* The manager verifies a code of the demo card and asks for a challenge. */
static void expect_manages(ISCardManage *manage) {
    ISCardVerify *verify = NULL;
    ISCardAuth *auth = NULL;
    IByteBuffer *code = kit_buffer("31 32 33 34"), *challenge = NULL;
    LONG reference = 1, length = 8;
    expect_hr(ISCardManage_CreateCHVerification(manage, &verify), S_OK);
    expect_hr(ISCardManage_CreateCardAuth(manage, &auth), S_OK);
    expect_hr(ISCardManage_AttachByIFD(manage, stage_reader_wide(), SHARED), S_OK);
    expect_renews(verify);
    expect_no_pad(verify);
    expect_hr(ISCardVerify_Verify(verify, code, SC_FL_IHV_GLOBAL, &reference), S_OK);
    expect_hr(ISCardAuth_GetChallenge(auth, 0, NULL, &length, &challenge), S_OK);
    assert_int_equal(length, 8);
    expect_hr(ISCardVerify_ResetSecurityState(verify, SC_FL_NO_FLAGS), S_OK);
    expect_hr(ISCardVerify_Verify(verify, NULL, SC_FL_IHV_GLOBAL, &reference),
              SCARD_W_CARD_NOT_AUTHENTICATED);
    expect_reads(manage);
    expect_hr(ISCardManage_Detach(manage), S_OK);
    IByteBuffer_Release(challenge);
    IByteBuffer_Release(code);
    assert_int_equal(ISCardAuth_Release(auth), 0);
    assert_int_equal(ISCardVerify_Release(verify), 0);
    assert_int_equal(ISCardManage_Release(manage), 0);
}

static void test_services__from_a_card_to_its_provider(void **state) {
    (void)state;
    ISCardDatabase *database = kit_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    BSTR name = name_of_card(database);
    GUID *provider = NULL;
    void *manage = NULL;
    assert_true(wcscmp(name, L"Demo card") == 0);
    assert_true(claims(database, name, L"{5E586211-5A09-11D0-B84C-00C04FD424B9}"));
    assert_true(claims(database, name, L"{4029DD8A-5902-11D0-B84C-00C04FD424B9}"));
    assert_true(claims(database, name, L"{4029DD85-5902-11D0-B84C-00C04FD424B9}"));
    assert_true(claims(database, name, L"{7B063D61-6E40-11D0-B858-00C04FD424B9}"));
    assert_false(claims(database, name, L"{1461AAC3-6810-11D0-918F-00AA00C18068}"));
    expect_hr(ISCardDatabase_GetProviderCardId(database, name, &provider), S_OK);
    expect_hr(CoCreateInstance(provider, NULL, CLSCTX_ALL, &IID_ISCardManage, &manage), S_OK);
    CoTaskMemFree(provider);
    SysFreeString(name);
    ISCardDatabase_Release(database);
    expect_manages(manage);
}

static void test_services__by_its_name(void **state) {
    static const wchar_t *const names[] = {L"SCardSSP.SCardManage", L"scardssp.scardmanage.1"};
    (void)state;
    for (size_t i = 0; i < 2; ++i) {
        CLSID clsid;
        void *manage = NULL;
        expect_hr(CLSIDFromProgID(names[i], &clsid), S_OK);
        assert_true(IsEqualCLSID(&clsid, &CLSID_CSCardManage));
        expect_hr(CoCreateInstance(&clsid, NULL, CLSCTX_ALL, &IID_ISCardManage, &manage), S_OK);
        expect_manages(manage);
    }
    void *none = NULL;
    expect_hr(CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardVerify, &none),
              E_NOINTERFACE);
}

/* What is known of a card by its ATR: the name, and how many types there are. */
struct seen {
    char name[64];
    unsigned count;
};

static int see(void *user, const struct scardssp_card_type *type) {
    struct seen *seen = user;
    ++seen->count;
    (void)snprintf(seen->name, sizeof seen->name, "%s", type->name);
    return 0;
}

/* Each card that comes with the library is known by its name. (On the service the demo card has T=1 only.) */
static void test_services__all_simulated_cards_are_known(void **state) {
    static const struct {
        const char *image;
        const char *name;
    } rows[] = {{"gsm", "GSM SIM"},  {"app", "Application card"}, {"usim", "UICC with a USIM"},
                {"piv", "PIV card"}, {"openpgp", "OpenPGP card"}, {"demo", "Demo card"}};
    (void)state;
    for (size_t i = stage_is_service() ? sizeof rows / sizeof rows[0] - 1 : 0;
         i < sizeof rows / sizeof rows[0]; ++i) {
        struct seen seen = {.count = 0};
        IByteBuffer *buffer = NULL;
        uint8_t atr[36];
        if (!stage_is_service())
            assert_int_equal(scardssp_sim_insert(stage_reader(), rows[i].image, NULL, 0), S_OK);
        ISCard *card = kit_card();
        expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
        expect_hr(ISCard_get_Atr(card, &buffer), S_OK);
        const size_t size = kit_bytes(kit_hex(buffer), atr, sizeof atr);
        assert_int_equal(scardssp_db_cards(atr, size, see, &seen, NULL, 0), S_OK);
        assert_int_equal(seen.count, 1);
        expect_text(seen.name, rows[i].name);
        IByteBuffer_Release(buffer);
        ISCard_Release(card);
    }
}

#ifndef _WIN32 /* there the system's database is behind them, which not every machine has */
/* A type introduced with this library's provider, and one that hides a simulated card. */
static void test_services__introduced(void **state) {
    static const uint8_t atr[] = {0x3B, 0x02, 0x14, 0x50};
    const struct scardssp_card_type badge = {
        .name = "Badge", .atr = atr, .atr_size = sizeof atr, .provider = SCARDSSP_DB_PROVIDER_ISO};
    const struct scardssp_card_type plain = {.name = "demo CARD", .atr = atr, .atr_size = sizeof atr};
    (void)state;
    ISCardDatabase *database = kit_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    BSTR name = SysAllocString(L"Badge"), demo = SysAllocString(L"Demo card");
    GUID *provider = NULL;
    assert_int_equal(scardssp_db_introduce(SCARDSSP_DB_USER, &badge, NULL, 0), S_OK);
    expect_hr(ISCardDatabase_GetProviderCardId(database, name, &provider), S_OK);
    assert_true(IsEqualCLSID(provider, &CLSID_CSCardManage));
    CoTaskMemFree(provider);
    assert_true(claims(database, name, L"{5E586211-5A09-11D0-B84C-00C04FD424B9}"));
    assert_int_equal(scardssp_db_introduce(SCARDSSP_DB_USER, &plain, NULL, 0), S_OK);
    expect_hr(ISCardDatabase_GetProviderCardId(database, demo, &provider), SCARD_E_ICC_INSTALLATION);
    assert_int_equal(scardssp_db_forget(SCARDSSP_DB_USER, "Demo card", NULL, 0), S_OK);
    expect_hr(ISCardDatabase_GetProviderCardId(database, demo, &provider), S_OK);
    CoTaskMemFree(provider);
    assert_int_equal(scardssp_db_forget(SCARDSSP_DB_USER, "Demo card", NULL, 0), SCARD_E_UNKNOWN_CARD);
    SysFreeString(demo);
    SysFreeString(name);
    ISCardDatabase_Release(database);
}

#endif

static int set_up(void **state) {
    char path[SCRATCH_ROOM + 9];
    (void)state;
    assert_true(scratch_create(directory));
    (void)snprintf(path, sizeof path, "%s/user.db", directory);
    environment_set("SCARDSSP_DATABASE_USER", path);
    (void)snprintf(path, sizeof path, "%s/none.db", directory);
    environment_set("SCARDSSP_DATABASE_SYSTEM", path);
    environment_set("SCARDSSP_ATR_LIST", path);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    (void)scratch_remove(directory);
    return 0;
}

int main(int argc, char **argv) {
    char why[300] = "";
    if (!stage_open(argc > 1 ? argv[1] : NULL, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        stage_close();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_services__from_a_card_to_its_provider),
        cmocka_unit_test(test_services__by_its_name),
        cmocka_unit_test(test_services__all_simulated_cards_are_known),
#ifndef _WIN32
        cmocka_unit_test(test_services__introduced),
#endif
    };
    const int failed = cmocka_run_group_tests_name(stage_kind(), tests, set_up, tear_down);
    stage_close();
    return failed;
}
