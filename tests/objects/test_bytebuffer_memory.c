/*
 * The byte buffer without memory: each allocation of each method fails in turn. behaviour.md, rules for every
 * method: out of memory anywhere is E_OUTOFMEMORY, the object unchanged and still usable.
 */
#include "support/kits/bytebuffers.h"

#include "com/com.h"
#include "compat/memstream.h"
#include "objects/bytebuffer.h"
#include "support/fakes/allocator.h"
#include "support/fakes/foreign_stream.h"

#define LARGE 20000

/* Longer than what CopyTo carries at once. */
static uint8_t content[LARGE];

struct pair {
    IByteBuffer *buffer, *target;
};

static HRESULT copy(struct pair *pair) {
    LONG read = 9, written = 9;
    const HRESULT hr = IByteBuffer_CopyTo(pair->buffer, &pair->target, LARGE, &read, &written);
    assert_int_equal(SUCCEEDED(hr) ? LARGE - 10 : 0, read);
    assert_int_equal(SUCCEEDED(hr) ? LARGE - 10 : 0, written);
    return hr;
}

static HRESULT copy_onto_clone(struct pair *pair) {
    IByteBuffer_Seek(pair->target, 0, STREAM_SEEK_END, NULL);
    const HRESULT hr = IByteBuffer_CopyTo(pair->buffer, &pair->target, LARGE, NULL, NULL);
    if (FAILED(hr))
        IByteBuffer_Seek(pair->target, 10, STREAM_SEEK_SET, NULL);
    return hr;
}

static HRESULT clone(struct pair *pair) {
    IByteBuffer *made = (IByteBuffer *)pair;
    const HRESULT hr = IByteBuffer_Clone(pair->buffer, &made);
    assert_true(SUCCEEDED(hr) == (made != NULL));
    if (made)
        IByteBuffer_Release(made);
    return hr;
}

static HRESULT initialize(struct pair *pair) {
    return IByteBuffer_Initialize(pair->buffer, 5, content);
}

static HRESULT grow(struct pair *pair) {
    return IByteBuffer_SetSize(pair->buffer, 10 * LARGE);
}

static HRESULT write_more(struct pair *pair) {
    LONG written = 9;
    const HRESULT hr = IByteBuffer_Write(pair->buffer, content, LARGE, &written);
    assert_int_equal(SUCCEEDED(hr) ? LARGE : 0, written);
    return hr;
}

static HRESULT lock(struct pair *pair) {
    return IByteBuffer_LockRegion(pair->buffer, 0, 5, LOCK_EXCLUSIVE);
}

static const struct {
    HRESULT (*call)(struct pair *pair);
    size_t allocations; /* at least */
    bool clone;         /* the target is one */
} rows[] = {{copy, 1, false}, {copy_onto_clone, 1, true}, {clone, 2, false}, {initialize, 2, false},
            {grow, 1, false}, {write_more, 1, false},     {lock, 1, false}};

/* Both as they were before: bytes, and pointers at 10 and at the target's place. */
static void assert_unchanged(const struct pair *pair, bool is_clone) {
    assert_holds(pair->buffer, content, LARGE);
    assert_int_equal(10, tell(pair->buffer));
    assert_holds(pair->target, content, is_clone ? LARGE : 3);
    assert_int_equal(is_clone ? 10 : 3, tell(pair->target));
}

static void make_pair(struct pair *pair, bool is_clone) {
    pair->buffer = buffer_with(content, LARGE);
    go(pair->buffer, 10);
    if (is_clone) {
        assert_hr(S_OK, IByteBuffer_Clone(pair->buffer, &pair->target));
        return;
    }
    pair->target = buffer_with(content, 3);
    go(pair->target, 3);
}

/* Fails at the first allocation, the second, ... until the call succeeds. */
static void test_no_memory__every_method(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct pair pair;
        HRESULT hr = E_OUTOFMEMORY;
        make_pair(&pair, rows[i].clone);
        const long alive = com_count(), streams = memstream_count();
        size_t at = 0;
        for (; FAILED(hr); ++at) {
            assert_true(at < 16);
            allocator_allow(at);
            hr = rows[i].call(&pair);
            allocator_allow(ALLOCATOR_UNLIMITED);
            if (SUCCEEDED(hr))
                break;
            assert_hr(E_OUTOFMEMORY, hr);
            assert_unchanged(&pair, rows[i].clone);
            assert_int_equal(alive, com_count());
            assert_int_equal(streams, memstream_count());
        }
#ifndef _WIN32 /* whose blocks do not come from here */
        assert_true(at >= rows[i].allocations);
#endif
        IByteBuffer_Release(pair.target);
        IByteBuffer_Release(pair.buffer);
        assert_int_equal(0, com_count());
        assert_int_equal(0, memstream_count());
    }
}

/* Another's stream has taken some bytes before it failed: the source has not moved all the same. */
static void test_copy_to__source_stays_where_a_stranger_fails(void **state) {
    (void)state;
    struct foreign_stream foreign;
    IByteBuffer *buffer = buffer_with(content, LARGE);
    IByteBuffer *target = buffer_with(NULL, 0);
    LONG read = 9, written = 9;
    foreign_stream_init(&foreign);
    foreign.position = FOREIGN_ROOM - 5000; /* room for one piece */
    assert_hr(S_OK, IByteBuffer_put_Stream(target, &foreign.IStream_iface));
    go(buffer, 10);
    assert_true(FAILED(IByteBuffer_CopyTo(buffer, &target, LARGE, &read, &written)));
    assert_int_equal(0, read);
    assert_int_equal(0, written);
    assert_int_equal(10, tell(buffer));
    assert_holds(buffer, content, LARGE);
    IByteBuffer_Release(target);
    IByteBuffer_Release(buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_memory__every_method),
        cmocka_unit_test(test_copy_to__source_stays_where_a_stranger_fails),
    };
    for (size_t i = 0; i < LARGE; ++i)
        content[i] = (uint8_t)(i % 251);
    return cmocka_run_group_tests_name("objects/bytebuffer_memory", tests, NULL, NULL);
}
