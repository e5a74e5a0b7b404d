/* Lists of names: how they grow, and which names they have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rm/names.h"

static void test_add__grows(void **state) {
    struct names names = {0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_true(names_add(&names, "name", 1 + (size_t)i % 4));
    assert_int_equal(names.size, 1000 / 4 * (2 + 3 + 4 + 5) + 1);
    assert_memory_equal(names.list, "n\0na\0nam\0name\0n", 16);
    assert_memory_equal(names.list + names.size - 6, "name\0\0", 6);
    assert_int_equal(names_count(&names), 1000);
    assert_false(names_add(&names, "x", SIZE_MAX / 2));
    assert_int_equal(names_count(&names), 1000);
    names_clear(&names);
    assert_null(names.list);
    assert_int_equal(names.size, 0);
}

static void test_add_all__appends_a_multi_string(void **state) {
    static const char list[] = "b\0a\0\0behind the end";
    struct names names = {0};

    (void)state;
    assert_true(names_add_all(&names, "", 1));
    assert_true(names_add_all(&names, NULL, 0));
    assert_int_equal(names.size, 0);
    assert_true(names_add(&names, "first", 5));
    assert_true(names_add_all(&names, list, sizeof list));
    assert_int_equal(names.size, 11);
    assert_memory_equal(names.list, "first\0b\0a\0\0", 11);
    names_clear(&names);
}

static void test_cut__takes_back(void **state) {
    struct names names = {0};

    (void)state;
    names_cut(&names, 0);
    assert_int_equal(names.size, 0);
    assert_true(names_add_all(&names, "a\0bc\0def\0", 10));
    names_cut(&names, 6);
    assert_int_equal(names_count(&names), 2);
    assert_memory_equal(names.list, "a\0bc\0", 6);
    assert_true(names_add(&names, "d", 1));
    assert_memory_equal(names.list, "a\0bc\0d\0", 8);
    names_cut(&names, 0);
    assert_null(names_next(&names, NULL));
    assert_true(names_add(&names, "e", 1));
    assert_memory_equal(names.list, "e\0", 3);
    names_clear(&names);
}

static void test_next__walks_in_order(void **state) {
    struct names names = {0};
    const char *name = NULL;

    (void)state;
    assert_null(names_next(&names, NULL));
    assert_int_equal(names_count(&names), 0);
    assert_true(names_add_all(&names, "one\0two\0", 9));
    assert_string_equal(name = names_next(&names, name), "one");
    assert_string_equal(name = names_next(&names, name), "two");
    assert_null(names_next(&names, name));
    assert_int_equal(names_count(&names), 2);
    names_clear(&names);
}

static void test_has__exactly_or_in_any_case(void **state) {
    struct names names = {0};

    (void)state;
    assert_false(names_has(&names, "Card"));
    assert_false(names_has_anycase(&names, "Card", 4));
    assert_true(names_add_all(&names, "Reader\0K\xC3\xA4rtchen [1]\0", 22));
    assert_true(names_has(&names, "Reader"));
    assert_false(names_has(&names, "reader"));
    assert_false(names_has(&names, "Read"));
    assert_true(names_has_anycase(&names, "rEADER", 6));
    assert_true(names_has_anycase(&names, "reader behind", 6));
    assert_false(names_has_anycase(&names, "reader", 5));
    assert_true(names_has_anycase(&names, "k\xC3\xA4RTCHEN [1]", 13));
    assert_false(names_has_anycase(&names, "k\xC3\x84rtchen [1]", 13)); /* letters of ASCII only */
    assert_false(names_has_anycase(&names, "k\xC3\xA4rtchen {1}", 13)); /* and letters only */
    names_clear(&names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add__grows),
        cmocka_unit_test(test_add_all__appends_a_multi_string),
        cmocka_unit_test(test_cut__takes_back),
        cmocka_unit_test(test_next__walks_in_order),
        cmocka_unit_test(test_has__exactly_or_in_any_case),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
