/* Task memory. */
#include "support/kits/com.h"

#include "support/fakes/bigalloc.h"

static void test_alloc__is_writable(void **state) {
    (void)state;
    uint8_t *memory = CoTaskMemAlloc(300);
    assert_non_null(memory);
    memset(memory, 0x5A, 300);
    CoTaskMemFree(memory);
    CoTaskMemFree(NULL);
}

static void test_alloc__zero_bytes_is_an_address(void **state) {
    (void)state;
    void *memory = CoTaskMemAlloc(0);
    assert_non_null(memory);
    CoTaskMemFree(memory);
}

static void test_alloc__too_much(void **state) {
    (void)state;
    assert_null(CoTaskMemAlloc(SIZE_MAX));
    assert_null(CoTaskMemAlloc((SIZE_T)PTRDIFF_MAX + 1));
}

static void test_realloc__keeps_bytes(void **state) {
    (void)state;
    uint8_t *memory = CoTaskMemRealloc(NULL, 3);
    assert_non_null(memory);
    memcpy(memory, "abc", 3);
    memory = CoTaskMemRealloc(memory, 70000);
    assert_non_null(memory);
    assert_memory_equal(memory, "abc", 3);
    assert_null(CoTaskMemRealloc(memory, SIZE_MAX));
    assert_memory_equal(memory, "abc", 3);
    memory = CoTaskMemRealloc(memory, 2);
    assert_memory_equal(memory, "ab", 2);
    assert_null(CoTaskMemRealloc(memory, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc__is_writable),
        cmocka_unit_test(test_alloc__zero_bytes_is_an_address),
        cmocka_unit_test(test_alloc__too_much),
        cmocka_unit_test(test_realloc__keeps_bytes),
    };
    return cmocka_run_group_tests_name("compat/taskmem", tests, NULL, NULL);
}
