/* What a caller's VARIANT says: what stands for nothing, where its array is, and bytes both ways. */
#include "support/kits/com.h"

#include <string.h>

#include "base/wipe.h"
#include "com/variants.h"

static void test_content__one_step(void **state) {
    (void)state;
    VARIANT value = {.vt = VT_I4, .lVal = 7};
    VARIANT once = {.vt = VT_BYREF | VT_VARIANT};
    VARIANT twice = {.vt = VT_BYREF | VT_VARIANT};
    VARIANT dangling = {.vt = VT_BYREF | VT_VARIANT};
    V_VARIANTREF(&once) = &value;
    V_VARIANTREF(&twice) = &once;
    V_VARIANTREF(&dangling) = NULL;
    assert_ptr_equal(variants_content(&value), &value);
    assert_ptr_equal(variants_content(&once), &value);
    assert_null(variants_content(&twice));
    assert_null(variants_content(&dangling));
}

static void test_is_nothing__by_type(void **state) {
    (void)state;
    static const VARTYPE types[] = {
        VT_EMPTY, VT_NULL, VT_DISPATCH, VT_UNKNOWN, VT_BYREF | VT_DISPATCH, VT_BYREF | VT_UNKNOWN};
    IUnknown *object = NULL;
    VARIANT value;
    for (size_t i = 0; i < sizeof types / sizeof *types; ++i) {
        memset(&value, 0, sizeof value);
        V_VT(&value) = types[i];
        assert_true(variants_is_nothing(&value));
        V_UNKNOWNREF(&value) = &object;
        assert_int_equal(variants_is_nothing(&value), i < 2 || i > 3);
    }
    V_VT(&value) = VT_ERROR;
    V_ERROR(&value) = DISP_E_PARAMNOTFOUND;
    assert_true(variants_is_nothing(&value));
    V_ERROR(&value) = DISP_E_TYPEMISMATCH;
    assert_false(variants_is_nothing(&value));
    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = NULL;
    assert_false(variants_is_nothing(&value));
}

static void test_bytes__both_ways(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x00, 0xA4, 0xFF};
    VARIANT value, reference = {.vt = VT_BYREF | VT_ARRAY | VT_UI1};
    uint8_t *copy = NULL;
    size_t size = 0;
    assert_hr(S_OK, variants_of_bytes(bytes, sizeof bytes, &value));
    assert_int_equal(VT_ARRAY | VT_UI1, V_VT(&value));
    V_ARRAYREF(&reference) = &V_ARRAY(&value);
    assert_ptr_equal(V_ARRAY(&value), variants_array(&value));
    assert_ptr_equal(V_ARRAY(&value), variants_array(&reference));
    assert_hr(S_OK, variants_bytes(&reference, &copy, &size));
    assert_int_equal(sizeof bytes, size);
    assert_memory_equal(bytes, copy, size);
    wipe_free(copy, size);
    assert_hr(S_OK, VariantClear(&value));
}

static void test_bytes__none(void **state) {
    (void)state;
    VARIANT value = {.vt = VT_ARRAY | VT_UI1}, reference = {.vt = VT_BYREF | VT_ARRAY | VT_UI1},
            number = {.vt = VT_UI1};
    uint8_t *copy = NULL;
    size_t size = 0;
    assert_true(variants_is_no_bytes(&value));
    assert_true(variants_is_no_bytes(&reference));
    assert_null(variants_array(&number));
    assert_false(variants_is_no_bytes(&number));
    assert_hr(DISP_E_TYPEMISMATCH, variants_bytes(&number, &copy, &size));
    assert_hr(DISP_E_TYPEMISMATCH, variants_bytes(&value, &copy, &size));
    V_VT(&value) = VT_ARRAY | VT_VARIANT;
    assert_false(variants_is_no_bytes(&value));
    assert_null(copy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content__one_step),
        cmocka_unit_test(test_is_nothing__by_type),
        cmocka_unit_test(test_bytes__both_ways),
        cmocka_unit_test(test_bytes__none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
