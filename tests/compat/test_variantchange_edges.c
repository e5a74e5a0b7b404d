/*
 * VariantChangeType where ours is not the system's: at the edges of types, where Wine is lax; types that
 * nobody here uses, which are refused; and no memory.
 */
#include "variants.h"

#include <float.h>
#include <math.h>

#include "support/fakes/allocator.h"
#include "support/fakes/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_numbers__at_the_edges(void **state) {
    (void)state;
    const struct change rows[] = {
        {variants_whole(VT_I8, INT64_MIN), VT_UI8, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_UI8, -1), VT_I8, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_UI8, INT64_MIN), VT_I8, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_BOOL, 1), VT_I4, S_OK, 0xFFFFFFFF},
        {variants_real(VT_R8, -9223372036854775808.0), VT_I8, S_OK, (uint64_t)INT64_MIN},
        {variants_real(VT_R8, (double)NAN), VT_UI1, DISP_E_OVERFLOW, 0},
    };
    variants_check(rows, COUNT(rows));
}

static void test_reals__from_numbers(void **state) {
    (void)state;
    static const float tenth = 0.1f; /* the constant itself may have more bits (FLT_EVAL_METHOD) */
    VARIANT from = variants_whole(VT_I8, INT64_MIN), to = {0};
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_R8));
    assert_true(V_R8(&to) == -9223372036854775808.0);
    from = variants_whole(VT_UI8, -1);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_R4));
    assert_true(V_R4(&to) == 18446744073709551616.0f);
    from = variants_real(VT_R8, 0.1);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_R4));
    assert_int_equal(VT_R4, V_VT(&to));
    assert_true(V_R4(&to) == tenth);
    from = variants_whole(VT_BOOL, 0xFFFF);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_DATE));
    assert_true(V_DATE(&to) == -1.0);
    static const double beyond[] = {3.5e38, -3.5e38, (double)INFINITY, (double)NAN};
    for (size_t i = 0; i < COUNT(beyond); ++i) {
        from = variants_real(VT_R8, beyond[i]);
        assert_hr(DISP_E_OVERFLOW, VariantChangeType(&to, &from, 0, VT_R4));
    }
    from = variants_real(VT_R4, (double)FLT_MAX);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_R8));
    assert_true(V_R8(&to) == (double)FLT_MAX);
}

static void test_refusals__by_type(void **state) {
    (void)state;
    static const struct {
        VARTYPE from, to;
        HRESULT hr;
    } rows[] = {
        {VT_NULL, VT_I4, DISP_E_TYPEMISMATCH},
        {VT_NULL, VT_BSTR, DISP_E_TYPEMISMATCH},
        {VT_ERROR, VT_I4, DISP_E_TYPEMISMATCH},
        {VT_ERROR, VT_BSTR, DISP_E_TYPEMISMATCH},
        {VT_CY, VT_I4, DISP_E_TYPEMISMATCH},
        {VT_I4, VT_CY, DISP_E_TYPEMISMATCH},
        {VT_I4, VT_ERROR, DISP_E_TYPEMISMATCH},
        {VT_I4, VT_NULL, DISP_E_TYPEMISMATCH},
        {VT_I4, VT_EMPTY, DISP_E_TYPEMISMATCH},
        {VT_EMPTY, VT_NULL, DISP_E_TYPEMISMATCH},
        {VT_I4, VT_UNKNOWN, DISP_E_TYPEMISMATCH},
        {VT_EMPTY, VT_DISPATCH, DISP_E_TYPEMISMATCH},
        {VT_DATE, VT_BSTR, DISP_E_TYPEMISMATCH},
        {VT_BSTR, VT_DATE, DISP_E_TYPEMISMATCH},
        {VT_BSTR, VT_DISPATCH, DISP_E_TYPEMISMATCH},
        {VT_I4, VT_ARRAY | VT_UI1, DISP_E_TYPEMISMATCH},
        {VT_BSTR, VT_ARRAY | VT_UI1, DISP_E_TYPEMISMATCH},
        {VT_I4, VT_BYREF | VT_I4, DISP_E_BADVARTYPE},
        {VT_I4, VT_VARIANT, DISP_E_BADVARTYPE},
        {VT_I4, 999, DISP_E_BADVARTYPE},
        {999, VT_I4, DISP_E_BADVARTYPE},
        {VT_BYREF | VT_I4, VT_I4, E_INVALIDARG},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        VARIANT from = {0}, to = variants_whole(VT_UI1, 9);
        V_VT(&from) = rows[i].from;
        assert_hr(rows[i].hr, VariantChangeType(&to, &from, 0, rows[i].to));
        assert_int_equal(VT_UI1, V_VT(&to));
        assert_int_equal(9, V_UI1(&to));
    }
    VARIANT value = {0};
    assert_hr(E_INVALIDARG, VariantChangeType(NULL, &value, 0, VT_I4));
    assert_hr(E_INVALIDARG, VariantChangeType(&value, NULL, 0, VT_I4));
}

static void test_arrays__stay_what_they_are(void **state) {
    (void)state;
    VARIANT array = {0}, to = {0};
    V_VT(&array) = VT_ARRAY | VT_UI1;
    V_ARRAY(&array) = SafeArrayCreateVector(VT_UI1, 0, 2);
    memcpy(V_ARRAY(&array)->pvData, "12", 2);
    assert_hr(S_OK, VariantChangeType(&to, &array, 0, VT_ARRAY | VT_UI1));
    assert_memory_equal("12", V_ARRAY(&to)->pvData, 2);
    assert_ptr_not_equal(V_ARRAY(&array), V_ARRAY(&to));
    assert_hr(S_OK, VariantClear(&to));
    static const VARTYPE others[] = {VT_BSTR, VT_UI1, VT_ARRAY | VT_I1, VT_ARRAY | VT_VARIANT, VT_EMPTY};
    for (size_t i = 0; i < COUNT(others); ++i)
        assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &array, 0, others[i]));
    VARIANT number = variants_whole(VT_I4, 5);
    SafeArrayLock(V_ARRAY(&array));
    assert_hr(DISP_E_ARRAYISLOCKED, VariantChangeType(&array, &number, 0, VT_I4));
    SafeArrayUnlock(V_ARRAY(&array));
    assert_hr(S_OK, VariantChangeType(&array, &number, 0, VT_I4));
    assert_int_equal(VT_I4, V_VT(&array));
}

static void test_objects__interfaces(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    VARIANT from = {0}, to = {0};
    V_VT(&from) = VT_UNKNOWN;
    V_DISPATCH(&from) = &object.IDispatch_iface;
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_DISPATCH));
    assert_int_equal(VT_DISPATCH, V_VT(&to));
    assert_ptr_equal(&object, V_DISPATCH(&to));
    assert_int_equal(2, object.refs);
    assert_hr(S_OK, VariantChangeType(&to, &to, 0, VT_UNKNOWN));
    assert_int_equal(VT_UNKNOWN, V_VT(&to));
    assert_int_equal(2, object.refs);
    object.plain = true;
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_DISPATCH));
    object.query = E_OUTOFMEMORY;
    assert_hr(E_OUTOFMEMORY, VariantChangeType(&to, &from, 0, VT_DISPATCH));
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_I4));
    VariantClear(&to);
    assert_int_equal(1, object.refs);
    assert_int_equal(0, object.asked);
    V_UNKNOWN(&from) = NULL;
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_DISPATCH));
    assert_null(V_DISPATCH(&to));
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &to, 0, VT_I4));
}

/* One whose value is itself is asked once; one whose value is an array is none. */
static void test_objects__odd_values(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    VARIANT from = {0}, to = {0};
    V_VT(&from) = VT_DISPATCH;
    V_DISPATCH(&from) = &object.IDispatch_iface;
    object.value = from;
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_I4));
    assert_int_equal(1, object.asked);
    assert_int_equal(1, object.refs);
    V_VT(&object.value) = VT_ARRAY | VT_UI1;
    V_ARRAY(&object.value) = SafeArrayCreateVector(VT_UI1, 0, 1);
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_I4));
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_ARRAY | VT_UI1));
    VariantClear(&object.value);
    VariantClear(&to);
}

static void test_no_memory__the_target_stays(void **state) {
    (void)state;
    VARIANT sources[] = {variants_whole(VT_I4, 5), variants_whole(VT_BOOL, 1), variants_whole(VT_EMPTY, 0),
                         variants_text(L"1.5")};
    static const VARTYPE targets[] = {VT_BSTR, VT_BSTR, VT_BSTR, VT_R8};
    for (size_t i = 0; i < COUNT(sources); ++i) {
        VARIANT to = variants_whole(VT_UI1, 9);
        allocator_allow(0);
        HRESULT hr = VariantChangeType(&to, &sources[i], VARIANT_ALPHABOOL, targets[i]);
        allocator_allow(ALLOCATOR_UNLIMITED);
        assert_hr(E_OUTOFMEMORY, hr);
        assert_int_equal(9, V_UI1(&to));
    }
    VariantClear(&sources[3]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers__at_the_edges),       cmocka_unit_test(test_reals__from_numbers),
        cmocka_unit_test(test_refusals__by_type),           cmocka_unit_test(test_arrays__stay_what_they_are),
        cmocka_unit_test(test_objects__interfaces),         cmocka_unit_test(test_objects__odd_values),
        cmocka_unit_test(test_no_memory__the_target_stays),
    };
    return cmocka_run_group_tests_name("compat/variantchange_edges", tests, NULL, NULL);
}
