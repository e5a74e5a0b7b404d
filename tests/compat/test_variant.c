/* Variants: ends, copies, and copies of what they point to. */
#include "variants.h"

#include "support/fakes/foreign_object.h"

static void test_clear__leaves_what_is_pointed_to(void **state) {
    (void)state;
    BSTR text = SysAllocString(L"text");
    VARIANT value = variants_reference(VT_BSTR, &text);
    assert_hr(S_OK, VariantClear(&value));
    assert_int_equal(VT_EMPTY, V_VT(&value));
    assert_int_equal(0, wcscmp(L"text", text));
    SysFreeString(text);
    VARIANT array = variants_bytes("a", 1);
    value = variants_reference(VT_ARRAY | VT_UI1, &V_ARRAY(&array));
    SafeArrayLock(V_ARRAY(&array));
    assert_hr(S_OK, VariantClear(&value));
    SafeArrayUnlock(V_ARRAY(&array));
    assert_hr(S_OK, VariantClear(&array));
}

static void test_copy__plain_types(void **state) {
    (void)state;
    for (size_t i = 0; i < VARIANTS_PLAIN; ++i) {
        VARIANT value = {0}, copy = variants_text(L"former");
        V_VT(&value) = variants_plain[i];
        V_UI8(&value) = 0x8877665544332211u;
        assert_hr(S_OK, VariantCopy(&copy, &value));
        assert_int_equal(variants_plain[i], V_VT(&copy));
        assert_int_equal(V_UI8(&value), V_UI8(&copy));
    }
}

static void test_copy__of_what_is_owned(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    VARIANT value = variants_text(L"text"), copy = {0};
    assert_hr(S_OK, VariantCopy(&copy, &value));
    assert_ptr_not_equal(V_BSTR(&value), V_BSTR(&copy));
    assert_int_equal(0, wcscmp(L"text", V_BSTR(&copy)));
    VariantClear(&value);
    value = variants_bytes("abc", 3);
    assert_hr(S_OK, VariantCopy(&copy, &value));
    assert_ptr_not_equal(V_ARRAY(&value), V_ARRAY(&copy));
    assert_memory_equal("abc", V_ARRAY(&copy)->pvData, 3);
    VariantClear(&value);
    V_VT(&value) = VT_UNKNOWN;
    V_DISPATCH(&value) = &object.IDispatch_iface;
    assert_hr(S_OK, VariantCopy(&copy, &value));
    assert_int_equal(2, object.refs);
    VariantClear(&copy);
    assert_int_equal(1, object.refs);
    BSTR text = SysAllocString(L"pointed to");
    value = variants_reference(VT_BSTR, &text);
    assert_hr(S_OK, VariantCopy(&copy, &value));
    assert_int_equal(VT_BSTR | VT_BYREF, V_VT(&copy));
    assert_ptr_equal(&text, V_BSTRREF(&copy));
    SysFreeString(text);
}

static void test_copy_ind__of_what_is_owned(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    IDispatch *dispatch = &object.IDispatch_iface;
    BSTR text = SysAllocString(L"text");
    VARIANT array = variants_bytes("abc", 3), copy = {0};
    VARIANT value = variants_reference(VT_BSTR, &text);
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(VT_BSTR, V_VT(&copy));
    assert_ptr_not_equal(text, V_BSTR(&copy));
    assert_int_equal(0, wcscmp(text, V_BSTR(&copy)));
    value = variants_reference(VT_ARRAY | VT_UI1, &V_ARRAY(&array));
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(VT_ARRAY | VT_UI1, V_VT(&copy));
    assert_memory_equal("abc", V_ARRAY(&copy)->pvData, 3);
    assert_ptr_not_equal(V_ARRAY(&array), V_ARRAY(&copy));
    value = variants_reference(VT_DISPATCH, &dispatch);
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(2, object.refs);
    value = variants_text(L"direct");
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(1, object.refs);
    assert_int_equal(0, wcscmp(L"direct", V_BSTR(&copy)));
    VariantClear(&copy);
    VariantClear(&value);
    VariantClear(&array);
    SysFreeString(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clear__leaves_what_is_pointed_to),
        cmocka_unit_test(test_copy__plain_types),
        cmocka_unit_test(test_copy__of_what_is_owned),
        cmocka_unit_test(test_copy_ind__of_what_is_owned),
    };
    return cmocka_run_group_tests_name("compat/variant", tests, NULL, NULL);
}
