/* The public way to the stream over memory: CreateStreamOnHGlobal and GetHGlobalFromStream. */
#include "support/kits/com.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create__new_block),
        cmocka_unit_test(test_create__over_a_block_that_stays),
        cmocka_unit_test(test_create__new_block_that_stays),
    };
    return cmocka_run_group_tests_name("compat/hglobalstream", tests, NULL, NULL);
}
