/*
 * Variants of ours, where the system's are lax or crash: unsound ones, NULLs, what stays behind, and no
 * memory.
 */
#include "variants.h"

#include "support/fakes/allocator.h"
#include "support/fakes/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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
    VARIANT value = variants_text(L"text");
    assert_hr(S_OK, VariantClear(&value));
    assert_int_equal(VT_EMPTY, V_VT(&value));
    assert_null(V_BSTR(&value));
    value = variants_bytes("ab", 2);
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
    for (size_t i = 0; i < VARIANTS_PLAIN; ++i) {
        memset(&value, 0xA7, sizeof value);
        V_VT(&value) = variants_plain[i];
        assert_hr(S_OK, VariantClear(&value));
        assert_int_equal(VT_EMPTY, V_VT(&value));
        assert_int_equal(0, V_I8(&value));
    }
    V_VT(&value) = VT_ARRAY | VT_BSTR;
    V_ARRAY(&value) = NULL;
    assert_hr(S_OK, VariantClear(&value));
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
    value = variants_bytes("a", 1);
    SafeArrayLock(V_ARRAY(&value));
    assert_hr(DISP_E_ARRAYISLOCKED, VariantClear(&value));
    assert_int_equal(VT_ARRAY | VT_UI1, V_VT(&value));
    SafeArrayUnlock(V_ARRAY(&value));
    assert_hr(S_OK, VariantClear(&value));
}

static void test_copy__onto_itself_and_refusals(void **state) {
    (void)state;
    VARIANT value = variants_text(L"text"), other = {0};
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
    other = variants_bytes("a", 1);
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
        VARIANT value = variants_reference(rows[i].type, bytes), copy = variants_text(L"former");
        assert_hr(S_OK, VariantCopyInd(&copy, &value));
        assert_int_equal(rows[i].type, V_VT(&copy));
        assert_memory_equal(bytes, &V_I8(&copy), sizeof bytes);
        assert_hr(S_OK, VariantCopyInd(&value, &value));
        assert_int_equal(rows[i].type, V_VT(&value));
        assert_memory_equal(bytes, &V_I8(&value), sizeof bytes);
    }
}

static void test_copy_ind__of_variants(void **state) {
    (void)state;
    int32_t number = 77;
    VARIANT inner = variants_text(L"inner"), outer = variants_reference(VT_VARIANT, &inner), copy = {0};
    assert_hr(S_OK, VariantCopyInd(&copy, &outer));
    assert_int_equal(VT_BSTR, V_VT(&copy));
    assert_int_equal(0, wcscmp(L"inner", V_BSTR(&copy)));
    VariantClear(&inner);
    inner = variants_reference(VT_I4, &number);
    assert_hr(S_OK, VariantCopyInd(&copy, &outer));
    assert_int_equal(VT_I4, V_VT(&copy));
    assert_int_equal(77, V_I4(&copy));
    inner = variants_reference(VT_VARIANT, &outer);
    assert_hr(E_INVALIDARG, VariantCopyInd(&copy, &outer));
    V_VT(&inner) = VT_BYREF | VT_VOID;
    assert_hr(DISP_E_BADVARTYPE, VariantCopyInd(&copy, &outer));
    V_VT(&inner) = 999;
    assert_hr(DISP_E_BADVARTYPE, VariantCopyInd(&copy, &outer));
    inner = variants_reference(VT_I4, NULL);
    assert_hr(E_INVALIDARG, VariantCopyInd(&copy, &outer));
    outer = variants_reference(VT_BSTR, NULL);
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
    VARIANT value = variants_reference(VT_BSTR, V_ARRAY(&target)->pvData);
    assert_hr(S_OK, VariantCopyInd(&target, &value));
    assert_int_equal(0, wcscmp(L"inside", V_BSTR(&target)));
    VariantClear(&target);
}

static void test_no_memory__the_target_stays(void **state) {
    (void)state;
    VARIANT sources[] = {variants_text(L"text"), variants_bytes("abc", 3)};
    VARIANT target = variants_text(L"former");
    for (size_t i = 0; i < COUNT(sources); ++i)
        for (size_t at = 0; at <= i; ++at) {
            VARIANT pointer = variants_reference(VT_VARIANT, &sources[i]);
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
        cmocka_unit_test(test_clear__refuses),
        cmocka_unit_test(test_copy__onto_itself_and_refusals),
        cmocka_unit_test(test_copy_ind__plain_types),
        cmocka_unit_test(test_copy_ind__of_variants),
        cmocka_unit_test(test_copy_ind__from_inside_the_target),
        cmocka_unit_test(test_no_memory__the_target_stays),
    };
    return cmocka_run_group_tests_name("compat/variant_strict", tests, NULL, NULL);
}
