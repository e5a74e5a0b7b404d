/* The public way to the stream over memory: CreateStreamOnHGlobal and GetHGlobalFromStream. */
#include "support/com.h"

static void test_create__new_block(void **state) {
    (void)state;
    IStream *stream = NULL;
    HGLOBAL block = NULL;
    assert_hr(S_OK, CreateStreamOnHGlobal(NULL, TRUE, &stream));
    assert_hr(S_OK, GetHGlobalFromStream(stream, &block));
    assert_int_equal(0, GlobalSize(block));
    assert_hr(S_OK, IStream_Write(stream, "hello", 5, NULL));
    assert_hr(S_OK, GetHGlobalFromStream(stream, &block));
    assert_int_equal(5, GlobalSize(block));
    assert_memory_equal(GlobalLock(block), "hello", 5);
    GlobalUnlock(block);
    assert_int_equal(0, IStream_Release(stream));
}

static void test_create__over_a_block_that_stays(void **state) {
    (void)state;
    HGLOBAL block = GlobalAlloc(GMEM_MOVEABLE, 4);
    memcpy(GlobalLock(block), "abcd", 4);
    GlobalUnlock(block);
    IStream *stream = NULL;
    char read[8] = "";
    ULONG count = 0;
    assert_hr(S_OK, CreateStreamOnHGlobal(block, FALSE, &stream));
    assert_hr(S_OK, IStream_Read(stream, read, sizeof read, &count));
    assert_int_equal(4, count);
    assert_memory_equal(read, "abcd", 4);
    assert_hr(S_OK, IStream_Write(stream, "efgh", 4, NULL));
    IStream_Release(stream);
    assert_int_equal(8, GlobalSize(block));
    assert_memory_equal(GlobalLock(block), "abcdefgh", 8);
    GlobalUnlock(block);
    GlobalFree(block);
}

static void test_create__new_block_that_stays(void **state) {
    (void)state;
    IStream *stream = NULL;
    HGLOBAL block = NULL;
    assert_hr(S_OK, CreateStreamOnHGlobal(NULL, FALSE, &stream));
    assert_hr(S_OK, GetHGlobalFromStream(stream, &block));
    assert_hr(S_OK, IStream_Write(stream, "x", 1, NULL));
    IStream_Release(stream);
    assert_int_equal(1, GlobalSize(block));
    GlobalFree(block);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create__new_block),
        cmocka_unit_test(test_create__over_a_block_that_stays),
        cmocka_unit_test(test_create__new_block_that_stays),
        cmocka_unit_test(test_create__block_cut_by_its_owner),
        cmocka_unit_test(test_create__refuses),
        cmocka_unit_test(test_get_hglobal__refuses),
    };
    return cmocka_run_group_tests_name("compat/hglobalstream", tests, NULL, NULL);
}
