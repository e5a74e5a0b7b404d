/* Identifiers as text: what is written, what is read, what is refused. */
#include "support/com.h"

#include "compat/guidtext.h"

static const GUID sample = {0xE126F8FE, 0xA7AF, 0x11D0, {0xB8, 0x8A, 0x00, 0xC0, 0x4F, 0xD4, 0x24, 0xB9}};
static const wchar_t sample_text[] = L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}";

static void test_string_from_guid__text(void **state) {
    (void)state;
    wchar_t text[40];
    wmemset(text, L'#', 40);
    assert_int_equal(39, StringFromGUID2(&sample, text, 39));
    assert_memory_equal(text, sample_text, sizeof sample_text);
    assert_true(text[39] == L'#');
    assert_int_equal(39, StringFromGUID2(&GUID_NULL, text, 40));
    assert_int_equal(0, wcscmp(text, L"{00000000-0000-0000-0000-000000000000}"));
}

static void test_string_from_guid__refuses(void **state) {
    (void)state;
    wchar_t text[39] = L"untouched";
    assert_int_equal(0, StringFromGUID2(&sample, text, 38));
    assert_int_equal(0, StringFromGUID2(&sample, text, 0));
    assert_int_equal(0, StringFromGUID2(&sample, text, -1));
    assert_int_equal(0, StringFromGUID2(&sample, NULL, 39));
    assert_int_equal(0, StringFromGUID2(NULL, text, 39));
    assert_int_equal(0, wcscmp(text, L"untouched"));
}

static void test_string_from_clsid__task_memory(void **state) {
    (void)state;
    LPOLESTR text = NULL;
    assert_hr(S_OK, StringFromCLSID(&sample, &text));
    assert_int_equal(0, wcscmp(text, sample_text));
    CoTaskMemFree(text);
    assert_hr(S_OK, StringFromIID(&sample, &text));
    assert_int_equal(0, wcscmp(text, sample_text));
    CoTaskMemFree(text);
    assert_hr(E_POINTER, StringFromCLSID(&sample, NULL));
    assert_hr(E_POINTER, StringFromCLSID(NULL, &text));
    assert_null(text);
}

static void test_iid_from_string__reads(void **state) {
    (void)state;
    IID iid;
    assert_hr(S_OK, IIDFromString(sample_text, &iid));
    assert_memory_equal(&iid, &sample, sizeof iid);
    assert_hr(S_OK, IIDFromString(L"{e126f8fe-a7Af-11d0-b88a-00c04fd424b9}", &iid));
    assert_memory_equal(&iid, &sample, sizeof iid);
    assert_hr(S_OK, IIDFromString(NULL, &iid));
    assert_memory_equal(&iid, &IID_NULL, sizeof iid);
    assert_hr(E_POINTER, IIDFromString(sample_text, NULL));
}

static const wchar_t *const malformed[] = {
    L"",
    L"{",
    L"{}",
    L"E126F8FE-A7AF-11D0-B88A-00C04FD424B9",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B9",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B9} ",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}}",
    L" {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}",
    L"{E126F8FEA7AF-11D0-B88A-00C04FD424B9}",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B}",
    L"{G126F8FE-A7AF-11D0-B88A-00C04FD424B9}",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424Bg}",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B/}",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B:}",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B@}",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B`}",
    L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B\x0131}",
    L"[E126F8FE-A7AF-11D0-B88A-00C04FD424B9]",
    L"{E126F8FE A7AF-11D0-B88A-00C04FD424B9}",
};

static void test_iid_from_string__refuses(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; ++i) {
        IID iid = sample;
        assert_hr(CO_E_IIDSTRING, IIDFromString(malformed[i], &iid));
        assert_memory_equal(&iid, &IID_NULL, sizeof iid);
    }
}

static void test_guid_from_text__leaves_target(void **state) {
    (void)state;
    GUID guid = sample;
    assert_false(guid_from_text(L"{E126F8FE-A7AF-11D0-B88A-00C04FD424Bx}", &guid));
    assert_false(guid_from_text(NULL, &guid));
    assert_memory_equal(&guid, &sample, sizeof guid);
    assert_true(guid_from_text(L"{00000001-0002-0003-0405-060708090A0B}", &guid));
    static const GUID counted = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
    assert_memory_equal(&guid, &counted, sizeof guid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_string_from_guid__text),
        cmocka_unit_test(test_string_from_guid__refuses),
        cmocka_unit_test(test_string_from_clsid__task_memory),
        cmocka_unit_test(test_iid_from_string__reads),
        cmocka_unit_test(test_iid_from_string__refuses),
        cmocka_unit_test(test_guid_from_text__leaves_target),
    };
    return cmocka_run_group_tests_name("compat/guidtext", tests, NULL, NULL);
}
