/* The forms of files of cards on disk: tools/scard/transfer/form.c and filecopy.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/wipe.h"
#include "transfer/form.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* A text, and the pieces that it stands for; ends[] of none: it is refused. */
struct parse_row {
    const char *text;
    enum form form;
    bool records;
    const char *bytes;
    size_t ends[4], count;
};

static const struct parse_row parse_rows[] = {
    {"Mind", FORM_FITTING, false, "Mind", {4}, 1},
    {"Mind\n", FORM_BYTES, false, "Mind\n", {5}, 1},
    {"4D696E64", FORM_HEX, false, "Mind", {4}, 1},
    {"4D 69\r\n6E 64\r\n", FORM_HEX, false, "Mind", {4}, 1},
    {"4D696E6", FORM_HEX, false, NULL, {0}, 0},
    {"Mind", FORM_HEX, false, NULL, {0}, 0},
    {"\n", FORM_HEX, false, NULL, {0}, 0},
    {"4D69\n6E\n64\n", FORM_FITTING, true, "Mind", {2, 3, 4}, 3},
    {"4D69\r\n6E64", FORM_FITTING, true, "Mind", {2, 4}, 2},
    {"4D69\n6E64", FORM_BYTES, true, "Mind", {2, 4}, 2},
    {"4D69\n\n6E64\n", FORM_FITTING, true, NULL, {0}, 0},
    {"4D69\n6\n", FORM_FITTING, true, NULL, {0}, 0},
    {"Mind\n", FORM_FITTING, true, NULL, {0}, 0},
};

static void test_form__parse(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(parse_rows); ++i) {
        const struct parse_row *row = &parse_rows[i];
        struct filecopy copy;
        const bool good =
            form_parse((const uint8_t *)row->text, strlen(row->text), row->form, row->records, &copy);
        assert_int_equal(good, row->bytes != NULL);
        assert_int_equal(copy.count, row->count);
        assert_int_equal(copy.size, row->bytes ? strlen(row->bytes) : 0);
        if (row->bytes) {
            assert_memory_equal(copy.bytes, row->bytes, copy.size);
            assert_memory_equal(copy.ends, row->ends, row->count * sizeof *row->ends);
        }
        filecopy_free(&copy);
    }
}

/* Pieces of two bytes of a content, and what they look like. */
struct make_row {
    enum filecopy_kind kind;
    enum form form;
    const char *text;
};

static const struct make_row make_rows[] = {
    {FILECOPY_TRANSPARENT, FORM_FITTING, "Mi\x01g"},
    {FILECOPY_TRANSPARENT, FORM_BYTES, "Mi\x01g"},
    {FILECOPY_TRANSPARENT, FORM_HEX, "4D690167\n"},
    {FILECOPY_TRANSPARENT, FORM_DUMP, "00000000  4D 69 01 67                                      Mi.g\n"},
    {FILECOPY_LINEAR_FIXED, FORM_FITTING, "4D69\n0167\n"},
    {FILECOPY_CYCLIC, FORM_BYTES, "Mi\x01g"},
    {FILECOPY_LINEAR_VARIABLE, FORM_DUMP,
     "Record 1, 2 bytes:\n00000000  4D 69                                            Mi\n"
     "Record 2, 2 bytes:\n00000000  01 67                                            .g\n"},
    {FILECOPY_UNKNOWN, FORM_FITTING, "4D69\n0167\n"},
};

static void test_form__make(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(make_rows); ++i) {
        const struct make_row *row = &make_rows[i];
        struct filecopy copy = {.kind = row->kind};
        size_t size = 0;
        assert_true(filecopy_add(&copy, (const uint8_t *)"Mi", 2));
        assert_true(filecopy_add(&copy, (const uint8_t *)"\x01g", 2));
        uint8_t *text = form_make(&copy, row->form, &size);
        assert_non_null(text);
        assert_int_equal(size, strlen(row->text));
        assert_memory_equal(text, row->text, size);
        wipe_free(text, size);
        filecopy_free(&copy);
    }
}

/* A card that gives bytes for ever does not fill the memory. */
static void test_form__too_much(void **state) {
    static const uint8_t bytes[1] = {0};
    struct filecopy copy = {.size = FILECOPY_MAX};
    (void)state;
    assert_false(filecopy_add(&copy, bytes, sizeof bytes));
    assert_int_equal(copy.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form__parse),
        cmocka_unit_test(test_form__make),
        cmocka_unit_test(test_form__too_much),
    };
    return cmocka_run_group_tests_name("tools/form", tests, NULL, NULL);
}
