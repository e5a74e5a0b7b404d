/* Libraries loaded at run time: the table is filled, or nothing is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/library.h"

struct table {
    double (*root)(double);
    double (*power)(double, double);
};

static const struct library_symbol symbols[] = {{"sqrt", offsetof(struct table, root)},
                                                {"pow", offsetof(struct table, power)}};

static void test_open__fills_the_table(void **state) {
    (void)state;
    struct table table = {NULL, NULL};
    assert_true(library_open("libm.so.6", symbols, 2, &table));
    assert_true(table.root(81.0) > 8.99 && table.root(81.0) < 9.01);
    assert_true(table.power(2.0, 10.0) > 1023.9 && table.power(2.0, 10.0) < 1024.1);
}

static void test_open__no_such_library(void **state) {
    (void)state;
    struct table table;
    assert_false(library_open("libthere-is-none.so.0", symbols, 2, &table));
}

static void test_open__no_such_symbol(void **state) {
    (void)state;
    static const struct library_symbol odd[] = {{"sqrt", offsetof(struct table, root)},
                                                {"there_is_no_such_function", offsetof(struct table, power)}};
    struct table table;
    assert_false(library_open("libm.so.6", odd, 2, &table));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open__fills_the_table),
        cmocka_unit_test(test_open__no_such_library),
        cmocka_unit_test(test_open__no_such_symbol),
    };
    return cmocka_run_group_tests_name("base/library", tests, NULL, NULL);
}
