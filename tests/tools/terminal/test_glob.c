/* Patterns for names: tools/scard/terminal/glob.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "terminal/glob.h"

static void test_glob__rows(void **state) {
    static const struct {
        const char *pattern, *text;
        bool fits;
    } rows[] = {
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "anything", true},
        {"a*", "abc", true},
        {"a*", "bac", false},
        {"*c", "abcabc", true},
        {"*c", "abcab", false},
        {"a*b*c", "a.b.b.c", true},
        {"a*b*c", "a.c.b", false},
        {"?", "", false},
        {"?", "a", true},
        {"?", "\xC3\xA4", true}, /* one character of two bytes */
        {"??", "\xC3\xA4", false},
        {"?", "\xE4", true}, /* no UTF-8: a byte */
        {"*?", "ab", true},
        {"ACME*", "acme reader 00", true},
        {"acme [ccid]*", "ACME [CCID] 00 00", true}, /* brackets stand for themselves */
        {"a**b", "ab", true},
        {"ab", "abc", false},
        {"abc", "ab", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (glob_fits(rows[i].text, rows[i].pattern) != rows[i].fits)
            fail_msg("'%s' and '%s'", rows[i].pattern, rows[i].text);
}

/* What would take a year where each '*' is tried at each place. */
static void test_glob__many_stars(void **state) {
    char text[4001], pattern[101];
    (void)state;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i < sizeof pattern - 1; i++)
        pattern[i] = i % 2 ? 'a' : '*';
    pattern[sizeof pattern - 2] = 'b';
    pattern[sizeof pattern - 1] = '\0';
    assert_false(glob_fits(text, pattern));
}

static void test_glob__is_one(void **state) {
    (void)state;
    assert_true(glob_is("a*"));
    assert_true(glob_is("?"));
    assert_false(glob_is("ACME [CCID] 00"));
    assert_false(glob_is(""));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_glob__rows),
                                       cmocka_unit_test(test_glob__many_stars),
                                       cmocka_unit_test(test_glob__is_one)};
    return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}
