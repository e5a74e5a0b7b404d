/* The stream over memory with its like: clones, locks between them, copies, threads. */
#include "streams.h"

#include <pthread.h>
#include <stdlib.h>

#include "compat/memstream.h"
#include "support/fakes/bigalloc.h"
#include "support/fakes/foreign_stream.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_clone__shares_bytes_not_the_pointer(void **state) {
    (void)state;
    IStream *stream = stream_with("0123456789");
    IStream *clone = NULL;
    go(stream, 4);
    assert_hr(S_OK, IStream_Clone(stream, &clone));
    assert_int_equal(4, tell(clone));
    assert_hr(S_OK, IStream_Write(clone, "ab", 2, NULL));
    assert_int_equal(6, tell(clone));
    assert_int_equal(4, tell(stream));
    char bytes[2];
    assert_hr(S_OK, IStream_Read(stream, bytes, 2, NULL));
    assert_memory_equal(bytes, "ab", 2);
    assert_hr(S_OK, IStream_SetSize(stream, wide(2)));
    assert_holds(clone, "01", 2);
    assert_ptr_equal(memstream_block(stream), memstream_block(clone));
    IStream_Release(stream);
    go(clone, 2);
    assert_hr(S_OK, IStream_Write(clone, "2", 1, NULL));
    assert_holds(clone, "012", 3);
    IStream_Release(clone);
}

static void test_clone__null(void **state) {
    (void)state;
    IStream *stream = stream_with("");
    assert_hr(STG_E_INVALIDPOINTER, IStream_Clone(stream, NULL));
    IStream_Release(stream);
}

static void test_lock__write_lets_others_read(void **state) {
    (void)state;
    IStream *stream = stream_with("0123456789");
    IStream *clone = NULL;
    char byte;
    ULONG count = 9;
    assert_hr(S_OK, IStream_Clone(stream, &clone));
    assert_hr(S_OK, IStream_LockRegion(stream, wide(2), wide(3), LOCK_WRITE));
    go(clone, 1);
    assert_hr(STG_E_ACCESSDENIED, IStream_Write(clone, "abc", 3, &count));
    assert_int_equal(0, count);
    assert_int_equal(1, tell(clone));
    assert_hr(S_OK, IStream_Write(clone, "a", 1, NULL));
    assert_hr(S_OK, IStream_Read(clone, &byte, 1, NULL));
    assert_int_equal('2', byte);
    assert_hr(STG_E_ACCESSDENIED, IStream_SetSize(clone, wide(4)));
    assert_hr(S_OK, IStream_SetSize(clone, wide(5)));
    go(stream, 2);
    assert_hr(S_OK, IStream_Write(stream, "XYZ", 3, NULL));
    assert_holds(clone, "0aXYZ", 5);
    assert_hr(STG_E_LOCKVIOLATION, IStream_UnlockRegion(clone, wide(2), wide(3), LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, IStream_LockRegion(clone, wide(4), wide(9), LOCK_EXCLUSIVE));
    assert_hr(S_OK, IStream_UnlockRegion(stream, wide(2), wide(3), LOCK_WRITE));
    assert_hr(S_OK, IStream_LockRegion(clone, wide(4), wide(9), LOCK_EXCLUSIVE));
    assert_hr(STG_E_INVALIDFUNCTION, IStream_LockRegion(stream, wide(0), wide(1), 3));
    assert_hr(STG_E_INVALIDFUNCTION, IStream_UnlockRegion(stream, wide(0), wide(1), 0));
    IStream_Release(stream);
    IStream_Release(clone);
}

static void test_lock__exclusive_denies_reading(void **state) {
    (void)state;
    IStream *stream = stream_with("0123456789");
    IStream *clone = NULL;
    char bytes[10];
    ULONG count = 9;
    uint8_t *copy = NULL;
    size_t size = 0;
    assert_hr(S_OK, IStream_Clone(stream, &clone));
    assert_hr(S_OK, IStream_LockRegion(stream, wide(8), wide(100), LOCK_EXCLUSIVE));
    assert_hr(STG_E_ACCESSDENIED, IStream_Read(clone, bytes, 9, &count));
    assert_int_equal(0, count);
    assert_int_equal(0, tell(clone));
    assert_hr(S_OK, IStream_Read(clone, bytes, 8, &count));
    assert_hr(STG_E_ACCESSDENIED, memstream_copy(clone, 100, &copy, &size));
    assert_hr(STG_E_ACCESSDENIED, IStream_CopyTo(clone, stream, wide(1), NULL, NULL));
    assert_hr(STG_E_ACCESSDENIED, IStream_SetSize(clone, wide(50)));
    assert_hr(STG_E_ACCESSDENIED, IStream_SetSize(clone, wide(9)));
    go(clone, 200);
    assert_hr(STG_E_ACCESSDENIED, IStream_Write(clone, "z", 1, NULL));
    assert_holds(stream, "0123456789", 10);
    /* The owner's end releases what it has locked. */
    IStream_Release(stream);
    go(clone, 9);
    assert_hr(S_OK, IStream_Read(clone, bytes, 1, &count));
    assert_int_equal('9', bytes[0]);
    IStream_Release(clone);
}

static void test_lock__only_once(void **state) {
    (void)state;
    IStream *stream = stream_with("0123");
    IStream *clone = NULL;
    assert_hr(S_OK, IStream_Clone(stream, &clone));
    assert_hr(S_OK, IStream_LockRegion(stream, wide(0), wide(2), LOCK_ONLYONCE));
    assert_hr(STG_E_LOCKVIOLATION, IStream_LockRegion(clone, wide(1), wide(2), LOCK_ONLYONCE));
    assert_hr(S_OK, IStream_Write(clone, "a", 1, NULL));
    IStream_Release(stream);
    assert_hr(S_OK, IStream_LockRegion(clone, wide(1), wide(2), LOCK_ONLYONCE));
    IStream_Release(clone);
}

static void test_copy_to__another_memory(void **state) {
    (void)state;
    static uint8_t pattern[10000];
    for (size_t i = 0; i < sizeof pattern; ++i)
        pattern[i] = (uint8_t)(i * 31 + i / 256);
    IStream *from = stream_with("");
    IStream *to = stream_with(">>");
    ULARGE_INTEGER read = wide(9), written = wide(9);
    assert_hr(S_OK, IStream_Write(from, pattern, sizeof pattern, NULL));
    go(from, 100);
    go(to, 2);
    assert_hr(S_OK, IStream_CopyTo(from, to, wide(9000), &read, &written));
    assert_int_equal(9000, read.QuadPart);
    assert_int_equal(9000, written.QuadPart);
    assert_int_equal(9100, tell(from));
    assert_int_equal(9002, tell(to));
    assert_hr(S_OK, IStream_CopyTo(from, to, wide(UINT64_MAX), &read, &written));
    assert_int_equal(900, read.QuadPart);
    assert_int_equal(900, written.QuadPart);
    assert_hr(S_OK, IStream_CopyTo(from, to, wide(1), &read, NULL));
    assert_int_equal(0, read.QuadPart);
    uint8_t *bytes;
    size_t size;
    assert_hr(S_OK, memstream_copy(to, SIZE_MAX, &bytes, &size));
    assert_int_equal(9902, size);
    assert_memory_equal(bytes, ">>", 2);
    assert_memory_equal(bytes + 2, pattern + 100, 9900);
    free(bytes);
    assert_hr(STG_E_INVALIDPOINTER, IStream_CopyTo(from, NULL, wide(1), &read, &written));
    IStream_Release(from);
    IStream_Release(to);
}

static void test_copy_to__clone_with_overlap(void **state) {
    (void)state;
    static const struct {
        int64_t from, to;
        uint64_t count, copied;
        const char *after;
    } rows[] = {
        {0, 2, 6, 6, "0101234589"},
        {2, 0, 6, 6, "2345676789"},
        {0, 10, UINT64_MAX, 10, "01234567890123456789"},
        {0, 5, 100, 10, "012340123456789"},
        {8, 9, 5, 2, "01234567889"},
        {10, 0, 5, 0, "0123456789"},
        {3, 3, 4, 4, "0123456789"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        IStream *stream = stream_with("0123456789");
        IStream *clone = NULL;
        ULARGE_INTEGER read, written;
        assert_hr(S_OK, IStream_Clone(stream, &clone));
        go(stream, rows[i].from);
        go(clone, rows[i].to);
        assert_hr(S_OK, IStream_CopyTo(stream, clone, wide(rows[i].count), &read, &written));
        assert_int_equal(rows[i].copied, read.QuadPart);
        assert_int_equal(rows[i].copied, written.QuadPart);
        assert_int_equal(rows[i].from + (int64_t)rows[i].copied, tell(stream));
        assert_int_equal(rows[i].to + (int64_t)rows[i].copied, tell(clone));
        assert_holds(stream, rows[i].after, strlen(rows[i].after));
        IStream_Release(stream);
        IStream_Release(clone);
    }
}

static void test_copy_to__itself_and_no_room(void **state) {
    (void)state;
    IStream *stream = stream_with("0123456789");
    IStream *clone = NULL;
    ULARGE_INTEGER read = wide(9), written = wide(9);
    assert_hr(S_OK, IStream_CopyTo(stream, stream, wide(4), &read, &written));
    assert_int_equal(4, tell(stream));
    assert_hr(S_OK, IStream_Clone(stream, &clone));
    go(clone, INT64_MAX - 2);
    assert_hr(E_OUTOFMEMORY, IStream_CopyTo(stream, clone, wide(4), &read, &written));
    assert_int_equal(0, read.QuadPart);
    assert_int_equal(0, written.QuadPart);
    assert_int_equal(4, tell(stream));
    assert_int_equal(INT64_MAX - 2, tell(clone));
    assert_holds(stream, "0123456789", 10);
    IStream_Release(stream);
    IStream_Release(clone);
}

static void test_copy_to__foreign_stream(void **state) {
    (void)state;
    struct foreign_stream target;
    foreign_stream_init(&target);
    IStream *stream = stream_with("0123456789");
    ULARGE_INTEGER read, written;
    assert_hr(S_OK, IStream_CopyTo(stream, &target.IStream_iface, wide(6), &read, &written));
    assert_int_equal(6, written.QuadPart);
    assert_memory_equal(target.bytes, "012345", 6);
    target.most = 3;
    assert_hr(STG_E_MEDIUMFULL, IStream_CopyTo(stream, &target.IStream_iface, wide(4), &read, &written));
    assert_int_equal(4, read.QuadPart);
    assert_int_equal(3, written.QuadPart);
    assert_int_equal(6, tell(stream)); /* the source is as it was (behaviour.md: the object unchanged) */
    go(stream, 0);
    target.lie = 5000;
    assert_hr(STG_E_MEDIUMFULL, IStream_CopyTo(stream, &target.IStream_iface, wide(2), &read, &written));
    assert_int_equal(2, written.QuadPart);
    target.result = STG_E_ACCESSDENIED;
    assert_hr(STG_E_ACCESSDENIED, IStream_CopyTo(stream, &target.IStream_iface, wide(2), &read, &written));
    assert_int_equal(0, written.QuadPart);
    IStream_Release(stream);
}

struct worker {
    IStream *stream;
    uint8_t mark;
    bool failed;
};

/* Each worker owns one stripe of 64 bytes; the shared bytes grow under all of them. */
static void *work(void *argument) {
    struct worker *worker = argument;
    IStream *clone = NULL;
    uint8_t stripe[64], back[64];
    memset(stripe, worker->mark, sizeof stripe);
    if (FAILED(IStream_Clone(worker->stream, &clone)))
        return NULL;
    for (int round = 0; round < 2000 && !worker->failed; ++round) {
        LARGE_INTEGER home = {.QuadPart = (round % 50) * 512 + worker->mark * 64};
        ULONG count = 0;
        worker->failed |= IStream_Seek(clone, home, STREAM_SEEK_SET, NULL) != S_OK;
        worker->failed |= IStream_Write(clone, stripe, sizeof stripe, &count) != S_OK || count != 64;
        worker->failed |= IStream_Seek(clone, home, STREAM_SEEK_SET, NULL) != S_OK;
        worker->failed |= IStream_Read(clone, back, sizeof back, &count) != S_OK || count != 64;
        worker->failed |= memcmp(stripe, back, sizeof back) != 0;
        worker->failed |= IStream_Read(worker->stream, back, 1, &count) != S_OK;
    }
    IStream_Release(clone);
    return NULL;
}

static void test_threads__clones_over_growing_bytes(void **state) {
    (void)state;
    pthread_t threads[4];
    struct worker workers[4];
    IStream *stream = stream_with("");
    for (size_t i = 0; i < COUNT(threads); ++i) {
        workers[i] = (struct worker){.stream = stream, .mark = (uint8_t)i};
        assert_int_equal(0, pthread_create(&threads[i], NULL, work, &workers[i]));
    }
    for (size_t i = 0; i < COUNT(threads); ++i) {
        assert_int_equal(0, pthread_join(threads[i], NULL));
        assert_false(workers[i].failed);
    }
    assert_int_equal(0, IStream_Release(stream));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clone__shares_bytes_not_the_pointer),
        cmocka_unit_test(test_clone__null),
        cmocka_unit_test(test_lock__write_lets_others_read),
        cmocka_unit_test(test_lock__exclusive_denies_reading),
        cmocka_unit_test(test_lock__only_once),
        cmocka_unit_test(test_copy_to__another_memory),
        cmocka_unit_test(test_copy_to__clone_with_overlap),
        cmocka_unit_test(test_copy_to__itself_and_no_room),
        cmocka_unit_test(test_copy_to__foreign_stream),
        cmocka_unit_test(test_threads__clones_over_growing_bytes),
    };
    return cmocka_run_group_tests_name("compat/memstream_clones", tests, NULL, NULL);
}
