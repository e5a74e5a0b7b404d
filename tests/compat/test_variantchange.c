/* VariantChangeType: numbers, truth, references and objects into each other, by tables, and what is refused. */
#include "support/com.h"

#include <float.h>
#include <math.h>

#include "support/allocator.h"
#include "support/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static VARIANT whole(VARTYPE type, int64_t value) {
    VARIANT made = {0};
    V_VT(&made) = type;
    V_I8(&made) = value;
    return made;
}

static VARIANT real(VARTYPE type, double value) {
    VARIANT made = {0};
    V_VT(&made) = type;
    if (type == VT_R4)
        V_R4(&made) = (float)value;
    else
        V_R8(&made) = value;
    return made;
}

static VARIANT text_variant(const wchar_t *text) {
    VARIANT made = {0};
    V_VT(&made) = VT_BSTR;
    V_BSTR(&made) = SysAllocString(text);
    return made;
}

/* The value of an integer type, as wide as it is stored. */
static uint64_t stored(const VARIANT *value) {
    switch (V_VT(value)) {
    case VT_I1:
    case VT_UI1:
        return V_UI1(value);
    case VT_I2:
    case VT_UI2:
    case VT_BOOL:
        return V_UI2(value);
    case VT_I8:
    case VT_UI8:
        return V_UI8(value);
    default:
        return V_UI4(value);
    }
}

struct row {
    VARIANT from;
    VARTYPE type;
    HRESULT hr;
    uint64_t expected; /* two's complement, as wide as the type */
};

static void check_rows(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        VARIANT target = text_variant(L"former");
        VARIANT self = rows[i].from;
        HRESULT hr = VariantChangeType(&target, &rows[i].from, 0, rows[i].type);
        if (hr != rows[i].hr)
            print_error("row %zu\n", i);
        assert_hr(rows[i].hr, hr);
        if (FAILED(hr)) {
            assert_int_equal(VT_BSTR, V_VT(&target));
            assert_int_equal(0, wcscmp(L"former", V_BSTR(&target)));
        } else {
            assert_int_equal(rows[i].type, V_VT(&target));
            if (rows[i].expected != stored(&target))
                print_error("row %zu\n", i);
            assert_int_equal(rows[i].expected, stored(&target));
            assert_hr(S_OK, VariantChangeType(&self, &self, 0, rows[i].type));
            assert_int_equal(rows[i].expected, stored(&self));
        }
        VariantClear(&target);
    }
}

static void test_integers__ranges(void **state) {
    (void)state;
    const struct row rows[] = {
        {whole(VT_I4, 127), VT_I1, S_OK, 0x7F},
        {whole(VT_I4, 128), VT_I1, DISP_E_OVERFLOW, 0},
        {whole(VT_I4, -128), VT_I1, S_OK, 0x80},
        {whole(VT_I4, -129), VT_I1, DISP_E_OVERFLOW, 0},
        {whole(VT_I4, 255), VT_UI1, S_OK, 0xFF},
        {whole(VT_I4, 256), VT_UI1, DISP_E_OVERFLOW, 0},
        {whole(VT_I4, -1), VT_UI1, DISP_E_OVERFLOW, 0},
        {whole(VT_I4, 32767), VT_I2, S_OK, 0x7FFF},
        {whole(VT_I4, 32768), VT_I2, DISP_E_OVERFLOW, 0},
        {whole(VT_I4, -32768), VT_I2, S_OK, 0x8000},
        {whole(VT_I4, -32769), VT_I2, DISP_E_OVERFLOW, 0},
        {whole(VT_I4, 65535), VT_UI2, S_OK, 0xFFFF},
        {whole(VT_I4, 65536), VT_UI2, DISP_E_OVERFLOW, 0},
        {whole(VT_I8, INT32_MAX), VT_I4, S_OK, 0x7FFFFFFF},
        {whole(VT_I8, INT32_MAX + 1ll), VT_I4, DISP_E_OVERFLOW, 0},
        {whole(VT_I8, INT32_MIN), VT_INT, S_OK, 0x80000000},
        {whole(VT_I8, INT32_MIN - 1ll), VT_INT, DISP_E_OVERFLOW, 0},
        {whole(VT_I8, UINT32_MAX), VT_UI4, S_OK, 0xFFFFFFFF},
        {whole(VT_I8, UINT32_MAX + 1ll), VT_UINT, DISP_E_OVERFLOW, 0},
        {whole(VT_I8, INT64_MIN), VT_UI8, DISP_E_OVERFLOW, 0},
        {whole(VT_UI8, -1), VT_I8, DISP_E_OVERFLOW, 0},
        {whole(VT_UI8, INT64_MAX), VT_I8, S_OK, INT64_MAX},
        {whole(VT_UI8, INT64_MIN), VT_I8, DISP_E_OVERFLOW, 0},
        {whole(VT_I8, INT64_MIN), VT_I8, S_OK, (uint64_t)INT64_MIN},
        {whole(VT_I1, 0xFF), VT_I8, S_OK, UINT64_MAX},
        {whole(VT_UI1, 0xFF), VT_I8, S_OK, 0xFF},
        {whole(VT_I2, 0xFFFE), VT_I4, S_OK, 0xFFFFFFFE},
        {whole(VT_UI2, 0xFFFE), VT_I4, S_OK, 0xFFFE},
        {whole(VT_INT, 0xFFFFFFFF), VT_I8, S_OK, UINT64_MAX},
        {whole(VT_UI4, 0xFFFFFFFF), VT_I8, S_OK, 0xFFFFFFFF},
        {whole(VT_UINT, 0xFFFFFFFF), VT_UI8, S_OK, 0xFFFFFFFF},
        {whole(VT_EMPTY, 55), VT_I4, S_OK, 0},
        {whole(VT_EMPTY, 55), VT_BOOL, S_OK, 0},
    };
    check_rows(rows, COUNT(rows));
}

static void test_truth__both_ways(void **state) {
    (void)state;
    const struct row rows[] = {
        {whole(VT_BOOL, 0xFFFF), VT_I4, S_OK, 0xFFFFFFFF},
        {whole(VT_BOOL, 1), VT_I4, S_OK, 0xFFFFFFFF},
        {whole(VT_BOOL, 0), VT_I4, S_OK, 0},
        {whole(VT_BOOL, 0xFFFF), VT_I1, S_OK, 0xFF},
        {whole(VT_BOOL, 0xFFFF), VT_UI1, S_OK, 0xFF},
        {whole(VT_BOOL, 0xFFFF), VT_UI2, S_OK, 0xFFFF},
        {whole(VT_BOOL, 0xFFFF), VT_UI8, S_OK, UINT64_MAX},
        {whole(VT_BOOL, 0), VT_UI8, S_OK, 0},
        {whole(VT_I4, 256), VT_BOOL, S_OK, 0xFFFF},
        {whole(VT_I4, 0), VT_BOOL, S_OK, 0},
        {whole(VT_UI8, INT64_MIN), VT_BOOL, S_OK, 0xFFFF},
        {real(VT_R8, 0.25), VT_BOOL, S_OK, 0xFFFF},
        {real(VT_R8, -0.0), VT_BOOL, S_OK, 0},
    };
    check_rows(rows, COUNT(rows));
}

static void test_reals__are_rounded_to_even(void **state) {
    (void)state;
    const struct row rows[] = {
        {real(VT_R8, 2.5), VT_I4, S_OK, 2},
        {real(VT_R8, 3.5), VT_I4, S_OK, 4},
        {real(VT_R8, -2.5), VT_I4, S_OK, 0xFFFFFFFE},
        {real(VT_R8, -1.5), VT_I4, S_OK, 0xFFFFFFFE},
        {real(VT_R8, 2.51), VT_I4, S_OK, 3},
        {real(VT_R8, 2.49), VT_I4, S_OK, 2},
        {real(VT_R8, -0.4), VT_UI1, S_OK, 0},
        {real(VT_R8, -0.6), VT_UI1, DISP_E_OVERFLOW, 0},
        {real(VT_R8, 255.49), VT_UI1, S_OK, 255},
        {real(VT_R8, 255.5), VT_UI1, DISP_E_OVERFLOW, 0},
        {real(VT_R8, -128.5), VT_I1, S_OK, 0x80},
        {real(VT_R8, 2147483647.4), VT_I4, S_OK, INT32_MAX},
        {real(VT_R8, 2147483647.5), VT_I4, DISP_E_OVERFLOW, 0},
        {real(VT_R8, 4503599627370497.5), VT_I8, S_OK, 4503599627370498},
        {real(VT_R8, 9007199254740993.0), VT_I8, S_OK, 9007199254740992},
        {real(VT_R8, 9223372036854775808.0), VT_I8, DISP_E_OVERFLOW, 0},
        {real(VT_R8, -9223372036854775808.0), VT_I8, S_OK, (uint64_t)INT64_MIN},
        {real(VT_R8, 9223372036854775808.0), VT_UI8, S_OK, 0x8000000000000000u},
        {real(VT_R8, 18446744073709551616.0), VT_UI8, DISP_E_OVERFLOW, 0},
        {real(VT_R8, (double)INFINITY), VT_I8, DISP_E_OVERFLOW, 0},
        {real(VT_R8, (double)-INFINITY), VT_I8, DISP_E_OVERFLOW, 0},
        {real(VT_R8, (double)NAN), VT_UI1, DISP_E_OVERFLOW, 0},
        {real(VT_R4, 1.5), VT_I2, S_OK, 2},
        {real(VT_DATE, 36526.75), VT_I4, S_OK, 36527},
    };
    check_rows(rows, COUNT(rows));
}

static void test_reals__from_numbers(void **state) {
    (void)state;
    VARIANT from = whole(VT_I8, INT64_MIN), to = {0};
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_R8));
    assert_true(V_R8(&to) == -9223372036854775808.0);
    from = whole(VT_UI8, -1);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_R4));
    assert_true(V_R4(&to) == 18446744073709551616.0f);
    from = real(VT_R8, 0.1);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_R4));
    assert_int_equal(VT_R4, V_VT(&to));
    assert_true(V_R4(&to) == 0.1f);
    from = whole(VT_BOOL, 0xFFFF);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_DATE));
    assert_true(V_DATE(&to) == -1.0);
    static const double beyond[] = {3.5e38, -3.5e38, (double)INFINITY, (double)NAN};
    for (size_t i = 0; i < COUNT(beyond); ++i) {
        from = real(VT_R8, beyond[i]);
        assert_hr(DISP_E_OVERFLOW, VariantChangeType(&to, &from, 0, VT_R4));
    }
    from = real(VT_R4, (double)FLT_MAX);
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
        VARIANT from = {0}, to = whole(VT_UI1, 9);
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
    VARIANT number = whole(VT_I4, 5);
    SafeArrayLock(V_ARRAY(&array));
    assert_hr(DISP_E_ARRAYISLOCKED, VariantChangeType(&array, &number, 0, VT_I4));
    SafeArrayUnlock(V_ARRAY(&array));
    assert_hr(S_OK, VariantChangeType(&array, &number, 0, VT_I4));
    assert_int_equal(VT_I4, V_VT(&array));
}

static void test_references__are_looked_through(void **state) {
    (void)state;
    int16_t number = -300;
    BSTR text = SysAllocString(L"17");
    VARIANT from = {0}, to = {0};
    V_VT(&from) = VT_I2 | VT_BYREF;
    V_I2REF(&from) = &number;
    assert_hr(DISP_E_OVERFLOW, VariantChangeType(&to, &from, 0, VT_I1));
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_I4));
    assert_int_equal(-300, V_I4(&to));
    V_VT(&from) = VT_BSTR | VT_BYREF;
    V_BSTRREF(&from) = &text;
    assert_hr(S_OK, VariantChangeType(&from, &from, 0, VT_UI1));
    assert_int_equal(17, V_UI1(&from));
    assert_int_equal(0, wcscmp(L"17", text));
    SysFreeString(text);
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

static void test_objects__values(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    VARIANT from = {0}, to = {0};
    V_VT(&from) = VT_DISPATCH;
    V_DISPATCH(&from) = &object.IDispatch_iface;
    object.value = text_variant(L"41");
    assert_hr(S_OK, VariantChangeTypeEx(&to, &from, 0x407, 0, VT_I4));
    assert_int_equal(41, V_I4(&to));
    assert_int_equal(0x407, object.locale);
    assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_BSTR));
    assert_int_equal(0, wcscmp(L"41", V_BSTR(&to)));
    assert_int_equal(2, object.asked);
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, VARIANT_NOVALUEPROP, VT_I4));
    assert_int_equal(2, object.asked);
    object.result = E_FAIL;
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_I4));
    object.result = S_OK;
    VariantClear(&object.value);
    /* Its value is itself: it is asked once. */
    object.value = from;
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_I4));
    assert_int_equal(4, object.asked);
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
    VARIANT sources[] = {whole(VT_I4, 5), whole(VT_BOOL, 1), whole(VT_EMPTY, 0), text_variant(L"1.5")};
    static const VARTYPE targets[] = {VT_BSTR, VT_BSTR, VT_BSTR, VT_R8};
    for (size_t i = 0; i < COUNT(sources); ++i) {
        VARIANT to = whole(VT_UI1, 9);
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
        cmocka_unit_test(test_integers__ranges),
        cmocka_unit_test(test_truth__both_ways),
        cmocka_unit_test(test_reals__are_rounded_to_even),
        cmocka_unit_test(test_reals__from_numbers),
        cmocka_unit_test(test_refusals__by_type),
        cmocka_unit_test(test_arrays__stay_what_they_are),
        cmocka_unit_test(test_references__are_looked_through),
        cmocka_unit_test(test_objects__interfaces),
        cmocka_unit_test(test_objects__values),
        cmocka_unit_test(test_no_memory__the_target_stays),
    };
    return cmocka_run_group_tests_name("compat/variantchange", tests, NULL, NULL);
}
