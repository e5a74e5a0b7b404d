/* VariantChangeType between numbers and text where ours is not the system's: in no locale, and strict. */
#include "variants.h"

#include <math.h>

#include "support/kits/comma_locale.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_text__whatever_the_locale(void **state) {
    (void)state;
    VARIANT text = variants_text(L"2.5"), number = variants_real(VT_R8, -1234567.5), to = {0};
    comma_locale_enter();
    assert_hr(S_OK, VariantChangeType(&to, &number, 0, VT_BSTR));
    assert_int_equal(0, wcscmp(L"-1234567.5", V_BSTR(&to)));
    VariantClear(&to);
    assert_hr(S_OK, VariantChangeType(&to, &text, 0, VT_R8));
    assert_true(V_R8(&to) == 2.5);
    V_BSTR(&text)[1] = L',';
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &text, 0, VT_R8));
    comma_locale_leave();
    VariantClear(&text);
}

static void test_text__of_no_number(void **state) {
    (void)state;
    static const double nameless[] = {(double)INFINITY, (double)-INFINITY, (double)NAN};
    for (size_t i = 0; i < COUNT(nameless); ++i) {
        VARIANT from = variants_real(VT_R8, nameless[i]), to = {0};
        assert_hr(DISP_E_OVERFLOW, VariantChangeType(&to, &from, 0, VT_BSTR));
    }
}

/*
 * Hexadecimal as in Basic, and what money and long numbers look like in English: theirs is the user's
 * country, ours none.
 */
static void test_text__that_other_systems_take(void **state) {
    (void)state;
    static const wchar_t *const rows[] = {L"&H1F", L"1,5", L"$1"};
    static const VARTYPE targets[] = {VT_I4, VT_UI8, VT_R4, VT_R8, VT_BOOL};
    for (size_t i = 0; i < COUNT(rows); ++i)
        for (size_t k = 0; k < COUNT(targets); ++k) {
            VARIANT from = variants_text(rows[i]), to = {0};
            assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, targets[k]));
            VariantClear(&from);
        }
}

static void test_text__none_or_cut_by_a_nul(void **state) {
    (void)state;
    VARIANT from = {0}, to = {0};
    V_VT(&from) = VT_BSTR;
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_I4));
    V_BSTR(&from) = SysAllocStringLen(L"1\0002", 3);
    assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, VT_I4));
    VariantClear(&from);
}

static void test_text__truth_in_any_case(void **state) {
    (void)state;
    static const wchar_t *const rows[] = {L"#False#", L"#FALSE#", L"#false#"};
    for (size_t i = 0; i < COUNT(rows); ++i) {
        VARIANT value = variants_text(rows[i]);
        assert_hr(S_OK, VariantChangeType(&value, &value, 0, VT_BOOL));
        assert_int_equal(VARIANT_FALSE, V_BOOL(&value));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__whatever_the_locale),
        cmocka_unit_test(test_text__of_no_number),
        cmocka_unit_test(test_text__that_other_systems_take),
        cmocka_unit_test(test_text__none_or_cut_by_a_nul),
        cmocka_unit_test(test_text__truth_in_any_case),
    };
    return cmocka_run_group_tests_name("compat/variantchange_plain", tests, NULL, NULL);
}
