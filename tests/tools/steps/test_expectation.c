/* What a card is to answer: tools/scard/steps/expectation.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "steps/expectation.h"

static void test_parse__one_form(void **state) {
    static const struct {
        const char *text, *form; /* form NULL: it is none */
    } rows[] = {
        {"9000", "9000"},
        {" 90 00 ", "9000"},
        {"61xx", "61??"},
        {"61?? or 9000", "61?? or 9000"},
        {"61.. OR 9000", "61?? or 9000"},
        {"9000,61??|6C??", "9000 or 61?? or 6C??"},
        {"6f..*", "6F??*"},
        {"6F * 9000", "6F*9000"},
        {"*", "*"},
        {"**", "**"},
        {"", NULL},
        {" ", NULL},
        {"90", NULL},
        {"900", NULL},
        {"90001", NULL},
        {"9000 or", NULL},
        {"or 9000", NULL},
        {"9000,,61??", NULL},
        {"9*", NULL},
        {"900*", NULL},
        {"90 00 o", NULL},
        {"9000 # ok", NULL},
        {"9000)", NULL},
        {"0x9000", "0?9000"}, /* an x is any digit */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        char *form = NULL;
        errno = EBADF;
        const bool good = expectation_parse(rows[i].text, strlen(rows[i].text), &form);
        if (good != (rows[i].form != NULL))
            fail_msg("'%s'", rows[i].text);
        if (rows[i].form)
            assert_string_equal(form, rows[i].form);
        else
            assert_int_equal(errno, 0);
        if (!rows[i].form)
            assert_null(form);
        free(form);
    }
}

/* Only so many characters are read. */
static void test_parse__no_further_than_its_size(void **state) {
    char *form = NULL;
    (void)state;
    assert_true(expectation_parse("9000)xyz", 4, &form));
    assert_string_equal(form, "9000");
    free(form);
}

static void test_is_met__table(void **state) {
    static const struct {
        const char *form;
        const char *answer;
        size_t size;
        bool met;
    } rows[] = {
        {"9000", "\x90\x00", 2, true},
        {"9000", "\x01\x02\x90\x00", 4, true}, /* whatever data */
        {"9000", "\x90\x01", 2, false},
        {"61?? or 9000", "\x61\x1A", 2, true},
        {"61?? or 9000", "\x90\x00", 2, true},
        {"61?? or 9000", "\x62\x00", 2, false},
        {"6?82", "\x6A\x82", 2, true},
        {"6?82", "\x7A\x82", 2, false},
        {"6F??*", "\x6F\x18\x80\x90\x00", 5, true},
        {"6F??*", "\x6F\x18", 2, true},
        {"6F??*", "\x6F", 1, false},
        {"6F??*", "\x6E\x18\x90\x00", 4, false},
        {"6F*9000", "\x6F\x90\x00\x90\x00", 5, true},
        {"6F*9000", "\x6F\x90\x00\x62\x82", 5, false},
        {"*9000*", "\x01\x90\x00\x02", 4, true},
        {"*9000*", "\x01\x90\x02\x00", 4, false},
        {"*", "\x6A\x82", 2, true},
        {"48656C9000", "\x48\x65\x6C\x90\x00", 5, true}, /* the whole answer */
        {"48656C9000", "\x48\x65\x6C\x6C\x90\x00", 6, false},
        {"48656C9000", "\x48\x65\x6C\x90", 4, false},
        {"4?6?*00 or 6A82", "\x48\x65\x90\x00", 4, true},
        {"4?6?*00 or 6A82", "\x01\x6A\x82", 3, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        if (expectation_is_met(rows[i].form, (const uint8_t *)rows[i].answer, rows[i].size) != rows[i].met)
            fail_msg("'%s', row %zu", rows[i].form, i);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__one_form),
        cmocka_unit_test(test_parse__no_further_than_its_size),
        cmocka_unit_test(test_is_met__table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
