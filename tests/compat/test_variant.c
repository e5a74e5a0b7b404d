/* Variants: beginning, end, copies, and copies of what they point to. */
#include "support/com.h"

#include "support/allocator.h"
#include "support/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const VARTYPE plain_types[] = {VT_EMPTY, VT_NULL, VT_I1,  VT_UI1,  VT_I2,   VT_UI2,
                                      VT_I4,    VT_UI4,  VT_INT, VT_UINT, VT_I8,   VT_UI8,
                                      VT_R4,    VT_R8,   VT_CY,  VT_DATE, VT_BOOL, VT_ERROR};

static const VARTYPE bad_types[] = {VT_VARIANT,
                                    VT_VOID,
                                    VT_HRESULT,
                                    14,
                                    99,
                                    0xFFF,
                                    VT_BYREF,
                                    VT_ARRAY,
                                    VT_NULL | VT_BYREF,
                                    VT_EMPTY | VT_ARRAY,
                                    0x1000 | VT_UI1,
                                    0x8000 | VT_I4};

static VARIANT text_variant(const wchar_t *text) {
    VARIANT value = {0};
    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(text);
    return value;
}

static VARIANT bytes_variant(const char *bytes, ULONG size) {
    VARIANT value = {0};
    V_VT(&value) = VT_ARRAY | VT_UI1;
    V_ARRAY(&value) = SafeArrayCreateVector(VT_UI1, 0, size);
    memcpy(V_ARRAY(&value)->pvData, bytes, size);
    return value;
}

static VARIANT reference(VARTYPE type, void *target) {
    VARIANT value = {0};
    V_VT(&value) = type | VT_BYREF;
    V_BYREF(&value) = target;
    return value;
}

static void test_init__does_not_look(void **state) {
    (void)state;
    VARIANT value;
    memset(&value, 0xCC, sizeof value);
    VariantInit(&value);
    assert_int_equal(VT_EMPTY, V_VT(&value));
    VariantInit(NULL);
}

static void test_clear__frees_what_is_owned(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    VARIANT value = text_variant(L"text");
    assert_hr(S_OK, VariantClear(&value));
    assert_int_equal(VT_EMPTY, V_VT(&value));
    assert_null(V_BSTR(&value));
    value = bytes_variant("ab", 2);
    assert_hr(S_OK, VariantClear(&value));
    assert_int_equal(VT_EMPTY, V_VT(&value));
    for (unsigned i = 0; i < 2; ++i) {
        V_VT(&value) = i ? VT_UNKNOWN : VT_DISPATCH;
        V_DISPATCH(&value) = &object.IDispatch_iface;
        IDispatch_AddRef(&object.IDispatch_iface);
        assert_hr(S_OK, VariantClear(&value));
        assert_int_equal(1, object.refs);
        V_VT(&value) = i ? VT_UNKNOWN : VT_DISPATCH;
        assert_hr(S_OK, VariantClear(&value));
    }
    for (size_t i = 0; i < COUNT(plain_types); ++i) {
        memset(&value, 0xA7, sizeof value);
        V_VT(&value) = plain_types[i];
        assert_hr(S_OK, VariantClear(&value));
        assert_int_equal(VT_EMPTY, V_VT(&value));
        assert_int_equal(0, V_I8(&value));
    }
    V_VT(&value) = VT_ARRAY | VT_BSTR;
    V_ARRAY(&value) = NULL;
    assert_hr(S_OK, VariantClear(&value));
}

static void test_clear__leaves_what_is_pointed_to(void **state) {
    (void)state;
    BSTR text = SysAllocString(L"text");
    VARIANT value = reference(VT_BSTR, &text);
    assert_hr(S_OK, VariantClear(&value));
    assert_int_equal(VT_EMPTY, V_VT(&value));
    assert_int_equal(0, wcscmp(L"text", text));
    SysFreeString(text);
    VARIANT array = bytes_variant("a", 1);
    value = reference(VT_ARRAY | VT_UI1, &V_ARRAY(&array));
    SafeArrayLock(V_ARRAY(&array));
    assert_hr(S_OK, VariantClear(&value));
    SafeArrayUnlock(V_ARRAY(&array));
    assert_hr(S_OK, VariantClear(&array));
}

static void test_clear__refuses(void **state) {
    (void)state;
    VARIANT value = {0};
    assert_hr(E_INVALIDARG, VariantClear(NULL));
    for (size_t i = 0; i < COUNT(bad_types); ++i) {
        V_VT(&value) = bad_types[i];
        assert_hr(DISP_E_BADVARTYPE, VariantClear(&value));
        assert_int_equal(bad_types[i], V_VT(&value));
    }
    value = bytes_variant("a", 1);
    SafeArrayLock(V_ARRAY(&value));
    assert_hr(DISP_E_ARRAYISLOCKED, VariantClear(&value));
    assert_int_equal(VT_ARRAY | VT_UI1, V_VT(&value));
    SafeArrayUnlock(V_ARRAY(&value));
    assert_hr(S_OK, VariantClear(&value));
}

static void test_copy__plain_types(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(plain_types); ++i) {
        VARIANT value = {0}, copy = text_variant(L"former");
        V_VT(&value) = plain_types[i];
        V_UI8(&value) = 0x8877665544332211u;
        assert_hr(S_OK, VariantCopy(&copy, &value));
        assert_int_equal(plain_types[i], V_VT(&copy));
        assert_int_equal(V_UI8(&value), V_UI8(&copy));
    }
}

static void test_copy__of_what_is_owned(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    VARIANT value = text_variant(L"text"), copy = {0};
    assert_hr(S_OK, VariantCopy(&copy, &value));
    assert_ptr_not_equal(V_BSTR(&value), V_BSTR(&copy));
    assert_int_equal(0, wcscmp(L"text", V_BSTR(&copy)));
    VariantClear(&value);
    value = bytes_variant("abc", 3);
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
    value = reference(VT_BSTR, &text);
    assert_hr(S_OK, VariantCopy(&copy, &value));
    assert_int_equal(VT_BSTR | VT_BYREF, V_VT(&copy));
    assert_ptr_equal(&text, V_BSTRREF(&copy));
    SysFreeString(text);
}

static void test_copy__onto_itself_and_refusals(void **state) {
    (void)state;
    VARIANT value = text_variant(L"text"), other = {0};
    const BSTR before = V_BSTR(&value);
    assert_hr(S_OK, VariantCopy(&value, &value));
    assert_ptr_equal(before, V_BSTR(&value));
    assert_hr(E_INVALIDARG, VariantCopy(&value, NULL));
    assert_hr(E_INVALIDARG, VariantCopy(NULL, &value));
    assert_hr(E_INVALIDARG, VariantCopyInd(&value, NULL));
    assert_hr(E_INVALIDARG, VariantCopyInd(NULL, &value));
    for (size_t i = 0; i < COUNT(bad_types); ++i) {
        V_VT(&other) = bad_types[i];
        V_BYREF(&other) = &state;
        assert_hr(DISP_E_BADVARTYPE, VariantCopy(&value, &other));
        assert_hr(DISP_E_BADVARTYPE, VariantCopy(&other, &value));
        assert_hr(DISP_E_BADVARTYPE, VariantCopy(&other, &other));
        assert_hr(DISP_E_BADVARTYPE, VariantCopyInd(&value, &other));
        assert_ptr_equal(before, V_BSTR(&value));
    }
    other = bytes_variant("a", 1);
    SafeArrayLock(V_ARRAY(&other));
    assert_hr(DISP_E_ARRAYISLOCKED, VariantCopy(&other, &value));
    SafeArrayUnlock(V_ARRAY(&other));
    VariantClear(&other);
    VariantClear(&value);
}

static void test_copy_ind__plain_types(void **state) {
    (void)state;
    static const struct {
        VARTYPE type;
        unsigned size;
    } rows[] = {{VT_I1, 1},  {VT_UI1, 1},   {VT_I2, 2}, {VT_UI2, 2}, {VT_BOOL, 2}, {VT_I4, 4},  {VT_UI4, 4},
                {VT_INT, 4}, {VT_ERROR, 4}, {VT_R4, 4}, {VT_R8, 8},  {VT_I8, 8},   {VT_UI8, 8}, {VT_CY, 8}};
    const uint64_t source = 0x8877665544332211u;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        uint8_t bytes[8] = {0};
        memcpy(bytes, &source, rows[i].size);
        VARIANT value = reference(rows[i].type, bytes), copy = text_variant(L"former");
        assert_hr(S_OK, VariantCopyInd(&copy, &value));
        assert_int_equal(rows[i].type, V_VT(&copy));
        assert_memory_equal(bytes, &V_I8(&copy), sizeof bytes);
        assert_hr(S_OK, VariantCopyInd(&value, &value));
        assert_int_equal(rows[i].type, V_VT(&value));
        assert_memory_equal(bytes, &V_I8(&value), sizeof bytes);
    }
}

static void test_copy_ind__of_what_is_owned(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    IDispatch *dispatch = &object.IDispatch_iface;
    BSTR text = SysAllocString(L"text");
    VARIANT array = bytes_variant("abc", 3), copy = {0};
    VARIANT value = reference(VT_BSTR, &text);
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(VT_BSTR, V_VT(&copy));
    assert_ptr_not_equal(text, V_BSTR(&copy));
    assert_int_equal(0, wcscmp(text, V_BSTR(&copy)));
    value = reference(VT_ARRAY | VT_UI1, &V_ARRAY(&array));
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(VT_ARRAY | VT_UI1, V_VT(&copy));
    assert_memory_equal("abc", V_ARRAY(&copy)->pvData, 3);
    assert_ptr_not_equal(V_ARRAY(&array), V_ARRAY(&copy));
    value = reference(VT_DISPATCH, &dispatch);
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(2, object.refs);
    value = text_variant(L"direct");
    assert_hr(S_OK, VariantCopyInd(&copy, &value));
    assert_int_equal(1, object.refs);
    assert_int_equal(0, wcscmp(L"direct", V_BSTR(&copy)));
    VariantClear(&copy);
    VariantClear(&value);
    VariantClear(&array);
    SysFreeString(text);
}

static void test_copy_ind__of_variants(void **state) {
    (void)state;
    int32_t number = 77;
    VARIANT inner = text_variant(L"inner"), outer = reference(VT_VARIANT, &inner), copy = {0};
    assert_hr(S_OK, VariantCopyInd(&copy, &outer));
    assert_int_equal(VT_BSTR, V_VT(&copy));
    assert_int_equal(0, wcscmp(L"inner", V_BSTR(&copy)));
    VariantClear(&inner);
    inner = reference(VT_I4, &number);
    assert_hr(S_OK, VariantCopyInd(&copy, &outer));
    assert_int_equal(VT_I4, V_VT(&copy));
    assert_int_equal(77, V_I4(&copy));
    inner = reference(VT_VARIANT, &outer);
    assert_hr(E_INVALIDARG, VariantCopyInd(&copy, &outer));
    V_VT(&inner) = VT_BYREF | VT_VOID;
    assert_hr(DISP_E_BADVARTYPE, VariantCopyInd(&copy, &outer));
    V_VT(&inner) = 999;
    assert_hr(DISP_E_BADVARTYPE, VariantCopyInd(&copy, &outer));
    inner = reference(VT_I4, NULL);
    assert_hr(E_INVALIDARG, VariantCopyInd(&copy, &outer));
    outer = reference(VT_BSTR, NULL);
    assert_hr(E_INVALIDARG, VariantCopyInd(&copy, &outer));
    assert_int_equal(77, V_I4(&copy));
}

/* The target may own the source: it is freed after the copy has been made. */
static void test_copy_ind__from_inside_the_target(void **state) {
    (void)state;
    VARIANT target = {0};
    V_VT(&target) = VT_ARRAY | VT_BSTR;
    V_ARRAY(&target) = SafeArrayCreateVector(VT_BSTR, 0, 1);
    ((BSTR *)V_ARRAY(&target)->pvData)[0] = SysAllocString(L"inside");
    VARIANT value = reference(VT_BSTR, V_ARRAY(&target)->pvData);
    assert_hr(S_OK, VariantCopyInd(&target, &value));
    assert_int_equal(0, wcscmp(L"inside", V_BSTR(&target)));
    VariantClear(&target);
}

static void test_no_memory__the_target_stays(void **state) {
    (void)state;
    VARIANT sources[] = {text_variant(L"text"), bytes_variant("abc", 3)};
    VARIANT target = text_variant(L"former");
    for (size_t i = 0; i < COUNT(sources); ++i)
        for (size_t at = 0; at <= i; ++at) {
            VARIANT pointer = reference(VT_VARIANT, &sources[i]);
            allocator_allow(at);
            assert_hr(E_OUTOFMEMORY, VariantCopy(&target, &sources[i]));
            allocator_allow(at);
            assert_hr(E_OUTOFMEMORY, VariantCopyInd(&target, &pointer));
            allocator_allow(ALLOCATOR_UNLIMITED);
            assert_int_equal(VT_BSTR, V_VT(&target));
            assert_int_equal(0, wcscmp(L"former", V_BSTR(&target)));
        }
    VariantClear(&target);
    VariantClear(&sources[0]);
    VariantClear(&sources[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init__does_not_look),
        cmocka_unit_test(test_clear__frees_what_is_owned),
        cmocka_unit_test(test_clear__leaves_what_is_pointed_to),
        cmocka_unit_test(test_clear__refuses),
        cmocka_unit_test(test_copy__plain_types),
        cmocka_unit_test(test_copy__of_what_is_owned),
        cmocka_unit_test(test_copy__onto_itself_and_refusals),
        cmocka_unit_test(test_copy_ind__plain_types),
        cmocka_unit_test(test_copy_ind__of_what_is_owned),
        cmocka_unit_test(test_copy_ind__of_variants),
        cmocka_unit_test(test_copy_ind__from_inside_the_target),
        cmocka_unit_test(test_no_memory__the_target_stays),
    };
    return cmocka_run_group_tests_name("compat/variant", tests, NULL, NULL);
}
