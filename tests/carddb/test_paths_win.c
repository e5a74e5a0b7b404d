/* Where the public list of ATRs is sought on Windows, in folders of any name. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf.h"
#include "base/windows/uservars.h"
#include "carddb/atrlist/atrlist.h"
#include "carddb/paths.h"
#include "rm/names.h"
#include "support/kits/limited.h"

#define FOLDER L"\u017deton-\u03a9\u043a\u0430\u0440\u0442\u0430"
#define LIST L"\\scardssp\\smartcard_list.txt"

static wchar_t here[MAX_PATH];

/* A folder of a name beyond ASCII with a list in it. */
static int set_up(void **state) {
    (void)state;
    static const char line[] = "3B 02 14 50\n\tSchlumberger Multiflex 3k\n";
    wchar_t path[2 * MAX_PATH];
    DWORD written = 0;
    assert_true(GetCurrentDirectoryW(MAX_PATH, here) > 0);
    wcscat(here, L"\\" FOLDER);
    assert_true(CreateDirectoryW(here, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
    wcscat(wcscpy(path, here), L"\\scardssp");
    assert_true(CreateDirectoryW(path, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
    wcscat(wcscpy(path, here), LIST);
    HANDLE const file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, line, sizeof line - 1, &written, NULL));
    CloseHandle(file);
    assert_true(SetEnvironmentVariableW(L"SCARDSSP_ATR_LIST", NULL));
    assert_true(SetEnvironmentVariableW(L"APPDATA", L"C:\\nowhere"));
    assert_true(SetEnvironmentVariableW(L"ProgramData", L"C:\\nowhere"));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    wchar_t path[2 * MAX_PATH];
    (void)DeleteFileW(wcscat(wcscpy(path, here), LIST));
    (void)RemoveDirectoryW(wcscat(wcscpy(path, here), L"\\scardssp"));
    return RemoveDirectoryW(here) ? 0 : -1;
}

static void expect_path(const wchar_t *wanted) {
    char *path = NULL;
    assert_true(carddb_path_atr_list(&path));
    char *const text = utf8_from_wide(wanted, wcslen(wanted), NULL);
    assert_non_null(path);
    assert_string_equal(path, text);
    free(text);
    free(path);
}

static void test_list__places(void **state) {
    (void)state;
    wchar_t wanted[2 * MAX_PATH];
    char *none = (char *)&none;
    assert_true(carddb_path_atr_list(&none));
    assert_null(none);
    assert_true(SetEnvironmentVariableW(L"ProgramData", here));
    expect_path(wcscat(wcscpy(wanted, here), LIST));
    /* What is said counts, there or not. */
    assert_true(SetEnvironmentVariableW(L"SCARDSSP_ATR_LIST", L"C:\\\u03a9.txt"));
    expect_path(L"C:\\\u03a9.txt");
}

/* The user's own list is for programs with the user's rights; the second of two programs runs with these. */
static void test_list__of_the_user(void **state) {
    (void)state;
    wchar_t wanted[2 * MAX_PATH];
    char *none = (char *)&none;
    wcscat(wcscpy(wanted, here), LIST);
    assert_true(SetEnvironmentVariableW(L"APPDATA", here));
    if (!uservars_is_elevated()) {
        expect_path(wanted);
        return;
    }
    assert_true(carddb_path_atr_list(&none));
    assert_null(none);
    assert_true(SetEnvironmentVariableW(L"SCARDSSP_TEST_LIST", wanted));
    const DWORD code = limited_run_self(L"limited");
    if (code == LIMITED_NONE)
        skip();
    assert_int_equal(code, 0);
}

/* Finds the list that the test has made: 0. */
static int limited_main(void) {
    wchar_t wanted[2 * MAX_PATH];
    char *path = NULL;
    if (!GetEnvironmentVariableW(L"SCARDSSP_TEST_LIST", wanted, 2 * MAX_PATH) ||
        !carddb_path_atr_list(&path) || !path)
        return 1;
    char *const text = utf8_from_wide(wanted, wcslen(wanted), NULL);
    return text && strcmp(path, text) == 0 ? 0 : 2;
}

static void test_list__read(void **state) {
    (void)state;
    struct atrlist *list = NULL;
    struct names names = {0};
    assert_int_equal(atrlist_open(NULL, &list), RM_E_NO_FILE);
    assert_true(SetEnvironmentVariableW(L"ProgramData", here));
    assert_int_equal(atrlist_open(NULL, &list), RM_OK);
    assert_int_equal(atrlist_find(list, (const uint8_t *)"\x3B\x02\x14\x50", 4, &names), RM_OK);
    assert_string_equal(names.list, "Schlumberger Multiflex 3k");
    free(names.list);
    atrlist_close(list);
}

int main(int argc, char **argv) {
    (void)argv;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_list__places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list__of_the_user, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list__read, set_up, tear_down),
    };
    return argc > 1 ? limited_main() : cmocka_run_group_tests(tests, NULL, NULL);
}
