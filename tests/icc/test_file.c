/* The file tree itself: order, look-up, and where the records of each kind of file come to lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/file.h"

static void test_file__order_and_lookup(void **state) {
    (void)state;
    struct file *mf = sim_file_add(NULL, FILE_DF, FILE_MF_ID);
    struct file *a = sim_file_add(mf, FILE_DF, 0x000A);
    struct file *b = sim_file_add(a, FILE_DF, 0x000B);
    struct file *c = sim_file_add(b, FILE_TRANSPARENT, 0x000C);
    struct file *d = sim_file_add(mf, FILE_TRANSPARENT, 0x000D);
    const struct file *const order[] = {mf, a, b, c, d, NULL};
    const struct file *at = mf;
    c->sfi = 3;
    for (size_t i = 0; order[i]; i++) {
        assert_ptr_equal(at, order[i]);
        at = sim_file_after(at);
    }
    assert_null(at);
    assert_ptr_equal(sim_file_child(mf, 0x000D), d);
    assert_null(sim_file_child(mf, 0x000B));
    assert_ptr_equal(sim_file_by_sfi(b, 3), c);
    assert_null(sim_file_by_sfi(mf, 3));
    sim_file_free(mf);
    sim_file_free(NULL);
}

static void test_file__linear_records(void **state) {
    (void)state;
    struct file *ef = sim_file_add(NULL, FILE_LINEAR_FIXED, 1);
    assert_true(sim_file_make_records(ef, 2, 3));
    assert_null(sim_file_record(ef, 1));
    assert_int_equal(sim_file_append(ef, (const uint8_t *)"abc", 3), 1);
    assert_int_equal(sim_file_append(ef, (const uint8_t *)"def", 3), 2);
    assert_int_equal(sim_file_append(ef, (const uint8_t *)"ghi", 3), 0);
    assert_memory_equal(sim_file_record(ef, 2)->bytes, "def", 3);
    assert_null(sim_file_record(ef, 0));
    assert_null(sim_file_record(ef, 3));
    sim_file_free(ef);
}

static void test_file__cyclic_records(void **state) {
    (void)state;
    struct file *ef = sim_file_add(NULL, FILE_CYCLIC, 1);
    assert_true(sim_file_make_records(ef, 3, 1));
    for (uint8_t value = 1; value <= 100; value++) {
        assert_int_equal(sim_file_append(ef, &value, 1), 1);
        const uint32_t count = value < 3 ? value : 3;
        assert_int_equal(ef->count, count);
        for (uint32_t number = 1; number <= count; number++)
            assert_int_equal(sim_file_record(ef, number)->bytes[0], value + 1 - number);
    }
    sim_file_free(ef);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file__order_and_lookup),
        cmocka_unit_test(test_file__linear_records),
        cmocka_unit_test(test_file__cyclic_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
