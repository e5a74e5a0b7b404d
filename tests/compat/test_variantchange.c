/* VariantChangeType: numbers, truth, references and objects into each other, by tables. */
#include "variants.h"

#include <math.h>

#include "support/fakes/foreign_object.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_integers__ranges(void **state) {
    (void)state;
    const struct change rows[] = {
        {variants_whole(VT_I4, 127), VT_I1, S_OK, 0x7F},
        {variants_whole(VT_I4, 128), VT_I1, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I4, -128), VT_I1, S_OK, 0x80},
        {variants_whole(VT_I4, -129), VT_I1, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I4, 255), VT_UI1, S_OK, 0xFF},
        {variants_whole(VT_I4, 256), VT_UI1, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I4, -1), VT_UI1, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I4, 32767), VT_I2, S_OK, 0x7FFF},
        {variants_whole(VT_I4, 32768), VT_I2, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I4, -32768), VT_I2, S_OK, 0x8000},
        {variants_whole(VT_I4, -32769), VT_I2, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I4, 65535), VT_UI2, S_OK, 0xFFFF},
        {variants_whole(VT_I4, 65536), VT_UI2, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I8, INT32_MAX), VT_I4, S_OK, 0x7FFFFFFF},
        {variants_whole(VT_I8, INT32_MAX + 1ll), VT_I4, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I8, INT32_MIN), VT_INT, S_OK, 0x80000000},
        {variants_whole(VT_I8, INT32_MIN - 1ll), VT_INT, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_I8, UINT32_MAX), VT_UI4, S_OK, 0xFFFFFFFF},
        {variants_whole(VT_I8, UINT32_MAX + 1ll), VT_UINT, DISP_E_OVERFLOW, 0},
        {variants_whole(VT_UI8, INT64_MAX), VT_I8, S_OK, INT64_MAX},
        {variants_whole(VT_I8, INT64_MIN), VT_I8, S_OK, (uint64_t)INT64_MIN},
        {variants_whole(VT_I1, 0xFF), VT_I8, S_OK, UINT64_MAX},
        {variants_whole(VT_UI1, 0xFF), VT_I8, S_OK, 0xFF},
        {variants_whole(VT_I2, 0xFFFE), VT_I4, S_OK, 0xFFFFFFFE},
        {variants_whole(VT_UI2, 0xFFFE), VT_I4, S_OK, 0xFFFE},
        {variants_whole(VT_INT, 0xFFFFFFFF), VT_I8, S_OK, UINT64_MAX},
        {variants_whole(VT_UI4, 0xFFFFFFFF), VT_I8, S_OK, 0xFFFFFFFF},
        {variants_whole(VT_UINT, 0xFFFFFFFF), VT_UI8, S_OK, 0xFFFFFFFF},
        {variants_whole(VT_EMPTY, 55), VT_I4, S_OK, 0},
        {variants_whole(VT_EMPTY, 55), VT_BOOL, S_OK, 0},
    };
    variants_check(rows, COUNT(rows));
}

static void test_truth__both_ways(void **state) {
    (void)state;
    const struct change rows[] = {
        {variants_whole(VT_BOOL, 0xFFFF), VT_I4, S_OK, 0xFFFFFFFF},
        {variants_whole(VT_BOOL, 0), VT_I4, S_OK, 0},
        {variants_whole(VT_BOOL, 0xFFFF), VT_I1, S_OK, 0xFF},
        {variants_whole(VT_BOOL, 0xFFFF), VT_UI1, S_OK, 0xFF},
        {variants_whole(VT_BOOL, 0xFFFF), VT_UI2, S_OK, 0xFFFF},
        {variants_whole(VT_BOOL, 0xFFFF), VT_UI8, S_OK, UINT64_MAX},
        {variants_whole(VT_BOOL, 0), VT_UI8, S_OK, 0},
        {variants_whole(VT_I4, 256), VT_BOOL, S_OK, 0xFFFF},
        {variants_whole(VT_I4, 0), VT_BOOL, S_OK, 0},
        {variants_whole(VT_UI8, INT64_MIN), VT_BOOL, S_OK, 0xFFFF},
        {variants_real(VT_R8, 0.25), VT_BOOL, S_OK, 0xFFFF},
        {variants_real(VT_R8, -0.0), VT_BOOL, S_OK, 0},
    };
    variants_check(rows, COUNT(rows));
}

static void test_reals__are_rounded_to_even(void **state) {
    (void)state;
    const struct change rows[] = {
        {variants_real(VT_R8, 2.5), VT_I4, S_OK, 2},
        {variants_real(VT_R8, 3.5), VT_I4, S_OK, 4},
        {variants_real(VT_R8, -2.5), VT_I4, S_OK, 0xFFFFFFFE},
        {variants_real(VT_R8, -1.5), VT_I4, S_OK, 0xFFFFFFFE},
        {variants_real(VT_R8, 2.51), VT_I4, S_OK, 3},
        {variants_real(VT_R8, 2.49), VT_I4, S_OK, 2},
        {variants_real(VT_R8, -0.4), VT_UI1, S_OK, 0},
        {variants_real(VT_R8, -0.6), VT_UI1, DISP_E_OVERFLOW, 0},
        {variants_real(VT_R8, 255.49), VT_UI1, S_OK, 255},
        {variants_real(VT_R8, 255.5), VT_UI1, DISP_E_OVERFLOW, 0},
        {variants_real(VT_R8, -128.5), VT_I1, S_OK, 0x80},
        {variants_real(VT_R8, 2147483647.4), VT_I4, S_OK, INT32_MAX},
        {variants_real(VT_R8, 2147483647.5), VT_I4, DISP_E_OVERFLOW, 0},
        {variants_real(VT_R8, 4503599627370497.5), VT_I8, S_OK, 4503599627370498},
        {variants_real(VT_R8, 9007199254740993.0), VT_I8, S_OK, 9007199254740992},
        {variants_real(VT_R8, 9223372036854775808.0), VT_I8, DISP_E_OVERFLOW, 0},
        {variants_real(VT_R8, 9223372036854775808.0), VT_UI8, S_OK, 0x8000000000000000u},
        {variants_real(VT_R8, 18446744073709551616.0), VT_UI8, DISP_E_OVERFLOW, 0},
        {variants_real(VT_R8, (double)INFINITY), VT_I8, DISP_E_OVERFLOW, 0},
        {variants_real(VT_R8, (double)-INFINITY), VT_I8, DISP_E_OVERFLOW, 0},
        {variants_real(VT_R4, 1.5), VT_I2, S_OK, 2},
        {variants_real(VT_DATE, 36526.75), VT_I4, S_OK, 36527},
    };
    variants_check(rows, COUNT(rows));
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

static void test_objects__values(void **state) {
    (void)state;
    struct foreign_object object;
    foreign_object_init(&object);
    VARIANT from = {0}, to = {0};
    V_VT(&from) = VT_DISPATCH;
    V_DISPATCH(&from) = &object.IDispatch_iface;
    object.value = variants_text(L"41");
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
    VariantClear(&object.value);
    VariantClear(&to);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers__ranges),
        cmocka_unit_test(test_truth__both_ways),
        cmocka_unit_test(test_reals__are_rounded_to_even),
        cmocka_unit_test(test_references__are_looked_through),
        cmocka_unit_test(test_objects__values),
    };
    return cmocka_run_group_tests_name("compat/variantchange", tests, NULL, NULL);
}
