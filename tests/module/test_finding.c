/*
 * Programs that ask for the name of a card, and that have one found. First argument: "sim" or "pcscd"
 * (stage.h). Cards are known by a public list that the program brings along.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "scardssp_rm.h"
#include "stage.h"
#include "support/kits/environment.h"
#include "support/kits/scratch.h"

#define DEMO_NAME L"Demonstration card"

static char directory[SCRATCH_ROOM];

static void *make(const wchar_t *progid, REFIID iid) {
    CLSID clsid;
    void *object = NULL;
    expect_hr(CLSIDFromProgID(progid, &clsid), S_OK);
    expect_hr(CoCreateInstance(&clsid, NULL, CLSCTX_ALL, iid, &object), S_OK);
    return object;
}

static void test_finding__names_of_a_card(void **state) {
    (void)state;
    ISCardDatabase *database = make(L"SCardSSP.SCardDatabase", &IID_ISCardDatabase);
    ISCard *card = kit_card();
    IByteBuffer *atr = NULL;
    SAFEARRAY *array = NULL;
    BSTR name = NULL;
    LONG index = 0;
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, T1), S_OK);
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    expect_hr(ISCardDatabase_ListCards(database, atr, NULL, 0x0409, &array), S_OK);
    expect_hr(SafeArrayGetElement(array, &index, &name), S_OK);
    /* a simulated card is known without the list; nobody is the provider of a name of the list */
    assert_true(wcscmp(name, L"Demo card") == 0);
    BSTR public_name = SysAllocString(DEMO_NAME);
    GUID *provider = NULL;
    expect_hr(ISCardDatabase_GetProviderCardId(database, public_name, &provider), SCARD_E_UNKNOWN_CARD);
    SysFreeString(public_name);
    SysFreeString(name);
    expect_hr(SafeArrayDestroy(array), S_OK);
    IByteBuffer_Release(atr);
    ISCard_Release(card);
    ISCardDatabase_Release(database);
}

/* A locate object that looks for cards of this name. */
static ISCardLocate *locate_for(const wchar_t *name) {
    ISCardLocate *locate = make(L"SCardSSP.SCardLocate", &IID_ISCardLocate);
    SAFEARRAY *names = SafeArrayCreateVector(VT_BSTR, 0, 1);
    BSTR text = SysAllocString(name);
    BSTR title = SysAllocString(L"Test");
    LONG index = 0;
    expect_hr(SafeArrayPutElement(names, &index, text), S_OK);
    expect_hr(ISCardLocate_ConfigureCardNameSearch(locate, names, NULL, title, SC_DLG_NO_UI), S_OK);
    SysFreeString(title);
    SysFreeString(text);
    expect_hr(SafeArrayDestroy(names), S_OK);
    return locate;
}

static void test_finding__find_a_card(void **state) {
    (void)state;
    ISCardLocate *locate = locate_for(DEMO_NAME);
    SCARDINFO *info = NULL;
    expect_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    assert_int_equal(ISCardLocate_Release(locate), 0);
    assert_int_equal(info->ActiveProtocol, T1);
    assert_int_equal(info->ShareMode, SHARED);
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByHandle(card, info->hCard), S_OK);
    expect_works(card);
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    expect_hr(ISCard_AttachByHandle(card, info->hCard), E_INVALIDARG);
    CoTaskMemFree(info);
    ISCard_Release(card);
}

static void test_finding__find_for_a_while(void **state) {
    (void)state;
    environment_set("SCARDSSP_LOCATE_TIMEOUT", "300");
    ISCardLocate *locate = locate_for(L"A card that nobody has");
    SCARDINFO *info = (SCARDINFO *)&info;
    expect_hr(ISCardLocate_FindCard(locate, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    assert_null(info);
    const int64_t start = kit_ms();
    expect_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_W_CANCELLED_BY_USER);
    assert_int_in_range(kit_ms() - start, 290, 5000);
    ISCardLocate_Release(locate);
    environment_set("SCARDSSP_LOCATE_TIMEOUT", NULL);
}

/* The limit that an object is given goes before the variable, and before what it had. */
static void test_finding__find_with_a_limit(void **state) {
    (void)state;
    static const struct row {
        uint32_t limit;
        int64_t least, most;
    } rows[] = {{200, 190, 5000}, {0, 0, 2000}, {600, 590, 5000}};
    environment_set("SCARDSSP_LOCATE_TIMEOUT", "50000");
    ISCardLocate *locate = locate_for(L"A card that nobody has");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        SCARDINFO *info = (SCARDINFO *)&info;
        expect_hr(scardssp_locate_limit(locate, rows[i].limit), S_OK);
        const int64_t start = kit_ms();
        expect_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_MINIMAL_UI, &info),
                  SCARD_W_CANCELLED_BY_USER);
        assert_null(info);
        assert_int_in_range(kit_ms() - start, rows[i].least, rows[i].most);
    }
    ISCardLocate_Release(locate);
    environment_set("SCARDSSP_LOCATE_TIMEOUT", NULL);
}

/* An object that only looks like one: what a proxy is to this library. */
static void test_finding__limit_of_a_strange_object(void **state) {
    (void)state;
    ISCardLocate *locate = locate_for(DEMO_NAME);
    ISCardLocateVtbl vtbl = *locate->lpVtbl;
    ISCardLocate strange = {.lpVtbl = &vtbl};
    assert_int_equal(scardssp_locate_limit(NULL, 1), E_POINTER);
    assert_int_equal(scardssp_locate_limit(&strange, 1), E_INVALIDARG);
    assert_int_equal(scardssp_locate_cancel(&strange), E_INVALIDARG);
    assert_int_equal(scardssp_locate_cancel(locate), S_OK);
    ISCardLocate_Release(locate);
}

/* A list of ATRs that names the card on the stage, and a database that nobody has. */
static int set_up(void **state) {
    (void)state;
    ISCard *card = kit_card();
    IByteBuffer *atr = NULL;
    char path[SCRATCH_ROOM + 9];
    assert_true(scratch_create(directory));
    (void)snprintf(path, sizeof path, "%s/list.txt", directory);
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, T1), S_OK);
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    (void)fprintf(file, "%s\n\t%ls\n", kit_hex(atr), DEMO_NAME);
    assert_int_equal(fclose(file), 0);
    IByteBuffer_Release(atr);
    ISCard_Release(card);
    environment_set("SCARDSSP_ATR_LIST", path);
    (void)snprintf(path, sizeof path, "%s/none.db", directory);
    environment_set("SCARDSSP_DATABASE_USER", path);
    environment_set("SCARDSSP_DATABASE_SYSTEM", path);
    environment_set("DISPLAY", NULL);
    environment_set("WAYLAND_DISPLAY", NULL);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    (void)scratch_remove(directory); /* the list stays open to the end: not every system lets go of it */
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
        cmocka_unit_test(test_finding__names_of_a_card),
        cmocka_unit_test(test_finding__find_a_card),
        cmocka_unit_test(test_finding__find_for_a_while),
        cmocka_unit_test(test_finding__find_with_a_limit),
        cmocka_unit_test(test_finding__limit_of_a_strange_object),
    };
    const int failed = cmocka_run_group_tests_name(stage_kind(), tests, set_up, tear_down);
    stage_close();
    return failed;
}
