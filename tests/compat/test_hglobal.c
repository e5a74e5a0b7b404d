/* Memory blocks by handle: both kinds, their locks, and how they grow and shrink. */
#include "support/kits/com.h"

#include <stdbool.h>

#include "support/fakes/bigalloc.h"

/* Bytes that nobody has, and that no arithmetic wraps around at. */
#define TOO_MUCH (SIZE_MAX / 4 * (sizeof(void *) == 8 ? 1 : 3))

static bool all(const uint8_t *bytes, size_t size, uint8_t value) {
    for (size_t i = 0; i < size; ++i)
        if (bytes[i] != value)
            return false;
    return true;
}

static void test_fixed__handle_is_the_address(void **state) {
    (void)state;
    HGLOBAL block = GlobalAlloc(GPTR, 100);
    assert_non_null(block);
    assert_ptr_equal(block, GlobalLock(block));
    assert_true(GlobalUnlock(block));
    assert_int_equal(100, GlobalSize(block));
    assert_true(all(block, 100, 0));
    assert_null(GlobalFree(block));
}

static void test_fixed__moves_only_when_told(void **state) {
    (void)state;
    HGLOBAL block = GlobalAlloc(GMEM_FIXED, 10);
    memset(block, 0x11, 10);
    /* In its place it may grow, where there is room behind it. */
    HGLOBAL grown = GlobalReAlloc(block, 5000, 0);
    assert_true(!grown || grown == block);
    assert_int_equal(grown ? 5000 : 10, GlobalSize(block));
    assert_ptr_equal(block, GlobalReAlloc(block, 8, 0));
    assert_int_equal(8, GlobalSize(block));
    block = GlobalReAlloc(block, 5000, GMEM_MOVEABLE | GMEM_ZEROINIT);
    assert_non_null(block);
    assert_true(all(block, 8, 0x11));
    assert_true(all((uint8_t *)block + 8, 4992, 0));
    assert_null(GlobalReAlloc(block, SIZE_MAX, GMEM_MOVEABLE));
    assert_int_equal(5000, GlobalSize(block));
    GlobalFree(block);
}

static void test_moveable__lock_counts(void **state) {
    (void)state;
    HGLOBAL block = GlobalAlloc(GHND, 64);
    uint8_t *bytes = GlobalLock(block);
    assert_non_null(bytes);
    assert_ptr_not_equal(block, bytes);
    assert_ptr_equal(bytes, GlobalLock(block));
    assert_true(all(bytes, 64, 0));
    assert_true(GlobalUnlock(block));
    assert_false(GlobalUnlock(block));
    assert_false(GlobalUnlock(block));
    assert_null(GlobalFree(block));
}

static void test_moveable__empty(void **state) {
    (void)state;
    HGLOBAL block = GlobalAlloc(GMEM_MOVEABLE, 0);
    assert_non_null(block);
    assert_int_equal(0, GlobalSize(block));
    assert_null(GlobalLock(block));
    assert_false(GlobalUnlock(block));
    assert_ptr_equal(block, GlobalReAlloc(block, 12, GMEM_MOVEABLE | GMEM_ZEROINIT));
    assert_true(all(GlobalLock(block), 12, 0));
    GlobalUnlock(block);
    assert_ptr_equal(block, GlobalReAlloc(block, 0, GMEM_MOVEABLE));
    assert_int_equal(0, GlobalSize(block));
    assert_null(GlobalLock(block));
    GlobalFree(block);
}

static void test_moveable__grows_and_shrinks_under_its_handle(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 100, 4096, 10, 70000, 65536, 65537, 5, 6, 7, 1 << 20, 17};
    HGLOBAL block = GlobalAlloc(GMEM_MOVEABLE, 1);
    *(uint8_t *)GlobalLock(block) = 0xEE;
    GlobalUnlock(block);
    size_t old = 1;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i) {
        assert_ptr_equal(block, GlobalReAlloc(block, sizes[i], GMEM_MOVEABLE | GMEM_ZEROINIT));
        assert_int_equal(sizes[i], GlobalSize(block));
        uint8_t *bytes = GlobalLock(block);
        assert_true(all(bytes, old < sizes[i] ? old : sizes[i], 0xEE));
        if (sizes[i] > old)
            assert_true(all(bytes + old, sizes[i] - old, 0));
        memset(bytes, 0xEE, sizes[i]);
        GlobalUnlock(block);
        old = sizes[i];
    }
    GlobalFree(block);
}

static void test_alloc__beyond_memory(void **state) {
    (void)state;
    assert_null(GlobalAlloc(GMEM_FIXED, SIZE_MAX));
    assert_null(GlobalAlloc(GMEM_MOVEABLE, SIZE_MAX));
    assert_null(GlobalAlloc(GMEM_FIXED, TOO_MUCH));
    assert_null(GlobalAlloc(GMEM_MOVEABLE, TOO_MUCH));
    assert_null(GlobalAlloc(GHND, TOO_MUCH));
    HGLOBAL block = GlobalAlloc(GHND, 5);
    assert_null(GlobalReAlloc(block, SIZE_MAX, GMEM_MOVEABLE));
    assert_null(GlobalReAlloc(block, TOO_MUCH, GMEM_MOVEABLE));
    assert_null(GlobalReAlloc(block, TOO_MUCH, GMEM_MOVEABLE | GMEM_ZEROINIT));
    assert_int_equal(5, GlobalSize(block));
    assert_true(all(GlobalLock(block), 5, 0));
    GlobalFree(block);
}

static void test_null__is_harmless(void **state) {
    (void)state;
    assert_null(GlobalFree(NULL));
    assert_null(GlobalLock(NULL));
    assert_false(GlobalUnlock(NULL));
    assert_int_equal(0, GlobalSize(NULL));
    assert_null(GlobalReAlloc(NULL, 1, GMEM_MOVEABLE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed__handle_is_the_address),
        cmocka_unit_test(test_fixed__moves_only_when_told),
        cmocka_unit_test(test_moveable__lock_counts),
        cmocka_unit_test(test_moveable__empty),
        cmocka_unit_test(test_moveable__grows_and_shrinks_under_its_handle),
        cmocka_unit_test(test_alloc__beyond_memory),
        cmocka_unit_test(test_null__is_harmless),
    };
    return cmocka_run_group_tests_name("compat/hglobal", tests, NULL, NULL);
}
