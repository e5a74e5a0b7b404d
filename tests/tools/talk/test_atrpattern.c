/* Patterns for answers to reset: tools/scard/talk/atrpattern.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "talk/atrpattern.h"

static const uint8_t atr[] = {0x3B, 0x08, 0x47, 0xAF};

static void test_atrpattern__fits(void **state) {
    static const struct {
        const char *pattern;
        bool fits;
    } rows[] = {
        {"3B0847AF", true},    {"3b 08 47 af", true}, {"3B:08:47:AF", true}, {"3B0847", false},
        {"3B0847AF00", false}, {"3B08*", true},       {"3*", true},          {"3B0847AF*", true},
        {"3B08....", true},    {"3B08??AF", true},    {"3B08...", false},    {"3B084.A.", true},
        {"3F*", false},        {"3B0847AE", false},   {"........", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(atrpattern_is(rows[i].pattern));
        if (atrpattern_fits(rows[i].pattern, atr, sizeof atr) != rows[i].fits)
            fail_msg("'%s'", rows[i].pattern);
        assert_false(atrpattern_fits(rows[i].pattern, atr, 0));
    }
}

static void test_atrpattern__is_one(void **state) {
    static const char *const none[] = {"", "*", " ", "3B0G", "3B*08", "3B**", "ACME", "3B-08"};
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (atrpattern_is(none[i]))
            fail_msg("'%s' is one", none[i]);
    assert_true(atrpattern_is_likely("3B*"));
    assert_true(atrpattern_is_likely("3f 65"));
    assert_false(atrpattern_is_likely("00"));
    assert_false(atrpattern_is_likely("3"));
    assert_false(atrpattern_is_likely("3BG"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_atrpattern__fits),
                                       cmocka_unit_test(test_atrpattern__is_one)};
    return cmocka_run_group_tests_name("atrpattern", tests, NULL, NULL);
}
