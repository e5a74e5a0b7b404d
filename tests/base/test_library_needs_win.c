/*
 * A library of the system's folder that needs another one, which lies beside the program only: it is not that
 * one that is taken. Called with the paths of both.
 */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/library.h"

#define NEEDING "scardssp-test-needing.dll"
#define NEEDED "scardssp-test-needed.dll"

static char **paths;
static char in_system[2][MAX_PATH], beside[MAX_PATH];

/* The place of a file in the folder of this program, or in the system's. */
static void place(bool system, const char *name, char out[MAX_PATH]) {
    if (system)
        assert_int_in_range(GetSystemDirectoryA(out, MAX_PATH - 64), 1, MAX_PATH - 65);
    else
        assert_int_in_range(GetModuleFileNameA(NULL, out, MAX_PATH - 64), 1, MAX_PATH - 65);
    char *const end = system ? out + strlen(out) : strrchr(out, '\\');
    assert_non_null(end);
    (void)sprintf(end, "\\%s", name);
}

static int put_files(void **state) {
    (void)state;
    place(true, NEEDING, in_system[0]);
    place(true, NEEDED, in_system[1]);
    place(false, NEEDED, beside);
    assert_true(CopyFileA(paths[1], in_system[0], FALSE));
    return 0;
}

static int remove_files(void **state) {
    (void)state;
    (void)DeleteFileA(in_system[0]);
    (void)DeleteFileA(in_system[1]);
    return 0;
}

static const struct library_symbol symbol = {"needing_number", 0};

static void test_open__what_it_needs_comes_from_the_system(void **state) {
    (void)state;
    int (*number)(void) = NULL;
    /* It is there for those who look beside the program first, as LoadLibrary does. */
    assert_true(CopyFileA(paths[2], beside, FALSE) || GetFileAttributesA(beside) != INVALID_FILE_ATTRIBUTES);
    HMODULE const usual = LoadLibraryA(NEEDED);
    assert_non_null(usual);
    assert_true(FreeLibrary(usual));

    assert_false(library_open(NEEDING, &symbol, 1, &number));
    assert_true(CopyFileA(paths[2], in_system[1], FALSE));
    assert_true(library_open(NEEDING, &symbol, 1, &number));
    assert_int_equal(number(), 42);
    HMODULE const taken = GetModuleHandleA(NEEDED);
    char from[MAX_PATH];
    assert_int_in_range(GetModuleFileNameA(taken, from, MAX_PATH), 1, MAX_PATH - 1);
    assert_int_equal(_stricmp(from, in_system[1]), 0);
    HMODULE const needing = GetModuleHandleA(NEEDING);
    assert_true(FreeLibrary(needing)); /* the copies are to be deleted */
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_open__what_it_needs_comes_from_the_system, put_files,
                                        remove_files),
    };
    paths = argv;
    return argc == 3 ? cmocka_run_group_tests(tests, NULL, NULL) : 2;
}
