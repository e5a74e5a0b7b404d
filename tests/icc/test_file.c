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

/* What a part of the tree counts, and the tree once it is gone. */
static void test_file__parts_of_the_tree(void **state) {
    (void)state;
    struct file *mf = sim_file_add(NULL, FILE_DF, FILE_MF_ID);
    struct file *a = sim_file_add(mf, FILE_DF, 0x000A);
    struct file *b = sim_file_add(a, FILE_DF, 0x000B);
    struct file *c = sim_file_add(b, FILE_LINEAR_FIXED, 0x000C);
    struct file *d = sim_file_add(a, FILE_CYCLIC, 0x000D);
    struct file *e = sim_file_add(mf, FILE_DF, 0x000E);
    assert_true(sim_file_make_records(c, 2, 3) && sim_file_make_records(d, 4, 5));
    assert_int_equal(sim_file_depth(mf), 1);
    assert_int_equal(sim_file_depth(b), 3);
    assert_int_equal(sim_file_count(c), 1);
    assert_int_equal(sim_file_count(b), 2);
    assert_int_equal(sim_file_count(a), 4);
    assert_int_equal(sim_file_count(mf), 6);
    assert_int_equal(sim_file_space(b), 6);
    assert_int_equal(sim_file_space(a), 26);
    assert_int_equal(sim_file_space(e), 0);
    assert_int_equal(sim_file_space(mf), 26);
    assert_true(sim_file_is_active(c));
    a->deactivated = true;
    assert_false(sim_file_is_active(a));
    assert_false(sim_file_is_active(c));
    assert_true(sim_file_is_active(e));
    sim_file_remove(b);
    assert_ptr_equal(a->child, d);
    assert_int_equal(sim_file_count(mf), 4);
    sim_file_remove(a);
    assert_ptr_equal(mf->child, e);
    assert_ptr_equal(sim_file_after(mf), e);
    sim_file_remove(e);
    assert_null(mf->child);
    sim_file_free(mf);
}

static void test_file__reserved_identifiers(void **state) {
    (void)state;
    assert_true(sim_file_id_reserved(0x0000));
    assert_true(sim_file_id_reserved(0x3F00));
    assert_true(sim_file_id_reserved(0x3FFF));
    assert_true(sim_file_id_reserved(0xFFFF));
    assert_false(sim_file_id_reserved(0x0001));
    assert_false(sim_file_id_reserved(0x3F01));
}

static void test_file__write_as_coded(void **state) {
    struct file file = {.coding = FILE_CODING};
    uint8_t bytes[] = {0xF0, 0x3C};
    (void)state;
    sim_file_write(&file, bytes, (const uint8_t *)"\x0C\x01", 2);
    assert_memory_equal(bytes, "\xFC\x3D", 2);
    file.coding = 0x61;
    sim_file_write(&file, bytes, (const uint8_t *)"\xCF\xF0", 2);
    assert_memory_equal(bytes, "\xCC\x30", 2);
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
        cmocka_unit_test(test_file__order_and_lookup),     cmocka_unit_test(test_file__parts_of_the_tree),
        cmocka_unit_test(test_file__reserved_identifiers), cmocka_unit_test(test_file__write_as_coded),
        cmocka_unit_test(test_file__linear_records),       cmocka_unit_test(test_file__cyclic_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
