/* The byte buffer with its like: clones, copies, shared streams, locks, threads. */
#include "support/kits/bytebuffers.h"

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "com/com.h"
#include "objects/bytebuffer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static BYTE digits[] = "0123456789";

static void test_clone__own_pointer_same_bytes(void **state) {
    (void)state;
    long alive = com_count();
    IByteBuffer *buffer = buffer_with(digits, 10);
    IByteBuffer *clone = NULL;
    LONG count = 0;
    go(buffer, 6);
    assert_hr(E_POINTER, IByteBuffer_Clone(buffer, NULL));
    assert_hr(S_OK, IByteBuffer_Clone(buffer, &clone));
    assert_int_equal(6, tell(clone));
    BYTE mark[] = "XY";
    assert_hr(S_OK, IByteBuffer_Write(clone, mark, 2, &count));
    assert_int_equal(8, tell(clone));
    assert_int_equal(6, tell(buffer));
    assert_holds(buffer, "012345XY89", 10);
    assert_hr(S_OK, IByteBuffer_SetSize(buffer, 2));
    assert_holds(clone, "01", 2);
    assert_int_equal(0, IByteBuffer_Release(buffer));
    assert_holds(clone, "01", 2);
    assert_int_equal(0, IByteBuffer_Release(clone));
    assert_int_equal(alive, com_count());
}

static void test_copy_to__pointer_to_pointer(void **state) {
    (void)state;
    IByteBuffer *from = buffer_with(digits, 10);
    IByteBuffer *to = buffer_with("abcdef", 6);
    IByteBuffer *const kept = to;
    LONG read = 9, written = 9;
    go(from, 2);
    go(to, 4);
    assert_hr(S_OK, IByteBuffer_CopyTo(from, &to, 5, &read, &written));
    assert_ptr_equal(kept, to);
    assert_int_equal(5, read);
    assert_int_equal(5, written);
    assert_int_equal(7, tell(from));
    assert_int_equal(9, tell(to));
    assert_holds(to, "abcd23456", 9);
    assert_hr(S_OK, IByteBuffer_CopyTo(from, &to, LONG_MAX, &read, NULL));
    assert_int_equal(3, read);
    assert_holds(to, "abcd23456789", 12);
    assert_hr(S_OK, IByteBuffer_CopyTo(from, &to, 1, NULL, &written));
    assert_int_equal(0, written);
    assert_hr(S_OK, IByteBuffer_CopyTo(from, &to, 0, NULL, NULL));
    assert_int_equal(1, IByteBuffer_AddRef(to) - 1);
    IByteBuffer_Release(to);
    IByteBuffer_Release(to);
    IByteBuffer_Release(from);
}

static void test_copy_to__clone_of_itself(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IByteBuffer *clone = NULL;
    LONG read = 9, written = 9;
    assert_hr(S_OK, IByteBuffer_Clone(buffer, &clone));
    go(clone, 4);
    assert_hr(S_OK, IByteBuffer_CopyTo(buffer, &clone, 100, &read, &written));
    assert_int_equal(10, read);
    assert_int_equal(10, written);
    assert_holds(buffer, "01230123456789", 14);
    assert_int_equal(10, tell(buffer));
    assert_int_equal(14, tell(clone));
    IByteBuffer_Release(buffer);
    IByteBuffer_Release(clone);
}

static void test_copy_to__refuses(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IByteBuffer *other = buffer_with(NULL, 0);
    IByteBuffer *none = NULL;
    LONG read = 9, written = 9;
    assert_hr(E_INVALIDARG, IByteBuffer_CopyTo(buffer, &none, 1, &read, &written));
    assert_int_equal(0, read);
    assert_int_equal(0, written);
    assert_hr(E_INVALIDARG, IByteBuffer_CopyTo(buffer, &other, -1, &read, &written));
    assert_hr(E_POINTER, IByteBuffer_CopyTo(buffer, NULL, 1, &read, &written));
    assert_holds(other, NULL, 0);
    IByteBuffer_Release(buffer);
    IByteBuffer_Release(other);
}

static void test_stream__shared_with_the_buffer(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IStream *stream = NULL;
    char bytes[4];
    assert_hr(E_POINTER, IByteBuffer_get_Stream(buffer, NULL));
    assert_hr(S_OK, IByteBuffer_get_Stream(buffer, &stream));
    go(buffer, 3);
    assert_hr(S_OK, IStream_Read(stream, bytes, 2, NULL));
    assert_memory_equal(bytes, "34", 2);
    assert_int_equal(5, tell(buffer));
    assert_hr(S_OK, IStream_Write(stream, "XX", 2, NULL));
    assert_holds(buffer, "01234XX789", 10);
    IByteBuffer_Release(buffer);
    assert_hr(S_OK, IStream_Read(stream, bytes, 1, NULL));
    assert_int_equal('7', bytes[0]);
    assert_int_equal(0, IStream_Release(stream));
}

static void test_put_stream__from_where_it_stands(void **state) {
    (void)state;
    IByteBuffer *first = buffer_with(digits, 10);
    IByteBuffer *second = buffer_with("old", 3);
    IStream *stream = NULL;
    assert_hr(S_OK, IByteBuffer_get_Stream(first, &stream));
    go(first, 4);
    assert_hr(E_INVALIDARG, IByteBuffer_put_Stream(second, NULL));
    assert_holds(second, "old", 3);
    assert_hr(S_OK, IByteBuffer_put_Stream(second, stream));
    assert_int_equal(4, tell(second));
    assert_holds(second, digits, 10);
    assert_hr(S_OK, IByteBuffer_put_Stream(second, stream));
    assert_int_equal(2, IStream_Release(stream));
    IByteBuffer_Release(first);
    assert_holds(second, digits, 10);
    IByteBuffer_Release(second);
}

static void test_lock__between_clones(void **state) {
    (void)state;
    IByteBuffer *buffer = buffer_with(digits, 10);
    IByteBuffer *clone = NULL;
    LONG count = 9;
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_hr(S_OK, IByteBuffer_Clone(buffer, &clone));
    assert_hr(S_OK, IByteBuffer_LockRegion(buffer, 2, 2, LOCK_WRITE));
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_Write(clone, digits, 3, &count));
    assert_int_equal(0, count);
    assert_hr(S_OK, IByteBuffer_Read(clone, digits, 3, &count));
    assert_hr(STG_E_LOCKVIOLATION, IByteBuffer_LockRegion(clone, 3, 1, LOCK_EXCLUSIVE));
    assert_hr(STG_E_LOCKVIOLATION, IByteBuffer_UnlockRegion(clone, 2, 2, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, IByteBuffer_UnlockRegion(buffer, 2, 1, LOCK_WRITE));
    assert_hr(S_OK, IByteBuffer_UnlockRegion(buffer, 2, 2, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, IByteBuffer_UnlockRegion(buffer, 2, 2, LOCK_WRITE));
    assert_hr(S_OK, IByteBuffer_LockRegion(clone, 9, LONG_MAX, LOCK_EXCLUSIVE));
    go(buffer, 8);
    count = 9;
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_Read(buffer, digits, 2, &count));
    assert_int_equal(0, count);
    assert_hr(STG_E_ACCESSDENIED, bytebuffer_read_all(buffer, 100, &bytes, &size));
    assert_null(bytes);
    assert_hr(S_OK, bytebuffer_read_all(clone, 100, &bytes, &size));
    assert_int_equal(10, size);
    free(bytes);
    assert_hr(S_OK, IByteBuffer_Read(buffer, digits + 8, 1, &count));
    IByteBuffer_Release(clone);
    assert_hr(S_OK, IByteBuffer_Read(buffer, digits + 9, 1, &count));
    assert_int_equal(1, count);
    IByteBuffer_Release(buffer);
}

static void test_lock__bad_arguments(void **state) {
    (void)state;
    static const LONG types[] = {0, 3, 5, 8, -1};
    IByteBuffer *buffer = buffer_with(digits, 10);
    for (size_t i = 0; i < COUNT(types); ++i) {
        assert_hr(STG_E_INVALIDFUNCTION, IByteBuffer_LockRegion(buffer, 0, 1, types[i]));
        assert_hr(STG_E_INVALIDFUNCTION, IByteBuffer_UnlockRegion(buffer, 0, 1, types[i]));
    }
    assert_hr(E_INVALIDARG, IByteBuffer_LockRegion(buffer, -1, 1, LOCK_WRITE));
    assert_hr(E_INVALIDARG, IByteBuffer_LockRegion(buffer, 0, -1, LOCK_WRITE));
    assert_hr(E_INVALIDARG, IByteBuffer_UnlockRegion(buffer, -1, 1, LOCK_WRITE));
    assert_hr(E_INVALIDARG, IByteBuffer_UnlockRegion(buffer, 0, -1, LOCK_WRITE));
    IByteBuffer_Release(buffer);
}

struct shared {
    IByteBuffer *buffer;
    bool failed;
};

/*
 * Everything at once on one object: only codes and memory safety can be asserted, and that reads see whole
 * writes.
 */
static void *torment(void *argument) {
    struct shared *shared = argument;
    BYTE bytes[32];
    memset(bytes, 0x42, sizeof bytes);
    for (int round = 0; round < 1000; ++round) {
        LONG count = 0;
        uint8_t *all = NULL;
        size_t size = 0;
        IByteBuffer *clone = NULL;
        shared->failed |= IByteBuffer_Seek(shared->buffer, round % 64, STREAM_SEEK_SET, NULL) != S_OK;
        shared->failed |= IByteBuffer_Write(shared->buffer, bytes, sizeof bytes, &count) != S_OK;
        shared->failed |= bytebuffer_read_all(shared->buffer, 1 << 20, &all, &size) != S_OK;
        for (size_t i = 0; i < size; ++i)
            shared->failed |= all[i] != 0x42 && all[i] != 0;
        free(all);
        shared->failed |= IByteBuffer_Clone(shared->buffer, &clone) != S_OK;
        if (clone)
            IByteBuffer_Release(clone);
        if (round % 100 == 0)
            shared->failed |= IByteBuffer_Initialize(shared->buffer, 8, NULL) != S_OK;
    }
    return NULL;
}

static void test_threads__one_buffer(void **state) {
    (void)state;
    pthread_t threads[4];
    struct shared shared[4];
    IByteBuffer *buffer = buffer_with(NULL, 0);
    for (size_t i = 0; i < COUNT(threads); ++i) {
        shared[i] = (struct shared){.buffer = buffer};
        assert_int_equal(0, pthread_create(&threads[i], NULL, torment, &shared[i]));
    }
    for (size_t i = 0; i < COUNT(threads); ++i) {
        assert_int_equal(0, pthread_join(threads[i], NULL));
        assert_false(shared[i].failed);
    }
    assert_int_equal(0, IByteBuffer_Release(buffer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clone__own_pointer_same_bytes),
        cmocka_unit_test(test_copy_to__pointer_to_pointer),
        cmocka_unit_test(test_copy_to__clone_of_itself),
        cmocka_unit_test(test_copy_to__refuses),
        cmocka_unit_test(test_stream__shared_with_the_buffer),
        cmocka_unit_test(test_put_stream__from_where_it_stands),
        cmocka_unit_test(test_lock__between_clones),
        cmocka_unit_test(test_lock__bad_arguments),
        cmocka_unit_test(test_threads__one_buffer),
    };
    return cmocka_run_group_tests_name("objects/bytebuffer_clones", tests, NULL, NULL);
}
