/*
 * Which variables steer a program with an administrator's rights: those of the user's registry do not. Wine
 * 8's programs have such rights unless they are started without, Wine 10's have them at hand: this one starts
 * itself both ways.
 */
#include <windows.h>

#include <process.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/env.h"
#include "base/windows/uservars.h"
#include "support/kits/limited.h"

#define NAME "SCARDSSP_TEST_REGISTRY"
#define WIDE_NAME L"" NAME
#define MACHINE L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
#define SESSION L"Volatile Environment\\4711"

/* Where a user's variables come from. A key below a volatile one is volatile. */
static const struct {
    const wchar_t *key;
    DWORD options;
} user_keys[] = {
    {L"Environment", 0},
    {L"Volatile Environment", REG_OPTION_VOLATILE},
    {SESSION, REG_OPTION_VOLATILE},
};
#define USER_KEYS (sizeof user_keys / sizeof *user_keys)

static void put(HKEY root, const wchar_t *key, DWORD options, DWORD type, const wchar_t *text) {
    HKEY opened = NULL;
    assert_int_equal(RegCreateKeyExW(root, key, 0, NULL, options, KEY_SET_VALUE, NULL, &opened, NULL),
                     ERROR_SUCCESS);
    const DWORD size = (DWORD)((wcslen(text) + 1) * sizeof *text);
    assert_int_equal(RegSetValueExW(opened, WIDE_NAME, 0, type, (const BYTE *)text, size), ERROR_SUCCESS);
    RegCloseKey(opened);
}

static void put_user(size_t which, const wchar_t *text) {
    put(HKEY_CURRENT_USER, user_keys[which].key, user_keys[which].options, REG_SZ, text);
}

static void take(HKEY root, const wchar_t *key) {
    HKEY opened = NULL;
    if (RegOpenKeyExW(root, key, 0, KEY_SET_VALUE, &opened) != ERROR_SUCCESS)
        return;
    (void)RegDeleteValueW(opened, WIDE_NAME);
    RegCloseKey(opened);
}

static int clean(void **state) {
    (void)state;
    for (size_t i = 0; i < USER_KEYS; ++i)
        take(HKEY_CURRENT_USER, user_keys[i].key);
    (void)RegDeleteKeyW(HKEY_CURRENT_USER, SESSION);
    take(HKEY_LOCAL_MACHINE, MACHINE);
    (void)SetEnvironmentVariableW(WIDE_NAME, NULL);
    return 0;
}

static void set_here(const wchar_t *text) {
    assert_true(SetEnvironmentVariableW(WIDE_NAME, text));
}

static void skip_without_rights(void) {
    if (!uservars_is_elevated())
        skip();
}

/* As a process gets it: in its environment and in the registry, whichever of the keys it came from. */
static void test_elevated__what_the_user_has_counts_for_nothing(void **state) {
    (void)state;
    skip_without_rights();
    for (size_t i = 0; i < USER_KEYS; ++i) {
        set_here(L"sim:C:\\theirs.json");
        assert_string_equal(env_get(NAME), "sim:C:\\theirs.json");
        put_user(i, L"sim:C:\\theirs.json");
        assert_true(uservars_has(WIDE_NAME));
        assert_null(env_get(NAME));
        assert_null(env_get("scardssp_test_registry")); /* names have no case */
        assert_int_equal(env_get_ms(NAME, 7), 7);
        clean(NULL);
        assert_false(uservars_has(WIDE_NAME));
    }
}

/* The registry may have another value by now, or a text that has become another one. */
static void test_elevated__the_name_decides(void **state) {
    (void)state;
    skip_without_rights();
    set_here(L"sim:C:\\theirs.json");
    put_user(0, L"system");
    assert_null(env_get(NAME));
    put(HKEY_CURRENT_USER, L"Environment", 0, REG_EXPAND_SZ, L"sim:%SystemDrive%\\theirs.json");
    assert_null(env_get(NAME));
    put_user(0, L"");
    assert_null(env_get(NAME));
}

static void test_elevated__an_administrators_own_counts(void **state) {
    (void)state;
    skip_without_rights();
    set_here(L"sim"); /* as in an elevated console */
    assert_string_equal(env_get(NAME), "sim");
    /* For the machine; what has been set here goes before it, as everywhere. */
    put(HKEY_LOCAL_MACHINE, MACHINE, 0, REG_SZ, L"system");
    assert_string_equal(env_get(NAME), "sim");
    /* A user's comes between both, and neither hides nor changes the machine's. */
    put_user(0, L"sim:C:\\theirs.json");
    assert_string_equal(env_get(NAME), "system");
    set_here(NULL);
    assert_string_equal(env_get(NAME), "system");
    put(HKEY_LOCAL_MACHINE, MACHINE, 0, REG_EXPAND_SZ, L"sim:C:\\ours.json");
    assert_string_equal(env_get(NAME), "sim:C:\\ours.json");
    put(HKEY_LOCAL_MACHINE, MACHINE, 0, REG_EXPAND_SZ, L"sim:%USERPROFILE%\\ours.json");
    assert_null(env_get(NAME));
    put(HKEY_LOCAL_MACHINE, MACHINE, 0, REG_SZ, L"");
    assert_null(env_get(NAME));
}

static void test_elevated__machine_text_of_any_length(void **state) {
    (void)state;
    skip_without_rights();
    static wchar_t text[20001];
    wmemset(text, L'\u00e9', 20000);
    put(HKEY_LOCAL_MACHINE, MACHINE, 0, REG_SZ, text);
    wchar_t *const found = uservars_of_machine(WIDE_NAME);
    assert_non_null(found);
    assert_int_equal(wcscmp(found, text), 0);
    free(found);
    HKEY key = NULL;
    assert_int_equal(RegOpenKeyExW(HKEY_LOCAL_MACHINE, MACHINE, 0, KEY_SET_VALUE, &key), ERROR_SUCCESS);
    const DWORD number = 5;
    assert_int_equal(RegSetValueExW(key, WIDE_NAME, 0, REG_DWORD, (const BYTE *)&number, sizeof number),
                     ERROR_SUCCESS);
    assert_null(uservars_of_machine(WIDE_NAME));
    /* A text without its NUL is one. */
    assert_int_equal(RegSetValueExW(key, WIDE_NAME, 0, REG_SZ, (const BYTE *)L"sim", 3 * sizeof(wchar_t)),
                     ERROR_SUCCESS);
    wchar_t *const bare = uservars_of_machine(WIDE_NAME);
    assert_int_equal(wcscmp(bare, L"sim"), 0);
    free(bare);
    RegCloseKey(key);
}

/* Sessions that begin and end meanwhile, 1000 of them. */
static unsigned __stdcall come_and_go(void *user) {
    (void)user;
    for (int i = 0; i < 1000; ++i) {
        HKEY key = NULL;
        if (RegCreateKeyExW(HKEY_CURRENT_USER, SESSION, 0, NULL, REG_OPTION_VOLATILE, KEY_SET_VALUE, NULL,
                            &key, NULL) == ERROR_SUCCESS)
            RegCloseKey(key);
        (void)RegDeleteKeyW(HKEY_CURRENT_USER, SESSION);
    }
    return 0;
}

/* A key that is deleted between two looks has nothing; it is no key that forbids to be read. */
static void test_elevated__sessions_come_and_go(void **state) {
    (void)state;
    skip_without_rights();
    put_user(1, L"theirs");
    take(HKEY_CURRENT_USER, user_keys[1].key);
    const HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, come_and_go, NULL, 0, NULL);
    assert_non_null(thread);
    unsigned found = 0;
    do
        found += uservars_has(WIDE_NAME);
    while (WaitForSingleObject(thread, 0) == WAIT_TIMEOUT);
    CloseHandle(thread);
    assert_int_equal(found, 0);
}

/* What the one without rights finds: 0 if it is not elevated and takes what the user has set. */
static int limited_main(void) {
    const char *const value = env_get(NAME);
    if (uservars_is_elevated())
        return 1;
    return value && strcmp(value, "sim:C:\\mine.json") == 0 ? 0 : 2;
}

static void test_limited__what_the_user_has_counts(void **state) {
    (void)state;
    skip_without_rights();
    set_here(L"sim:C:\\mine.json");
    put_user(0, L"sim:C:\\mine.json");
    assert_null(env_get(NAME));
    const DWORD code = limited_run_self(L"limited");
    if (code == LIMITED_NONE)
        skip();
    assert_int_equal(code, 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_elevated__what_the_user_has_counts_for_nothing, clean, clean),
        cmocka_unit_test_setup_teardown(test_elevated__the_name_decides, clean, clean),
        cmocka_unit_test_setup_teardown(test_elevated__an_administrators_own_counts, clean, clean),
        cmocka_unit_test_setup_teardown(test_elevated__machine_text_of_any_length, clean, clean),
        cmocka_unit_test_setup_teardown(test_elevated__sessions_come_and_go, clean, clean),
        cmocka_unit_test_setup_teardown(test_limited__what_the_user_has_counts, clean, clean),
    };
    if (argc > 1 && strcmp(argv[1], "limited") == 0)
        return limited_main();
    if (argc == 1 && !uservars_is_elevated()) {
        const DWORD code = elevated_run_self(L"elevated");
        if (code != LIMITED_NONE)
            return (int)code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
