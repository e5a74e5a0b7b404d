/* VariantChangeType between numbers and text. */
#include "variants.h"

#include <float.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_text__from_numbers(void **state) {
    (void)state;
    const struct {
        VARIANT from;
        const wchar_t *text;
    } rows[] = {
        {variants_whole(VT_I4, -2147483648LL), L"-2147483648"},
        {variants_whole(VT_I1, 0x80), L"-128"},
        {variants_whole(VT_UI1, 0xFF), L"255"},
        {variants_whole(VT_I8, INT64_MIN), L"-9223372036854775808"},
        {variants_whole(VT_UI8, -1), L"18446744073709551615"},
        {variants_whole(VT_I2, 0), L"0"},
        {variants_whole(VT_BOOL, 0xFFFF), L"-1"},
        {variants_whole(VT_BOOL, 0), L"0"},
        {variants_whole(VT_EMPTY, 1), L""},
        {variants_real(VT_R8, 0.1), L"0.1"},
        {variants_real(VT_R8, -2.5), L"-2.5"},
        {variants_real(VT_R8, 1234567.0), L"1234567"},
        {variants_real(VT_R8, 1.0 / 3), L"0.333333333333333"},
        {variants_real(VT_R8, 1e20), L"1E+20"},
#ifndef _WIN32 /* where the system writes it: Wine 10 as -0.0000001 */
        {variants_real(VT_R8, -1e-7), L"-1E-07"},
#endif
        {variants_real(VT_R8, -0.0), L"0"},
        {variants_real(VT_R8, DBL_MAX), L"1.79769313486232E+308"},
        {variants_real(VT_R4, 0.1), L"0.1"},
        {variants_real(VT_R4, 1.0 / 3), L"0.3333333"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        VARIANT from = rows[i].from, to = {0};
        assert_hr(S_OK, VariantChangeType(&to, &from, 0, VT_BSTR));
        assert_int_equal(VT_BSTR, V_VT(&to));
        if (wcscmp(rows[i].text, V_BSTR(&to)))
            print_error("row %zu: %ls\n", i, V_BSTR(&to));
        assert_int_equal(0, wcscmp(rows[i].text, V_BSTR(&to)));
        assert_int_equal(wcslen(rows[i].text), SysStringLen(V_BSTR(&to)));
        VariantClear(&to);
    }
}

static void test_text__of_truth_and_of_nothing(void **state) {
    (void)state;
    static const USHORT flags[] = {VARIANT_ALPHABOOL, VARIANT_LOCALBOOL};
    for (size_t i = 0; i < COUNT(flags); ++i) {
        VARIANT yes = variants_whole(VT_BOOL, 0xFFFF), no = variants_whole(VT_BOOL, 0);
        assert_hr(S_OK, VariantChangeType(&yes, &yes, flags[i], VT_BSTR));
        assert_int_equal(0, wcscmp(L"True", V_BSTR(&yes)));
        assert_hr(S_OK, VariantChangeTypeEx(&no, &no, LOCALE_SYSTEM_DEFAULT, flags[i], VT_BSTR));
        assert_int_equal(0, wcscmp(L"False", V_BSTR(&no)));
        assert_hr(S_OK, VariantChangeType(&yes, &yes, 0, VT_BOOL));
        assert_int_equal(VARIANT_TRUE, V_BOOL(&yes));
        VariantClear(&no);
    }
}

static void test_text__to_numbers(void **state) {
    (void)state;
    static const struct {
        const wchar_t *text;
        VARTYPE type;
        HRESULT hr;
        uint64_t expected;
    } rows[] = {
        {L"0", VT_I4, S_OK, 0},
        {L"-0", VT_UI1, S_OK, 0},
        {L"00127", VT_I1, S_OK, 127},
        {L" \t42 ", VT_I4, S_OK, 42},
        {L"+7", VT_UI2, S_OK, 7},
        {L"-7", VT_I2, S_OK, 0xFFF9},
        {L"-7", VT_UI2, DISP_E_OVERFLOW, 0},
        {L"256", VT_UI1, DISP_E_OVERFLOW, 0},
        {L"9223372036854775807", VT_I8, S_OK, INT64_MAX},
        {L"-9223372036854775808", VT_I8, S_OK, (uint64_t)INT64_MIN},
        {L"9223372036854775808", VT_I8, DISP_E_OVERFLOW, 0},
        {L"18446744073709551615", VT_UI8, S_OK, UINT64_MAX},
        {L"18446744073709551616", VT_UI8, DISP_E_OVERFLOW, 0},
        {L"99999999999999999999999", VT_I4, DISP_E_OVERFLOW, 0},
        {L"12.5", VT_I4, S_OK, 12},
        {L"13.5", VT_I4, S_OK, 14},
        {L".5", VT_I4, S_OK, 0},
        {L"5.", VT_I4, S_OK, 5},
        {L"1e3", VT_I4, S_OK, 1000},
        {L"1.5E+2", VT_I4, S_OK, 150},
        {L"1500e-3", VT_I4, S_OK, 2},
        {L"1e400", VT_I4, DISP_E_OVERFLOW, 0},
        {L"-1e400", VT_BOOL, DISP_E_OVERFLOW, 0},
        {L"true", VT_BOOL, S_OK, 0xFFFF},
        {L"FALSE", VT_BOOL, S_OK, 0},
        {L"#TRUE#", VT_BOOL, S_OK, 0xFFFF},
        {L"-0.01", VT_BOOL, S_OK, 0xFFFF},
        {L"0.0", VT_BOOL, S_OK, 0},
        {L"tru", VT_BOOL, DISP_E_TYPEMISMATCH, 0},
        {L"truer", VT_BOOL, DISP_E_TYPEMISMATCH, 0},
        {L"true", VT_I4, DISP_E_TYPEMISMATCH, 0},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        VARIANT from = variants_text(rows[i].text), to = {0};
        HRESULT hr = VariantChangeType(&to, &from, 0, rows[i].type);
        if (hr != rows[i].hr || (SUCCEEDED(hr) && variants_stored(&to) != rows[i].expected))
            print_error("row %zu: %ls\n", i, rows[i].text);
        assert_hr(rows[i].hr, hr);
        assert_int_equal(FAILED(hr) ? VT_EMPTY : rows[i].type, V_VT(&to));
        assert_int_equal(FAILED(hr) ? 0 : rows[i].expected, variants_stored(&to));
        hr = VariantChangeType(&from, &from, 0, rows[i].type);
        assert_hr(rows[i].hr, hr);
        VariantClear(&from);
    }
}

static void test_text__that_is_no_number(void **state) {
    (void)state;
    static const wchar_t *const rows[] = {L"",    L" ",    L"+",   L"-",     L".",      L"e5",    L"1e",
                                          L"1e+", L"1e5.", L"--1", L"1 2",   L"0x1",    L"1.2.3", L"abc",
                                          L"inf", L"nan",  L"1f",  L"0x1p3", L"\u0661", L"1e5e5", L"1%"};
    static const VARTYPE targets[] = {VT_I4, VT_UI8, VT_R4, VT_R8, VT_BOOL};
    for (size_t i = 0; i < COUNT(rows); ++i)
        for (size_t k = 0; k < COUNT(targets); ++k) {
            VARIANT from = variants_text(rows[i]), to = {0};
            assert_hr(DISP_E_TYPEMISMATCH, VariantChangeType(&to, &from, 0, targets[k]));
            VariantClear(&from);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__from_numbers),
        cmocka_unit_test(test_text__of_truth_and_of_nothing),
        cmocka_unit_test(test_text__to_numbers),
        cmocka_unit_test(test_text__that_is_no_number),
    };
    return cmocka_run_group_tests_name("compat/variantchange_text", tests, NULL, NULL);
}
