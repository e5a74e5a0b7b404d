/*
 * What the registry of Windows says of the classes of this library, as scardssp_providers() tells it:
 * nothing, the machine's entry, the user's before it, libraries that are not there. The registry is this
 * test's own.
 */
#include "scardssp_provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#define PLACE L"Software\\scardssp-test"
#define CLASS_KEY L"Software\\Classes\\CLSID\\{1461AAC7-6810-11D0-918F-00AA00C18068}\\InprocServer32"
#define CLASS_TEXT "{1461AAC7-6810-11D0-918F-00AA00C18068}"
#define CLASSES 8

/* What stands in place of the user's and of the machine's part. */
static HKEY user, machine;

static HKEY make_key(HKEY below, const wchar_t *name) {
    HKEY key = NULL;
    assert_int_equal(RegCreateKeyExW(below, name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL),
                     ERROR_SUCCESS);
    return key;
}

static int set_up(void **state) {
    (void)state;
    user = make_key(HKEY_CURRENT_USER, PLACE L"\\user");
    machine = make_key(HKEY_CURRENT_USER, PLACE L"\\machine");
    assert_int_equal(RegOverridePredefKey(HKEY_LOCAL_MACHINE, machine), ERROR_SUCCESS);
    assert_int_equal(RegOverridePredefKey(HKEY_CURRENT_USER, user), ERROR_SUCCESS);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    (void)RegOverridePredefKey(HKEY_CURRENT_USER, NULL);
    (void)RegOverridePredefKey(HKEY_LOCAL_MACHINE, NULL);
    RegCloseKey(user);
    RegCloseKey(machine);
    return RegDeleteTreeW(HKEY_CURRENT_USER, PLACE) == ERROR_SUCCESS ? 0 : -1;
}

static void put(HKEY root, DWORD type, const wchar_t *library, size_t size) {
    HKEY const key = make_key(root, CLASS_KEY);
    assert_int_equal(RegSetValueExW(key, NULL, 0, type, (const BYTE *)library, (DWORD)size), ERROR_SUCCESS);
    RegCloseKey(key);
}

#define PUT(root, library) put(root, REG_SZ, library, sizeof library)

/* What was told of one class. */
struct told {
    size_t all, card;
    char file[2][200], library[2][200], reason[2][200], name[40], progid[40];
    uint32_t state[2];
    size_t stop_after;
};

static void copy(char *to, size_t room, const char *text) {
    (void)snprintf(to, room, "%s", text ? text : "(none)");
}

static int note(void *user_data, const struct scardssp_provider *provider) {
    struct told *const told = user_data;
    ++told->all;
    if (strcmp(provider->clsid, CLASS_TEXT) == 0 && told->card < 2) {
        const size_t i = told->card++;
        copy(told->file[i], sizeof told->file[i], provider->file);
        copy(told->library[i], sizeof told->library[i], provider->library);
        copy(told->reason[i], sizeof told->reason[i], provider->reason);
        copy(told->name, sizeof told->name, provider->name);
        copy(told->progid, sizeof told->progid, provider->progid);
        told->state[i] = provider->state;
    }
    return told->stop_after && told->all >= told->stop_after;
}

static struct told ask(void) {
    struct told told = {0};
    assert_int_equal(scardssp_providers(note, &told), S_OK);
    return told;
}

static void test_providers__not_registered(void **state) {
    (void)state;
    const struct told told = ask();
    assert_int_equal(told.all, CLASSES);
    assert_int_equal(told.card, 1);
    assert_string_equal(told.name, "CSCard");
    assert_string_equal(told.progid, "SCardSSP.SCard");
    assert_int_equal(told.state[0], SCARDSSP_PROVIDER_FAILED);
    assert_string_equal(told.library[0], "(none)");
    assert_non_null(
        strstr(told.reason[0], sizeof(void *) == 8 ? "for programs of 64 bits" : "for programs of 32 bits"));
    assert_non_null(strstr(told.reason[0], "regsvr32"));
}

static void test_providers__registered(void **state) {
    (void)state;
    wchar_t here[MAX_PATH];
    const DWORD length = GetModuleFileNameW(NULL, here, MAX_PATH);
    put(machine, REG_SZ, here, (length + 1) * sizeof *here);
    struct told told = ask();
    assert_int_equal(told.card, 1);
    assert_int_equal(told.state[0], SCARDSSP_PROVIDER_USED);
    assert_string_equal(told.reason[0], "(none)");
    assert_string_equal(told.file[0],
                        "HKEY_LOCAL_MACHINE\\Software\\Classes\\CLSID\\" CLASS_TEXT "\\InprocServer32");
    assert_non_null(strstr(told.library[0], "test_module_providers"));
    /* The user's own comes first. Without a folder the system looks for it in its own places. */
    PUT(user, L"\u03a9-scardssp.dll");
    told = ask();
    assert_int_equal(told.all, CLASSES + 1);
    assert_int_equal(told.card, 2);
    assert_int_equal(told.state[0], SCARDSSP_PROVIDER_USED);
    assert_string_equal(told.library[0], "\xCE\xA9-scardssp.dll");
    assert_string_equal(told.file[0],
                        "HKEY_CURRENT_USER\\Software\\Classes\\CLSID\\" CLASS_TEXT "\\InprocServer32");
    assert_int_equal(told.state[1], SCARDSSP_PROVIDER_HIDDEN);
    assert_string_equal(told.reason[1], "HKEY_CURRENT_USER has the same class");
}

static void test_providers__library_missing(void **state) {
    (void)state;
    PUT(machine, L"C:\\nowhere\\\u017d\\scardssp.dll");
    const struct told told = ask();
    assert_int_equal(told.state[0], SCARDSSP_PROVIDER_FAILED);
    assert_string_equal(told.library[0], "C:\\nowhere\\\xC5\xBD\\scardssp.dll");
    assert_non_null(strstr(told.reason[0], "the library is not there"));
}

/* Entries that nobody's installer has made. */
static void test_providers__hostile_entries(void **state) {
    (void)state;
    static wchar_t endless[3000];
    static const wchar_t lone[] = {L'C', L':', L'\\', 0xD800, 0};
    wmemset(endless, L'x', 2999);
    put(machine, REG_SZ, endless, sizeof endless);
    assert_int_equal(ask().state[0], SCARDSSP_PROVIDER_FAILED);
    put(machine, REG_BINARY, L"C:\\x.dll", sizeof L"C:\\x.dll");
    assert_int_equal(ask().state[0], SCARDSSP_PROVIDER_FAILED);
    PUT(machine, L"");
    assert_int_equal(ask().state[0], SCARDSSP_PROVIDER_FAILED);
    put(machine, REG_SZ, lone, sizeof lone);
    const struct told told = ask();
    assert_int_equal(told.state[0], SCARDSSP_PROVIDER_REFUSED);
    assert_string_equal(told.library[0], "(none)");
}

static void test_providers__visitor(void **state) {
    (void)state;
    struct told told = {.stop_after = 3};
    assert_int_equal(scardssp_providers(note, &told), S_OK);
    assert_int_equal(told.all, 3);
    assert_int_equal(scardssp_providers(NULL, NULL), E_POINTER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_providers__not_registered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_providers__registered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_providers__library_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_providers__hostile_entries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_providers__visitor, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
