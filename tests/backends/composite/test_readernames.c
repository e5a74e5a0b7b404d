/* Unique names: who keeps his, what the others get, and that nobody loses one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backends/composite/readernames.h"

static struct readernames names;

static int clear(void **state) {
    (void)state;
    readernames_clear(&names);
    return 0;
}

static const char *entered(size_t place, const char *inner) {
    const struct readername *name = readernames_enter(&names, place, inner);
    assert_non_null(name);
    assert_int_equal(name->place, place);
    assert_string_equal(name->inner, inner);
    assert_int_equal(name->is_other, strcmp(name->inner, name->outer) != 0);
    assert_ptr_equal(readernames_find(&names, name->outer), name);
    return name->outer;
}

static void test_readernames__the_first_keeps_its_name(void **state) {
    (void)state;
    assert_string_equal(entered(0, "Reader"), "Reader");
    assert_string_equal(entered(1, "Reader"), "Reader (2)");
    assert_string_equal(entered(2, "Reader"), "Reader (3)");
    assert_string_equal(entered(1, "Other"), "Other");
    assert_null(readernames_find(&names, "reader"));
    assert_null(readernames_find(&names, "Reader (4)"));
}

static void test_readernames__stay(void **state) {
    (void)state;
    const char *const second = (entered(0, "Reader"), entered(1, "Reader"));
    for (int i = 0; i < 3; i++) {
        assert_ptr_equal(entered(1, "Reader"), second);
        assert_string_equal(entered(0, "Reader"), "Reader");
    }
}

static void test_readernames__a_suffix_that_is_taken(void **state) {
    (void)state;
    assert_string_equal(entered(0, "Reader"), "Reader");
    assert_string_equal(entered(0, "Reader (2)"), "Reader (2)");
    assert_string_equal(entered(1, "Reader"), "Reader (3)");
    assert_string_equal(entered(1, "Reader (2)"), "Reader (2) (2)");
    assert_string_equal(entered(2, "Reader (3)"), "Reader (3) (2)");
}

static void test_readernames__long_ones_are_cut_between_characters(void **state) {
    char name[200];
    (void)state;
    memset(name, 'a', sizeof name);
    name[127] = '\0';
    assert_string_equal(entered(0, name), name);
    assert_int_equal(strlen(entered(1, name)), 127);
    assert_memory_equal(entered(1, name), name, 123);
    assert_string_equal(entered(1, name) + 123, " (2)");
    memcpy(name + 122, "\xC3\xA4\xC3\xA4", 4); /* two characters at 122 and 124: no half of the first */
    name[126] = '\0';
    assert_string_equal(entered(0, name), name);
    assert_int_equal(strlen(entered(1, name)), 126);
    assert_string_equal(entered(1, name) + 122, " (2)");
}

static void test_readernames__longer_than_anybody_has_room_for(void **state) {
    char name[200];
    (void)state;
    memset(name, 'b', sizeof name);
    name[199] = '\0';
    assert_string_equal(entered(0, name), name);
    assert_int_equal(strlen(entered(1, name)), 203);
}

#define CASE(name) cmocka_unit_test_teardown(name, clear)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_readernames__the_first_keeps_its_name),
        CASE(test_readernames__stay),
        CASE(test_readernames__a_suffix_that_is_taken),
        CASE(test_readernames__long_ones_are_cut_between_characters),
        CASE(test_readernames__longer_than_anybody_has_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
