/*
 * Reader names are what the service gives, byte for byte: what was listed can be attached, waited for, put
 * into a group and found, also when it is no UTF-8. Such bytes travel as U+DC80..U+DCFF and back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "kit.h"
#include "scardssp_db.h"

/* As drivers have them: ISO 8859-1, cut in the middle of a character, and UTF-8. */
#define LATIN1 "Kartenleseger\xE4t"
#define LATIN1_WIDE L"Kartenleseger\xDCE4t"
#define CUT "\xE8\xAA\xAD\xE5\x8F"
#define CUT_WIDE L"\x8AAD\xDCE5\xDC8F"
#define UTF8 "Leseger\xC3\xA4t"
#define UTF8_WIDE L"Leseger\xE4t"

static const struct {
    const char *bytes;
    const wchar_t *wide;
} readers[] = {{LATIN1, LATIN1_WIDE}, {CUT, CUT_WIDE}, {UTF8, UTF8_WIDE}};

#define COUNT (sizeof readers / sizeof readers[0])

static int set_up(void **state) {
    static char folder[] = "/tmp/scardssp-names-XXXXXX";
    char path[64];
    *state = folder;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/user.db", folder);
    (void)setenv("SCARDSSP_DATABASE_USER", path, 1);
    (void)setenv("SCARDSSP_DATABASE_SYSTEM", "/nonexistent/system.db", 1);
    if (scardssp_use_rm("sim:", NULL, 0) != S_OK)
        return -1;
    for (size_t i = 0; i < COUNT; ++i)
        if (scardssp_sim_plug(readers[i].bytes, "demo", 0, NULL, 0) != S_OK)
            return -1;
    return 0;
}

static int tear_down(void **state) {
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (const char *)*state);
    return system(command);
}

static BSTR text_at(SAFEARRAY *array, LONG index) {
    BSTR text = NULL;
    expect_hr(SafeArrayGetElement(array, &index, &text), S_OK);
    return text;
}

static ISCardEx *extended(ISCard *card) {
    void *object = NULL;
    expect_hr(ISCard_QueryInterface(card, &IID_ISCardEx, &object), S_OK);
    return object;
}

/* Attaches by what was listed, and asks for the name again. */
static void attach_and_ask(BSTR name, const wchar_t *wide) {
    ISCard *const card = kit_card();
    ISCardEx *const ex = extended(card);
    BSTR again = NULL;
    LONG events = 0;
    expect_hr(ISCard_AttachByReader(card, name, SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    expect_works(card);
    expect_hr(ISCardEx_get_ReaderName(ex, &again), S_OK);
    assert_true(wcscmp(again, wide) == 0);
    expect_hr(ISCardEx_WaitForChange(ex, 0, again, &events), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
    expect_works(card);
    SysFreeString(again);
    ISCardEx_Release(ex);
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
}

static void test_list__attach_what_was_listed(void **state) {
    (void)state;
    void *object = NULL;
    SAFEARRAY *array = NULL;
    expect_hr(CoCreateInstance(&CLSID_CSCardDatabase, NULL, CLSCTX_ALL, &IID_ISCardDatabase, &object), S_OK);
    ISCardDatabase *const database = object;
    expect_hr(ISCardDatabase_ListReaders(database, 0, &array), S_OK);
    for (size_t i = 0; i < COUNT; ++i) {
        BSTR name = text_at(array, (LONG)i);
        assert_true(wcscmp(name, readers[i].wide) == 0);
        attach_and_ask(name, readers[i].wide);
        SysFreeString(name);
    }
    SafeArrayDestroy(array);
    ISCardDatabase_Release(database);
}

static void test_list__array_of_variants(void **state) {
    (void)state;
    ISCard *const card = kit_card();
    ISCardEx *const ex = extended(card);
    VARIANT names;
    expect_hr(ISCardEx_ListReadersArray(ex, &names), S_OK);
    for (size_t i = 0; i < COUNT; ++i) {
        VARIANT name;
        LONG index = (LONG)i;
        VariantInit(&name);
        expect_hr(SafeArrayGetElement(V_ARRAY(&names), &index, &name), S_OK);
        assert_true(wcscmp(V_BSTR(&name), readers[i].wide) == 0);
        VariantClear(&name);
    }
    VariantClear(&names);
    ISCardEx_Release(ex);
    ISCard_Release(card);
}

/* An array of one name. */
static SAFEARRAY *one(const wchar_t *text) {
    SAFEARRAY *const array = SafeArrayCreateVector(VT_BSTR, 0, 1);
    BSTR string = SysAllocString(text);
    LONG index = 0;
    expect_hr(SafeArrayPutElement(array, &index, string), S_OK);
    SysFreeString(string);
    return array;
}

/* The reader in which a search in this group finds a card; the connection is ended. */
static void find_in(const wchar_t *group, const wchar_t *wide) {
    void *object = NULL;
    SCARDINFO *info = NULL;
    BSTR name = NULL;
    expect_hr(CoCreateInstance(&CLSID_CSCardLocate, NULL, CLSCTX_ALL, &IID_ISCardLocate, &object), S_OK);
    ISCardLocate *const locate = object;
    SAFEARRAY *const names = one(L"Any"), *const groups = one(group);
    expect_hr(ISCardLocate_ConfigureCardNameSearch(locate, names, groups, NULL, SC_DLG_NO_UI), S_OK);
    expect_hr(ISCardLocate_FindCard(locate, SHARED, (SCARD_PROTOCOLS)(T0 | T1), SC_DLG_NO_UI, &info), S_OK);
    ISCard *const card = kit_card();
    ISCardEx *const ex = extended(card);
    expect_hr(ISCard_AttachByHandle(card, info->hCard), S_OK);
    expect_hr(ISCardEx_get_ReaderName(ex, &name), S_OK);
    assert_true(wcscmp(name, wide) == 0);
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    SysFreeString(name);
    ISCardEx_Release(ex);
    ISCard_Release(card);
    CoTaskMemFree(info);
    SafeArrayDestroy(groups);
    SafeArrayDestroy(names);
    ISCardLocate_Release(locate);
}

static void test_find__in_groups(void **state) {
    (void)state;
    uint8_t atr[36], mask[36] = {0xFF};
    struct scardssp_reader_state look = {0};
    expect_hr(scardssp_get_reader_state(LATIN1, &look, 0), S_OK);
    memcpy(atr, look.atr, look.atr_size);
    const struct scardssp_card_type type = {
        .name = "Any", .atr = atr, .mask = mask, .atr_size = look.atr_size};
    expect_hr(scardssp_db_introduce(SCARDSSP_DB_USER, &type, NULL, 0), S_OK);
    for (size_t i = 0; i < COUNT; ++i) {
        char group[16];
        wchar_t wide[16];
        (void)snprintf(group, sizeof group, "Theke \xFC %zu", i);
        (void)swprintf(wide, 16, L"Theke %lc %zu", (wint_t)0xFC, i);
        wide[6] = 0xDCFC;
        expect_hr(scardssp_db_group_add(SCARDSSP_DB_USER, group, readers[i].bytes, NULL, 0), S_OK);
        find_in(wide, readers[i].wide);
    }
}

/* What stands for no byte is no name; other text is as strict as ever. */
static void test_strict__everything_else(void **state) {
    static const wchar_t wrong[] = {0xD800, 0xDC00, 0xDC7F, 0xDD00, 0xDFFF};
    (void)state;
    ISCard *const card = kit_card();
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
        BSTR name = SysAllocStringLen(&wrong[i], 1);
        expect_hr(ISCard_AttachByReader(card, name, SHARED, T1), E_INVALIDARG);
        SysFreeString(name);
    }
    BSTR name = SysAllocString(L"no such reader \xDCE4");
    expect_hr(ISCard_AttachByReader(card, name, SHARED, T1), SCARD_E_UNKNOWN_READER);
    void *object = NULL;
    LPGUID provider = NULL;
    expect_hr(CoCreateInstance(&CLSID_CSCardDatabase, NULL, CLSCTX_ALL, &IID_ISCardDatabase, &object), S_OK);
    expect_hr(ISCardDatabase_GetProviderCardId((ISCardDatabase *)object, name, &provider), E_INVALIDARG);
    ISCardDatabase_Release((ISCardDatabase *)object);
    SysFreeString(name);
    ISCard_Release(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list__attach_what_was_listed),
        cmocka_unit_test(test_list__array_of_variants),
        cmocka_unit_test(test_find__in_groups),
        cmocka_unit_test(test_strict__everything_else),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
