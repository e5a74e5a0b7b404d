/*
 * The byte buffer among strangers: a foreign stream under it, and foreign buffers read by
 * bytebuffer_read_all.
 */
#include "support/kits/com.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/container.h"
#include "objects/bytebuffer.h"
#include "support/fakes/bigalloc.h"
#include "support/fakes/foreign_stream.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static BYTE digits[] = "0123456789";

/* A buffer of ours over a foreign stream that holds the digits and stands at 4. */
static IByteBuffer *buffer_over(struct foreign_stream *stream) {
    IByteBuffer *buffer = NULL;
    foreign_stream_init(stream);
    memcpy(stream->bytes, digits, 10);
    stream->size = 10;
    stream->position = 4;
    assert_hr(S_OK, bytebuffer_create(&buffer));
    assert_hr(S_OK, IByteBuffer_put_Stream(buffer, &stream->IStream_iface));
    assert_int_equal(2, stream->refs);
    return buffer;
}

static void test_foreign_stream__carries_the_buffer(void **state) {
    (void)state;
    struct foreign_stream stream;
    IByteBuffer *buffer = buffer_over(&stream);
    BYTE bytes[4];
    LONG count = 9;
    STATSTRUCT stat;
    assert_hr(S_OK, IByteBuffer_Read(buffer, bytes, 4, &count));
    assert_int_equal(4, count);
    assert_memory_equal(bytes, "4567", 4);
    assert_hr(S_OK, IByteBuffer_Write(buffer, digits, 3, &count));
    assert_memory_equal(stream.bytes, "01234567012", 11);
    assert_hr(S_OK, IByteBuffer_Seek(buffer, -1, STREAM_SEEK_END, &count));
    assert_int_equal(10, count);
    assert_hr(S_OK, IByteBuffer_SetSize(buffer, 7));
    assert_hr(S_OK, IByteBuffer_Stat(buffer, &stat, STATFLAG_DEFAULT));
    assert_int_equal(7, stat.cbSize);
    assert_int_equal(STGM_READ, stat.grfMode);
    assert_int_equal(7, stat.grfStateBits);
    assert_hr(STG_E_INVALIDFUNCTION, IByteBuffer_LockRegion(buffer, 0, 1, LOCK_WRITE));
    assert_hr(STG_E_INVALIDFUNCTION, IByteBuffer_UnlockRegion(buffer, 0, 1, LOCK_WRITE));
    assert_hr(S_OK, IByteBuffer_Commit(buffer, 0));
    assert_hr(S_OK, IByteBuffer_Revert(buffer));
    IByteBuffer_Release(buffer);
    assert_int_equal(1, stream.refs);
}

static void test_foreign_stream__end_by_s_false_is_ok(void **state) {
    (void)state;
    struct foreign_stream stream;
    IByteBuffer *buffer = buffer_over(&stream);
    BYTE bytes[20];
    LONG count = 9;
    stream.result = S_FALSE;
    assert_hr(S_OK, IByteBuffer_Read(buffer, bytes, 20, &count));
    assert_int_equal(6, count);
    IByteBuffer_Release(buffer);
}

static void test_foreign_stream__failures_come_through(void **state) {
    (void)state;
    struct foreign_stream stream;
    IByteBuffer *buffer = buffer_over(&stream);
    IByteBuffer *target = NULL;
    IByteBuffer *clone = buffer;
    BYTE bytes[4];
    LONG count = 9, other = 9;
    STATSTRUCT stat;
    uint8_t *all = NULL;
    size_t size = 0;
    stream.result = STG_E_ACCESSDENIED;
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_Read(buffer, bytes, 4, &count));
    assert_int_equal(0, count);
    count = 9;
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_Write(buffer, bytes, 4, &count));
    assert_int_equal(0, count);
    count = 9;
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_Seek(buffer, 0, 0, &count));
    assert_int_equal(0, count);
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_SetSize(buffer, 4));
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_Stat(buffer, &stat, 0));
    assert_hr(STG_E_ACCESSDENIED, bytebuffer_read_all(buffer, 100, &all, &size));
    assert_hr(E_NOTIMPL, IByteBuffer_Clone(buffer, &clone));
    assert_null(clone);
    stream.null_clone = true;
    assert_hr(E_UNEXPECTED, IByteBuffer_Clone(buffer, &clone));
    assert_hr(S_OK, bytebuffer_create_with(digits, 10, &target));
    assert_hr(E_NOTIMPL, IByteBuffer_CopyTo(buffer, &target, 4, &count, &other));
    count = other = 9;
    assert_hr(STG_E_ACCESSDENIED, IByteBuffer_CopyTo(target, &buffer, 4, &count, &other));
    assert_int_equal(0, count);
    assert_int_equal(0, other);
    stream.result = S_OK;
    stream.position = 0;
    assert_hr(S_OK, IByteBuffer_Seek(target, 0, STREAM_SEEK_SET, NULL));
    assert_hr(S_OK, IByteBuffer_CopyTo(target, &buffer, 4, &count, &other));
    assert_int_equal(4, other);
    IByteBuffer_Release(target);
    IByteBuffer_Release(buffer);
}

static void test_foreign_stream__lies_do_not_spread(void **state) {
    (void)state;
    struct foreign_stream stream;
    IByteBuffer *buffer = buffer_over(&stream);
    BYTE bytes[4];
    LONG count = 9;
    stream.lie = 1;
    assert_hr(E_UNEXPECTED, IByteBuffer_Read(buffer, bytes, 4, &count));
    assert_int_equal(0, count);
    assert_hr(E_UNEXPECTED, IByteBuffer_Write(buffer, bytes, 4, &count));
    assert_int_equal(0, count);
    stream.lie = UINT64_MAX - 10;
    assert_hr(E_UNEXPECTED, IByteBuffer_Read(buffer, bytes, 4, &count));
    IByteBuffer_Release(buffer);
}

static void test_foreign_stream__initialize_leaves_it(void **state) {
    (void)state;
    struct foreign_stream stream;
    IByteBuffer *buffer = buffer_over(&stream);
    unsigned calls = stream.calls;
    LONG count;
    assert_hr(S_OK, IByteBuffer_Initialize(buffer, 2, digits));
    assert_int_equal(1, stream.refs);
    assert_hr(S_OK, IByteBuffer_Write(buffer, digits, 2, &count));
    assert_int_equal(calls, stream.calls);
    assert_memory_equal(stream.bytes, digits, 10);
    IByteBuffer_Release(buffer);
}

static void test_read_all__over_a_foreign_stream(void **state) {
    (void)state;
    struct foreign_stream stream;
    IByteBuffer *buffer = buffer_over(&stream);
    uint8_t *bytes = NULL;
    size_t size = 0;
    for (size_t i = 0; i < FOREIGN_ROOM; ++i)
        stream.bytes[i] = (uint8_t)(i * 13 + i / 251);
    stream.size = FOREIGN_ROOM;
    for (uint64_t most = 1; most <= FOREIGN_ROOM; most = most * 7 + 3) {
        stream.most = most;
        assert_hr(S_OK, bytebuffer_read_all(buffer, FOREIGN_ROOM, &bytes, &size));
        assert_int_equal(FOREIGN_ROOM, size);
        assert_memory_equal(bytes, stream.bytes, FOREIGN_ROOM);
        assert_int_equal(4, stream.position);
        free(bytes);
    }
    assert_hr(E_INVALIDARG, bytebuffer_read_all(buffer, FOREIGN_ROOM - 1, &bytes, &size));
    assert_null(bytes);
    assert_int_equal(4, stream.position);
    stream.size = 0;
    assert_hr(S_OK, bytebuffer_read_all(buffer, 0, &bytes, &size));
    assert_null(bytes);
    assert_int_equal(0, size);
    stream.size = 10;
    stream.lie = 5000;
    assert_hr(E_UNEXPECTED, bytebuffer_read_all(buffer, 100, &bytes, &size));
    assert_int_equal(4, stream.position);
    IByteBuffer_Release(buffer);
}

/* A foreign IByteBuffer: only what bytebuffer_read_all needs, and each call can misbehave. */
struct stranger {
    IByteBuffer IByteBuffer_iface;
    LONG position;
    LONG size;
    LONG claim;       /* when not 0: what Read says it has read */
    bool endless;     /* Read always fills what is asked for */
    int failing_seek; /* counted from 1: this Seek fails */
    HRESULT read_result;
    int seeks;
};

static struct stranger *impl_from_IByteBuffer(IByteBuffer *iface) {
    return CONTAINER_OF(iface, struct stranger, IByteBuffer_iface);
}

static HRESULT STDMETHODCALLTYPE stranger_Seek(IByteBuffer *iface, LONG move, LONG origin, LONG *position) {
    struct stranger *stranger = impl_from_IByteBuffer(iface);
    if (++stranger->seeks == stranger->failing_seek)
        return STG_E_ACCESSDENIED;
    stranger->position = origin == STREAM_SEEK_SET ? move : stranger->position + move;
    *position = stranger->position;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE stranger_Read(IByteBuffer *iface, BYTE *bytes, LONG count, LONG *read) {
    struct stranger *stranger = impl_from_IByteBuffer(iface);
    if (FAILED(stranger->read_result))
        return stranger->read_result;
    LONG left = stranger->size - stranger->position;
    LONG moved = stranger->endless || left > count ? count : left;
    memset(bytes, 0x33, (size_t)moved);
    stranger->position += moved;
    *read = stranger->claim ? stranger->claim : moved;
    return stranger->read_result;
}

static HRESULT STDMETHODCALLTYPE stranger_get_Stream(IByteBuffer *iface, LPSTREAM *stream) {
    *stream = NULL;
    return impl_from_IByteBuffer(iface)->endless ? S_OK : E_NOTIMPL;
}

static const IByteBufferVtbl stranger_vtbl = {
    .get_Stream = stranger_get_Stream, .Read = stranger_Read, .Seek = stranger_Seek};

static void test_read_all__strangers(void **state) {
    (void)state;
    static const struct {
        struct stranger stranger;
        HRESULT expected;
        size_t size;
        LONG position;
    } rows[] = {
        {{.size = 600, .position = 33}, S_OK, 600, 33},
        {{.size = 1000, .position = 1000, .read_result = S_FALSE}, S_OK, 1000, 1000},
        {{.size = 0, .position = 0}, S_OK, 0, 0},
        {{.size = 1001, .position = 5}, E_INVALIDARG, 0, 5},
        {{.endless = true, .position = 5}, E_INVALIDARG, 0, 5},
        {{.size = 600, .claim = 513, .position = 5}, E_UNEXPECTED, 0, 5},
        {{.size = 600, .claim = LONG_MAX, .position = 5}, E_UNEXPECTED, 0, 5},
        {{.size = 600, .claim = -1, .position = 5}, E_UNEXPECTED, 0, 5},
        {{.size = 600, .claim = LONG_MIN, .position = 5}, E_UNEXPECTED, 0, 5},
        {{.size = 600, .read_result = E_FAIL, .position = 5}, E_FAIL, 0, 5},
        {{.size = 600, .failing_seek = 1, .position = 5}, STG_E_ACCESSDENIED, 0, 5},
        {{.size = 600, .failing_seek = 2, .position = 5}, STG_E_ACCESSDENIED, 0, 5},
        {{.size = 600, .failing_seek = 3, .position = 5}, STG_E_ACCESSDENIED, 0, 600},
    };
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct stranger stranger = rows[i].stranger;
        uint8_t *bytes = NULL;
        size_t size = 9;
        stranger.IByteBuffer_iface.lpVtbl = &stranger_vtbl;
        assert_hr(rows[i].expected, bytebuffer_read_all(&stranger.IByteBuffer_iface, 1000, &bytes, &size));
        assert_int_equal(rows[i].size, size);
        assert_int_equal(rows[i].position, stranger.position);
        assert_int_equal(rows[i].size != 0, bytes != NULL);
        for (size_t k = 0; k < size; ++k)
            assert_int_equal(0x33, bytes[k]);
        free(bytes);
    }
}

static void test_copy_to__strangers(void **state) {
    (void)state;
    struct stranger stranger = {.IByteBuffer_iface = {.lpVtbl = &stranger_vtbl}};
    IByteBuffer *target = &stranger.IByteBuffer_iface;
    IByteBuffer *buffer = NULL;
    LONG read = 9, written = 9;
    assert_hr(S_OK, bytebuffer_create_with(digits, 10, &buffer));
    assert_hr(E_NOTIMPL, IByteBuffer_CopyTo(buffer, &target, 3, &read, &written));
    stranger.endless = true;
    assert_hr(E_UNEXPECTED, IByteBuffer_CopyTo(buffer, &target, 3, &read, &written));
    assert_int_equal(0, read);
    IByteBuffer_Release(buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_foreign_stream__carries_the_buffer),
        cmocka_unit_test(test_foreign_stream__end_by_s_false_is_ok),
        cmocka_unit_test(test_foreign_stream__failures_come_through),
        cmocka_unit_test(test_foreign_stream__lies_do_not_spread),
        cmocka_unit_test(test_foreign_stream__initialize_leaves_it),
        cmocka_unit_test(test_read_all__over_a_foreign_stream),
        cmocka_unit_test(test_read_all__strangers),
        cmocka_unit_test(test_copy_to__strangers),
    };
    return cmocka_run_group_tests_name("objects/bytebuffer_foreign", tests, NULL, NULL);
}
