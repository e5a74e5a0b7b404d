/* Functions of libraries in the system's folder, and of no other. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/library.h"

struct table {
    DWORD(WINAPI *get_current_process_id)(void);
    UINT(WINAPI *get_system_directory)(LPWSTR path, UINT room);
};

static const struct library_symbol good[] = {
    {"GetSystemDirectoryW", offsetof(struct table, get_system_directory)},
    {"GetCurrentProcessId", offsetof(struct table, get_current_process_id)},
};

static void test_open__functions(void **state) {
    (void)state;
    wchar_t path[MAX_PATH];
    struct table table = {0};
    assert_true(library_open("kernel32.dll", good, 2, &table));
    assert_int_equal(table.get_current_process_id(), GetCurrentProcessId());
    assert_true(table.get_system_directory(path, MAX_PATH) > 0);
}

static void test_open__missing(void **state) {
    (void)state;
    static const struct library_symbol bad[] = {{"GetCurrentProcessId", 0}, {"NoSuchFunctionAnywhere", 0}};
    struct table table = {0};
    assert_false(library_open("kernel32.dll", bad, 2, &table));
    assert_false(library_open("no-such-library.dll", good, 2, &table));
    assert_false(library_open("", good, 2, &table));
}

/* Copies a library of the system's beside this program, where Windows would look first. */
static void copy_here(const wchar_t *library, const wchar_t *name) {
    wchar_t path[MAX_PATH];
    const UINT length = GetSystemDirectoryW(path, MAX_PATH);
    assert_true(length > 0 && length + 1 + wcslen(library) < MAX_PATH);
    wcscat(path, L"\\");
    wcscat(path, library);
    assert_true(CopyFileW(path, name, FALSE));
}

static void test_open__not_beside_the_program(void **state) {
    (void)state;
    static const struct library_symbol symbols[] = {{"GetFileVersionInfoW", 0}};
    FARPROC table[1];
    copy_here(L"version.dll", L"scardssp-test-planted.dll");
    HMODULE const planted = LoadLibraryW(L"scardssp-test-planted.dll");
    const bool found = library_open("scardssp-test-planted.dll", symbols, 1, table) ||
                       library_open(".\\scardssp-test-planted.dll", symbols, 1, table) ||
                       library_open("C:scardssp-test-planted.dll", symbols, 1, table);
    assert_non_null(planted); /* it is a good one */
    FreeLibrary(planted);
    assert_true(DeleteFileW(L"scardssp-test-planted.dll"));
    assert_false(found);
    assert_true(library_open("version.dll", symbols, 1, table));
}

static void test_open__names(void **state) {
    (void)state;
    struct table table = {0};
    char endless[400];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_false(library_open(endless, good, 2, &table));
    assert_false(library_open("..\\system32\\kernel32.dll", good, 2, &table));
    assert_false(library_open("../system32/kernel32.dll", good, 2, &table));
    assert_false(library_open("\xCE\xA9.dll", good, 2, &table));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open__functions),
        cmocka_unit_test(test_open__missing),
        cmocka_unit_test(test_open__not_beside_the_program),
        cmocka_unit_test(test_open__names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
