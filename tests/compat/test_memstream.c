/* The stream over memory, method by method: pointers, growth, and memory that is not there. */
#include "streams.h"

#include <stdlib.h>

#include "compat/memstream.h"
#include "support/fakes/bigalloc.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_query__interfaces_of_a_stream(void **state) {
    (void)state;
    static const IID *const known[] = {&IID_IUnknown, &IID_ISequentialStream, &IID_IStream};
    IStream *stream = stream_with("");
    for (size_t i = 0; i < COUNT(known); ++i) {
        void *found = NULL;
        assert_hr(S_OK, IStream_QueryInterface(stream, known[i], &found));
        assert_ptr_equal(stream, found);
        assert_int_equal(1, IStream_Release((IStream *)found));
    }
    void *found = stream;
    assert_hr(E_NOINTERFACE, IStream_QueryInterface(stream, &IID_IDispatch, &found));
    assert_null(found);
    assert_hr(E_INVALIDARG, IStream_QueryInterface(stream, NULL, &found));
    assert_hr(E_POINTER, IStream_QueryInterface(stream, &IID_IStream, NULL));
    assert_int_equal(2, IStream_AddRef(stream));
    assert_int_equal(1, IStream_Release(stream));
    assert_int_equal(0, IStream_Release(stream));
}

static void test_count__streams_that_live(void **state) {
    (void)state;
    long before = memstream_count();
    IStream *stream = stream_with("a");
    IStream *clone = NULL;
    assert_hr(S_OK, IStream_Clone(stream, &clone));
    assert_int_equal(before + 2, memstream_count());
    IStream_Release(stream);
    assert_holds(clone, "a", 1);
    IStream_Release(clone);
    assert_int_equal(before, memstream_count());
}

static void test_read__to_the_end_and_past_it(void **state) {
    (void)state;
    IStream *stream = stream_with("a\xFF"
                                  "cdef");
    char bytes[10];
    ULONG read = 9;
    assert_hr(S_OK, IStream_Read(stream, bytes, 4, &read));
    assert_int_equal(4, read);
    assert_memory_equal(bytes,
                        "a\xFF"
                        "cd",
                        4);
    assert_hr(S_OK, IStream_Read(stream, bytes, 10, &read));
    assert_int_equal(2, read);
    assert_memory_equal(bytes, "ef", 2);
    assert_hr(S_OK, IStream_Read(stream, bytes, 10, &read));
    assert_int_equal(0, read);
    go(stream, 1000);
    read = 9;
    assert_hr(S_OK, IStream_Read(stream, bytes, (ULONG)-1, &read));
    assert_int_equal(0, read);
    assert_int_equal(1000, tell(stream));
    assert_hr(S_OK, IStream_Read(stream, bytes, 1, NULL));
    read = 9;
    assert_hr(STG_E_INVALIDPOINTER, IStream_Read(stream, NULL, 1, &read));
    assert_int_equal(0, read);
    assert_hr(S_OK, IStream_Read(stream, NULL, 0, &read));
    IStream_Release(stream);
}

static void test_write__overwrites_grows_fills_gaps(void **state) {
    (void)state;
    IStream *stream = stream_with("0123456789");
    ULONG written = 0;
    go(stream, 8);
    assert_hr(S_OK, IStream_Write(stream, "abcd", 4, &written));
    assert_int_equal(4, written);
    assert_int_equal(12, tell(stream));
    assert_holds(stream, "01234567abcd", 12);
    go(stream, 15);
    assert_hr(S_OK, IStream_Write(stream, "", 0, &written));
    assert_int_equal(0, written);
    assert_holds(stream, "01234567abcd", 12);
    assert_hr(S_OK, IStream_Write(stream, "!", 1, NULL));
    assert_holds(stream, "01234567abcd\0\0\0!", 16);
    assert_hr(STG_E_INVALIDPOINTER, IStream_Write(stream, NULL, 1, &written));
    assert_hr(S_OK, IStream_Write(stream, NULL, 0, &written));
    assert_int_equal(16, tell(stream));
    IStream_Release(stream);
}

static void test_write__gap_over_old_bytes_is_zero(void **state) {
    (void)state;
    IStream *stream = stream_with("secretsecretsecret");
    assert_hr(S_OK, IStream_SetSize(stream, wide(6)));
    go(stream, 12);
    assert_hr(S_OK, IStream_Write(stream, "x", 1, NULL));
    assert_holds(stream, "secret\0\0\0\0\0\0x", 13);
    IStream_Release(stream);
}

static void test_write__many_small_ones(void **state) {
    (void)state;
    IStream *stream = stream_with("");
    for (unsigned i = 0; i < 100000; ++i) {
        const uint8_t byte = (uint8_t)(i * 7);
        assert_hr(S_OK, IStream_Write(stream, &byte, 1, NULL));
    }
    uint8_t *bytes;
    size_t size;
    assert_hr(S_OK, memstream_copy(stream, 100000, &bytes, &size));
    assert_int_equal(100000, size);
    for (unsigned i = 0; i < 100000; ++i)
        assert_int_equal((uint8_t)(i * 7), bytes[i]);
    free(bytes);
    IStream_Release(stream);
}

static const struct {
    int64_t from, move;
    DWORD origin;
    HRESULT expected;
    uint64_t reached;
} seeks[] = {
    {0, 0, STREAM_SEEK_SET, S_OK, 0},
    {3, 7, STREAM_SEEK_SET, S_OK, 7},
    {3, 7, STREAM_SEEK_CUR, S_OK, 10},
    {3, -3, STREAM_SEEK_CUR, S_OK, 0},
    {3, -4, STREAM_SEEK_CUR, STG_E_INVALIDFUNCTION, 3},
    {3, -1, STREAM_SEEK_SET, STG_E_INVALIDFUNCTION, 3},
    {3, INT64_MIN, STREAM_SEEK_SET, STG_E_INVALIDFUNCTION, 3},
    {3, INT64_MIN, STREAM_SEEK_CUR, STG_E_INVALIDFUNCTION, 3},
    {3, INT64_MIN, STREAM_SEEK_END, STG_E_INVALIDFUNCTION, 3},
    {3, 0, STREAM_SEEK_END, S_OK, 10},
    {3, -10, STREAM_SEEK_END, S_OK, 0},
    {3, -11, STREAM_SEEK_END, STG_E_INVALIDFUNCTION, 3},
    {3, 5, STREAM_SEEK_END, S_OK, 15},
    {3, INT64_MAX, STREAM_SEEK_SET, S_OK, INT64_MAX},
    {3, INT64_MAX, STREAM_SEEK_CUR, STG_E_INVALIDFUNCTION, 3},
    {3, INT64_MAX, STREAM_SEEK_END, STG_E_INVALIDFUNCTION, 3},
    {INT64_MAX, 0, STREAM_SEEK_CUR, S_OK, INT64_MAX},
    {INT64_MAX, -INT64_MAX, STREAM_SEEK_CUR, S_OK, 0},
    {3, 0, 3, STG_E_INVALIDFUNCTION, 3},
    {3, 0, (DWORD)-1, STG_E_INVALIDFUNCTION, 3},
};

static void test_seek__table(void **state) {
    (void)state;
    IStream *stream = stream_with("0123456789");
    for (size_t i = 0; i < COUNT(seeks); ++i) {
        uint64_t reached = 0;
        go(stream, seeks[i].from);
        assert_hr(seeks[i].expected, seek(stream, seeks[i].move, seeks[i].origin, &reached));
        assert_int_equal(seeks[i].reached, reached);
        assert_int_equal(seeks[i].reached, tell(stream));
    }
    assert_hr(S_OK, IStream_Seek(stream, (LARGE_INTEGER){.QuadPart = 5}, STREAM_SEEK_SET, NULL));
    assert_int_equal(5, tell(stream));
    IStream_Release(stream);
}

static void test_set_size__cuts_and_grows_with_zeros(void **state) {
    (void)state;
    IStream *stream = stream_with("0123456789");
    go(stream, 9);
    assert_hr(S_OK, IStream_SetSize(stream, wide(4)));
    assert_holds(stream, "0123", 4);
    assert_int_equal(9, tell(stream));
    assert_hr(S_OK, IStream_SetSize(stream, wide(10)));
    assert_holds(stream, "0123\0\0\0\0\0\0", 10);
    assert_hr(S_OK, IStream_SetSize(stream, wide(0)));
    assert_holds(stream, "", 0);
    assert_hr(S_OK, IStream_SetSize(stream, wide(3)));
    assert_holds(stream, "\0\0\0", 3);
    IStream_Release(stream);
}

static void test_size__beyond_memory_changes_nothing(void **state) {
    (void)state;
    static const uint64_t sizes[] = {(uint64_t)1 << 62, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    IStream *stream = stream_with("keep");
    for (size_t i = 0; i < COUNT(sizes); ++i)
        assert_hr(E_OUTOFMEMORY, IStream_SetSize(stream, wide(sizes[i])));
    ULONG written = 9;
    go(stream, (int64_t)1 << 62);
    assert_hr(E_OUTOFMEMORY, IStream_Write(stream, "x", 1, &written));
    assert_int_equal(0, written);
    assert_int_equal((int64_t)1 << 62, tell(stream));
    go(stream, INT64_MAX);
    assert_hr(E_OUTOFMEMORY, IStream_Write(stream, "x", 1, &written));
    assert_hr(E_OUTOFMEMORY, IStream_Write(stream, "x", (ULONG)-1, &written));
    assert_holds(stream, "keep", 4);
    go(stream, 4);
    assert_hr(S_OK, IStream_Write(stream, "!", 1, &written));
    assert_holds(stream, "keep!", 5);
    IStream_Release(stream);
}

static void test_stat__tells(void **state) {
    (void)state;
    STATSTG stat;
    IStream *stream = stream_with("12345");
    for (DWORD flag = STATFLAG_DEFAULT; flag <= STATFLAG_NONAME; ++flag) {
        memset(&stat, 0xFF, sizeof stat);
        assert_hr(S_OK, IStream_Stat(stream, &stat, flag));
        assert_int_equal(STGTY_STREAM, stat.type);
        assert_int_equal(5, stat.cbSize.QuadPart);
        assert_int_equal(STGM_READWRITE, stat.grfMode);
        assert_int_equal(7, stat.grfLocksSupported);
        assert_int_equal(0, stat.grfStateBits);
        assert_null(stat.pwcsName);
    }
    assert_hr(STG_E_INVALIDFLAG, IStream_Stat(stream, &stat, 2));
    assert_hr(STG_E_INVALIDPOINTER, IStream_Stat(stream, NULL, STATFLAG_NONAME));
    assert_hr(S_OK, IStream_Commit(stream, 0));
    assert_hr(S_OK, IStream_Revert(stream));
    assert_holds(stream, "12345", 5);
    IStream_Release(stream);
}

static void test_copy__limit(void **state) {
    (void)state;
    IStream *stream = stream_with("abc");
    uint8_t *bytes = NULL;
    size_t size = 9;
    assert_hr(E_INVALIDARG, memstream_copy(stream, 2, &bytes, &size));
    assert_null(bytes);
    assert_int_equal(9, size);
    go(stream, 2);
    assert_hr(S_OK, memstream_copy(stream, 3, &bytes, &size));
    assert_int_equal(3, size);
    assert_memory_equal(bytes, "abc", 3);
    assert_int_equal(2, tell(stream));
    free(bytes);
    assert_hr(S_OK, IStream_SetSize(stream, wide(0)));
    assert_hr(S_OK, memstream_copy(stream, 0, &bytes, &size));
    assert_null(bytes);
    assert_int_equal(0, size);
    assert_true(memstream_is(stream));
    assert_false(memstream_is(NULL));
    IStream_Release(stream);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query__interfaces_of_a_stream),
        cmocka_unit_test(test_count__streams_that_live),
        cmocka_unit_test(test_read__to_the_end_and_past_it),
        cmocka_unit_test(test_write__overwrites_grows_fills_gaps),
        cmocka_unit_test(test_write__gap_over_old_bytes_is_zero),
        cmocka_unit_test(test_write__many_small_ones),
        cmocka_unit_test(test_seek__table),
        cmocka_unit_test(test_set_size__cuts_and_grows_with_zeros),
        cmocka_unit_test(test_size__beyond_memory_changes_nothing),
        cmocka_unit_test(test_stat__tells),
        cmocka_unit_test(test_copy__limit),
    };
    return cmocka_run_group_tests_name("compat/memstream", tests, NULL, NULL);
}
