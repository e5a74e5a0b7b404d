/* Identifiers as text: what is written, what is read, what is refused. */
#include "support/kits/com.h"

static const GUID sample = {0xE126F8FE, 0xA7AF, 0x11D0, {0xB8, 0x8A, 0x00, 0xC0, 0x4F, 0xD4, 0x24, 0xB9}};
static const wchar_t sample_text[] = L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}";

static void test_string_from_guid__text(void **state) {
    (void)state;
    wchar_t text[40];
    for (size_t i = 0; i < 40; ++i)
        text[i] = L'#';
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
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_string_from_guid__text),
        cmocka_unit_test(test_string_from_guid__refuses),
        cmocka_unit_test(test_string_from_clsid__task_memory),
        cmocka_unit_test(test_iid_from_string__reads),
    };
    return cmocka_run_group_tests_name("compat/guidtext", tests, NULL, NULL);
}
