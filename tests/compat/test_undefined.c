/*
 * Where Windows leaves a thing undefined, crashes or, as Wine, lets it through, and ours says what happens.
 * The rest of what is told here by the functions' names is tried in the files of these names, on Windows with
 * the system's own.
 */
#include "support/kits/com.h"

#include "compat/guidtext.h"
#include "compat/hglobal.h"

static const GUID sample = {0xE126F8FE, 0xA7AF, 0x11D0, {0xB8, 0x8A, 0x00, 0xC0, 0x4F, 0xD4, 0x24, 0xB9}};

static void test_initialize__bad_arguments(void **state) {
    (void)state;
    int something = 0;
    assert_hr(E_INVALIDARG, CoInitialize(&something));
    assert_hr(E_INVALIDARG, CoInitializeEx(&something, 0));
    assert_hr(E_INVALIDARG, CoInitializeEx(NULL, 0x10));
    assert_hr(E_INVALIDARG, CoInitializeEx(NULL, 0x1));
    assert_hr(S_OK, CoInitialize(NULL));
    CoUninitialize();
}

static void test_realloc_len__new_room_is_zero(void **state) {
    (void)state;
    BSTR string = SysAllocString(L"ar");
    assert_true(SysReAllocStringLen(&string, NULL, 4));
    assert_int_equal(4, SysStringLen(string));
    assert_memory_equal(string, L"ar\0\0", 5 * sizeof(OLECHAR));
    assert_false(SysReAllocStringLen(NULL, L"x", 1));
    SysFreeString(string);
}

static void test_moveable__locked_stays_where_it_is(void **state) {
    (void)state;
    HGLOBAL block = GlobalAlloc(GMEM_MOVEABLE, 1000);
    uint8_t *bytes = GlobalLock(block);
    assert_null(GlobalReAlloc(block, 100000, 0));
    assert_int_equal(1000, GlobalSize(block));
    assert_ptr_equal(block, GlobalReAlloc(block, 4, 0));
    assert_ptr_equal(block, GlobalReAlloc(block, 0, 0));
    assert_ptr_equal(block, GlobalReAlloc(block, 900, 0));
    assert_ptr_equal(bytes, GlobalLock(block));
    GlobalUnlock(block);
    GlobalUnlock(block);
    GlobalFree(block);
}

static void test_moveable__is_told(void **state) {
    (void)state;
    HGLOBAL fixed = GlobalAlloc(GPTR, 100), moveable = GlobalAlloc(GHND, 64);
    assert_false(hglobal_moveable(fixed));
    assert_true(hglobal_moveable(moveable));
    fixed = GlobalReAlloc(fixed, 5000, GMEM_MOVEABLE | GMEM_ZEROINIT);
    assert_non_null(fixed);
    assert_false(hglobal_moveable(fixed));
    GlobalFree(fixed);
    GlobalFree(moveable);
}

static void test_create__block_cut_by_its_owner(void **state) {
    (void)state;
    HGLOBAL block = GlobalAlloc(GHND, 100);
    IStream *stream = NULL;
    char read[100];
    ULONG count = 99;
    assert_hr(S_OK, CreateStreamOnHGlobal(block, TRUE, &stream));
    assert_ptr_equal(block, GlobalReAlloc(block, 3, GMEM_MOVEABLE));
    assert_hr(S_OK, IStream_Read(stream, read, sizeof read, &count));
    assert_int_equal(3, count);
    IStream_Release(stream);
}

static void test_create__refuses(void **state) {
    (void)state;
    HGLOBAL fixed = GlobalAlloc(GPTR, 4);
    IStream *stream = (IStream *)fixed;
    assert_hr(E_POINTER, CreateStreamOnHGlobal(NULL, TRUE, NULL));
    assert_hr(E_INVALIDARG, CreateStreamOnHGlobal(fixed, FALSE, &stream));
    assert_null(stream);
    GlobalFree(fixed);
}

static void test_get_hglobal__refuses(void **state) {
    (void)state;
    IStreamVtbl other = {0};
    IStream foreign = {.lpVtbl = &other};
    HGLOBAL block = &other;
    assert_hr(E_INVALIDARG, GetHGlobalFromStream(&foreign, &block));
    assert_null(block);
    assert_hr(E_INVALIDARG, GetHGlobalFromStream(NULL, &block));
    assert_hr(E_POINTER, GetHGlobalFromStream(&foreign, NULL));
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

static void test_guid__no_place_for_it(void **state) {
    (void)state;
    wchar_t text[39] = L"untouched";
    LPOLESTR fresh = NULL;
    assert_int_equal(0, StringFromGUID2(&sample, NULL, 39));
    assert_int_equal(0, StringFromGUID2(NULL, text, 39));
    assert_int_equal(0, wcscmp(text, L"untouched"));
    assert_hr(E_POINTER, StringFromCLSID(&sample, NULL));
    assert_hr(E_POINTER, StringFromCLSID(NULL, &fresh));
    assert_null(fresh);
    assert_hr(E_POINTER, IIDFromString(L"{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_initialize__bad_arguments),
        cmocka_unit_test(test_realloc_len__new_room_is_zero),
        cmocka_unit_test(test_moveable__locked_stays_where_it_is),
        cmocka_unit_test(test_moveable__is_told),
        cmocka_unit_test(test_create__block_cut_by_its_owner),
        cmocka_unit_test(test_create__refuses),
        cmocka_unit_test(test_get_hglobal__refuses),
        cmocka_unit_test(test_iid_from_string__refuses),
        cmocka_unit_test(test_guid_from_text__leaves_target),
        cmocka_unit_test(test_guid__no_place_for_it),
    };
    return cmocka_run_group_tests_name("compat/undefined", tests, NULL, NULL);
}
