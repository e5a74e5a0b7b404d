/* BSTR: lengths, terminators, layout and the rules for NULL. */
#include "support/kits/com.h"

#include "support/fakes/bigalloc.h"

/* The length in bytes has to stand in the four bytes in front of the text: other languages read it there. */
static uint32_t prefix_of(BSTR string) {
    uint32_t size;
    memcpy(&size, (const char *)string - 4, sizeof size);
    return size;
}

static void test_alloc__text(void **state) {
    (void)state;
    BSTR string = SysAllocString(L"Gr\u00fc\u00dfe");
    assert_non_null(string);
    assert_int_equal(5, SysStringLen(string));
    assert_int_equal(5 * sizeof(OLECHAR), SysStringByteLen(string));
    assert_int_equal(5 * sizeof(OLECHAR), prefix_of(string));
    assert_int_equal(0, wcscmp(string, L"Gr\u00fc\u00dfe"));
    assert_int_equal(0, (uintptr_t)string % sizeof(OLECHAR));
    SysFreeString(string);
}

static void test_alloc__empty_is_not_null(void **state) {
    (void)state;
    BSTR string = SysAllocString(L"");
    assert_non_null(string);
    assert_int_equal(0, SysStringLen(string));
    assert_int_equal(0, string[0]);
    SysFreeString(string);
}

static void test_null__is_empty(void **state) {
    (void)state;
    assert_null(SysAllocString(NULL));
    assert_int_equal(0, SysStringLen(NULL));
    assert_int_equal(0, SysStringByteLen(NULL));
    SysFreeString(NULL);
}

static void test_alloc_len__keeps_embedded_nul(void **state) {
    (void)state;
    BSTR string = SysAllocStringLen(L"ab\0cd", 5);
    assert_int_equal(5, SysStringLen(string));
    assert_memory_equal(string, L"ab\0cd", 6 * sizeof(OLECHAR));
    SysFreeString(string);
}

static void test_alloc_len__cuts(void **state) {
    (void)state;
    BSTR string = SysAllocStringLen(L"abcdef", 2);
    assert_int_equal(2, SysStringLen(string));
    assert_memory_equal(string, L"ab", 3 * sizeof(OLECHAR));
    SysFreeString(string);
}

static void test_alloc_len__null_text_gives_zeros(void **state) {
    (void)state;
    static const OLECHAR zeros[8];
    BSTR string = SysAllocStringLen(NULL, 7);
    assert_int_equal(7, SysStringLen(string));
    assert_memory_equal(string, zeros, sizeof zeros);
    SysFreeString(string);
}

static void test_alloc_byte_len__any_size(void **state) {
    (void)state;
    for (UINT size = 0; size <= 9; ++size) {
        BSTR string = SysAllocStringByteLen("123456789", size);
        assert_non_null(string);
        assert_int_equal(size, SysStringByteLen(string));
        assert_int_equal(size, prefix_of(string));
        assert_int_equal(size / sizeof(OLECHAR), SysStringLen(string));
        assert_memory_equal(string, "123456789", size);
        const char *after = (const char *)string + size;
        for (size_t i = 0; i < sizeof(OLECHAR); ++i)
            assert_int_equal(0, after[i]);
        SysFreeString(string);
    }
    BSTR zeros = SysAllocStringByteLen(NULL, 3);
    assert_memory_equal(zeros, "\0\0\0", 3);
    SysFreeString(zeros);
}

static void test_alloc__too_long(void **state) {
    (void)state;
    assert_null(SysAllocStringLen(NULL, UINT32_MAX));
    assert_null(SysAllocStringLen(L"x", UINT32_MAX / sizeof(OLECHAR)));
    assert_null(SysAllocStringLen(NULL, INT32_MAX / sizeof(OLECHAR)));
    assert_null(SysAllocStringByteLen(NULL, UINT32_MAX));
    assert_null(SysAllocStringByteLen(NULL, INT32_MAX));
}

static void test_realloc__replaces(void **state) {
    (void)state;
    BSTR string = SysAllocString(L"one");
    assert_true(SysReAllocString(&string, L"another"));
    assert_int_equal(7, SysStringLen(string));
    assert_int_equal(0, wcscmp(string, L"another"));
    assert_true(SysReAllocString(&string, string + 2));
    assert_int_equal(0, wcscmp(string, L"other"));
    assert_true(SysReAllocString(&string, NULL));
    assert_null(string);
    assert_true(SysReAllocString(&string, L"new"));
    assert_int_equal(0, wcscmp(string, L"new"));
    SysFreeString(string);
    assert_false(SysReAllocString(NULL, L"x"));
}

static void test_realloc_len__rules(void **state) {
    (void)state;
    BSTR string = SysAllocString(L"card");
    assert_true(SysReAllocStringLen(&string, string + 1, 2));
    assert_memory_equal(string, L"ar", 3 * sizeof(OLECHAR));
    assert_true(SysReAllocStringLen(&string, NULL, 1));
    assert_memory_equal(string, L"a", 2 * sizeof(OLECHAR));
    assert_false(SysReAllocStringLen(&string, NULL, UINT32_MAX));
    assert_memory_equal(string, L"a", 2 * sizeof(OLECHAR));
    SysFreeString(string);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc__text),
        cmocka_unit_test(test_alloc__empty_is_not_null),
        cmocka_unit_test(test_null__is_empty),
        cmocka_unit_test(test_alloc_len__keeps_embedded_nul),
        cmocka_unit_test(test_alloc_len__cuts),
        cmocka_unit_test(test_alloc_len__null_text_gives_zeros),
        cmocka_unit_test(test_alloc_byte_len__any_size),
        cmocka_unit_test(test_alloc__too_long),
        cmocka_unit_test(test_realloc__replaces),
        cmocka_unit_test(test_realloc_len__rules),
    };
    return cmocka_run_group_tests_name("compat/bstr", tests, NULL, NULL);
}
