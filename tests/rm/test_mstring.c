/* Multi-strings: stepping, counting, appending, and lists that are not what they should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rm/mstring.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_next__walks_in_order(void **state) {
    static const char names[] = "Leser \xC3\xBC 0\0b\0\xE8\xAA\xAD\0";
    const char *name = NULL;
    (void)state;
    name = mstring_next(names, sizeof names, name);
    assert_string_equal(name, "Leser \xC3\xBC 0");
    name = mstring_next(names, sizeof names, name);
    assert_string_equal(name, "b");
    name = mstring_next(names, sizeof names, name);
    assert_string_equal(name, "\xE8\xAA\xAD");
    assert_null(mstring_next(names, sizeof names, name));
    assert_int_equal(mstring_count(names, sizeof names), 3);
}

static void test_next__stops_where_the_list_does(void **state) {
    static const struct {
        const char *names;
        size_t size;
        size_t count;
    } rows[] = {
        {"", 0, 0},           /* nothing at all */
        {"", 1, 0},           /* the empty list */
        {"\0", 2, 0},         /* ... terminated twice */
        {"ab\0\0", 4, 1},     /* as it should be */
        {"ab\0", 3, 1},       /* without the last terminator */
        {"ab\0cd", 5, 1},     /* an unterminated name is not read */
        {"ab", 2, 0},         /* ... nor the only one */
        {"a\0\0b\0\0", 6, 1}, /* nothing counts behind the end */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_int_equal(mstring_count(rows[i].names, rows[i].size), rows[i].count);
}

static void test_append__builds_a_list(void **state) {
    char names[16];
    size_t size = 0;
    (void)state;
    memset(names, '?', sizeof names);
    assert_true(mstring_append(names, sizeof names, &size, "one"));
    assert_int_equal(size, 5);
    assert_memory_equal(names, "one\0\0?", 6);
    assert_true(mstring_append(names, sizeof names, &size, "two"));
    assert_int_equal(size, 9);
    assert_memory_equal(names, "one\0two\0\0?", 10);
    assert_int_equal(mstring_count(names, size), 2);
}

static void test_append__to_an_empty_list_of_one_byte(void **state) {
    char names[8] = "";
    size_t size = 1;
    (void)state;
    assert_true(mstring_append(names, sizeof names, &size, "a"));
    assert_int_equal(size, 3);
    assert_memory_equal(names, "a\0", 3);
}

static void test_append__exact_room_and_one_less(void **state) {
    char names[8];
    size_t size = 0;
    (void)state;
    memset(names, '?', sizeof names);
    assert_int_equal(mstring_size_with(0, "abc"), 5);
    assert_int_equal(mstring_size_with(1, "abc"), 5);
    assert_false(mstring_append(names, 4, &size, "abc"));
    assert_int_equal(size, 0);
    assert_memory_equal(names, "????????", 8);
    assert_true(mstring_append(names, 5, &size, "abc"));
    assert_int_equal(mstring_size_with(size, "d"), 7);
    assert_false(mstring_append(names, 6, &size, "d"));
    assert_int_equal(size, 5);
    assert_memory_equal(names, "abc\0\0???", 8);
    assert_true(mstring_append(names, 7, &size, "d"));
    assert_memory_equal(names, "abc\0d\0\0?", 8);
}

static void test_append__an_empty_name_would_end_the_list(void **state) {
    char names[8] = "a\0";
    size_t size = 3;
    (void)state;
    assert_false(mstring_append(names, sizeof names, &size, ""));
    assert_int_equal(size, 3);
    assert_int_equal(mstring_count(names, size), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next__walks_in_order),
        cmocka_unit_test(test_next__stops_where_the_list_does),
        cmocka_unit_test(test_append__builds_a_list),
        cmocka_unit_test(test_append__to_an_empty_list_of_one_byte),
        cmocka_unit_test(test_append__exact_room_and_one_less),
        cmocka_unit_test(test_append__an_empty_name_would_end_the_list),
    };
    return cmocka_run_group_tests_name("mstring", tests, NULL, NULL);
}
