/* Environment variables on Windows, whose values are wide text. */
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

#define NAME "SCARDSSP_TEST_VARIABLE"

static void put(const wchar_t *value) {
    assert_true(SetEnvironmentVariableW(L"" NAME, value));
}

static int unset(void **state) {
    (void)state;
    (void)SetEnvironmentVariableW(L"" NAME, NULL);
    return 0;
}

static void test_get__text(void **state) {
    (void)state;
    assert_null(env_get(NAME));
    put(L"");
    assert_null(env_get(NAME));
    put(L"sim:C:\\\u017deton-\u03a9\u043a\u0430\u0440\u0442\u0430\\\U0001F4B3.json");
    assert_string_equal(env_get(NAME), "sim:C:\\\xC5\xBD"
                                       "eton-\xCE\xA9\xD0\xBA\xD0\xB0\xD1\x80\xD1\x82\xD0\xB0\\"
                                       "\xF0\x9F\x92\xB3.json");
    /* Not text: as good as not there, and nothing of it is let in. */
    put(L"a\xD800"
        L"b");
    assert_null(env_get(NAME));
    assert_null(env_get("SCARDSSP_\xCE\xA9"));
    assert_true(SetEnvironmentVariableW(L"SCARDSSP_\u03a9", L"named"));
    assert_string_equal(env_get("SCARDSSP_\xCE\xA9"), "named");
    assert_true(SetEnvironmentVariableW(L"SCARDSSP_\u03a9", NULL));
}

static void test_get__values_stay(void **state) {
    (void)state;
    put(L"first");
    const char *const first = env_get(NAME);
    put(L"second");
    const char *const second = env_get(NAME);
    unset(NULL);
    assert_null(env_get(NAME));
    put(L"first");
    assert_string_equal(first, "first");
    assert_string_equal(second, "second");
    /* Kept once, however often it is asked for. */
    assert_ptr_equal(env_get(NAME), first);
}

static void test_get__lengths(void **state) {
    (void)state;
    static const size_t lengths[] = {1, 126, 127, 128, 129, 255, 1000, 32000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
        wchar_t *const value = calloc(lengths[i] + 1, sizeof *value);
        assert_non_null(value);
        wmemset(value, L'\u00e9', lengths[i]);
        put(value);
        const char *const text = env_get(NAME);
        assert_non_null(text);
        assert_int_equal(strlen(text), 2 * lengths[i]);
        assert_memory_equal(text + 2 * lengths[i] - 2, "\xC3\xA9", 3);
        free(value);
    }
}

static void test_get_ms__numbers(void **state) {
    (void)state;
    put(L"250");
    assert_int_equal(env_get_ms(NAME, 7), 250);
    put(L"250x");
    assert_int_equal(env_get_ms(NAME, 7), 7);
    put(L"\u0661\u0662"); /* digits, but not ours */
    assert_int_equal(env_get_ms(NAME, 7), 7);
    unset(NULL);
    assert_int_equal(env_get_ms(NAME, 7), 7);
}

/* Reads while the variable changes: always one of the two. */
static unsigned __stdcall read_many(void *user) {
    volatile LONG *const bad = user;
    for (int i = 0; i < 2000; ++i) {
        const char *const text = env_get(NAME);
        if (!text || (strcmp(text, "short") != 0 && strlen(text) != 400))
            InterlockedIncrement(bad);
    }
    return 0;
}

static void test_get__while_others_change_it(void **state) {
    (void)state;
    wchar_t longer[401];
    HANDLE threads[3];
    volatile LONG bad = 0;
    wmemset(longer, L'x', 400);
    longer[400] = 0;
    put(L"short");
    for (int i = 0; i < 3; ++i) {
        threads[i] = (HANDLE)_beginthreadex(NULL, 0, read_many, (void *)(uintptr_t)&bad, 0, NULL);
        assert_non_null(threads[i]);
    }
    while (WaitForMultipleObjects(3, threads, TRUE, 0) == WAIT_TIMEOUT) {
        put(longer);
        put(L"short");
    }
    for (int i = 0; i < 3; ++i)
        CloseHandle(threads[i]);
    assert_int_equal(bad, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_get__text, unset, unset),
        cmocka_unit_test_setup_teardown(test_get__values_stay, unset, unset),
        cmocka_unit_test_setup_teardown(test_get__lengths, unset, unset),
        cmocka_unit_test_setup_teardown(test_get_ms__numbers, unset, unset),
        cmocka_unit_test_setup_teardown(test_get__while_others_change_it, unset, unset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
