/* Byte buffers for tests. Used by the tests of the objects. */
#include "support/kits/buffers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "objects/bytebuffer.h"

size_t bytes_from_hex(const char *hex, uint8_t *out, size_t room) {
    size_t size = 0;
    for (; *hex; hex += 2) {
        unsigned byte;
        hex += strspn(hex, " ");
        if (!*hex)
            break;
        assert_true(size < room);
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        out[size++] = (uint8_t)byte;
    }
    return size;
}

IByteBuffer *buffer_of(const void *bytes, size_t size) {
    IByteBuffer *buffer = NULL;
    assert_int_equal(bytebuffer_create_with(bytes, size, &buffer), S_OK);
    assert_int_equal(IByteBuffer_Seek(buffer, 0, 2, NULL), S_OK);
    return buffer;
}

IByteBuffer *buffer_from_hex(const char *hex) {
    const size_t room = strlen(hex) / 2 + 1;
    uint8_t *bytes = malloc(room);
    assert_non_null(bytes);
    IByteBuffer *buffer = buffer_of(bytes, bytes_from_hex(hex, bytes, room));
    free(bytes);
    return buffer;
}

IByteBuffer *buffer_filled(size_t size) {
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; ++i)
        bytes[i] = (uint8_t)i;
    IByteBuffer *buffer = buffer_of(bytes, size);
    free(bytes);
    return buffer;
}

LONG buffer_position(IByteBuffer *buffer) {
    LONG position = -1;
    assert_int_equal(IByteBuffer_Seek(buffer, 0, 1, &position), S_OK);
    return position;
}

void assert_buffer_bytes(IByteBuffer *buffer, const uint8_t *bytes, size_t size) {
    LONG got = -1;
    assert_non_null(buffer);
    uint8_t *read = malloc(size + 1);
    assert_non_null(read);
    assert_int_equal(IByteBuffer_Read(buffer, read, (LONG)size + 1, &got), S_OK);
    assert_int_equal(got, size);
    assert_memory_equal(read, bytes, size);
    free(read);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
}

void assert_buffer_hex(IByteBuffer *buffer, const char *hex) {
    uint8_t bytes[1024];
    const size_t size = bytes_from_hex(hex, bytes, sizeof bytes);
    assert_buffer_bytes(buffer, bytes, size);
}

/* The failing one */

struct failing {
    IByteBuffer IByteBuffer_iface;
    HRESULT hr;
};

static HRESULT failure(IByteBuffer *iface) {
    const struct failing *failing = (const struct failing *)(const void *)iface;
    return failing->hr;
}

static HRESULT STDMETHODCALLTYPE failing_Read(IByteBuffer *iface, BYTE *out, LONG size, LONG *read) {
    (void)out, (void)size, (void)read;
    return failure(iface);
}

static HRESULT STDMETHODCALLTYPE failing_Seek(IByteBuffer *iface, LONG move, LONG origin, LONG *position) {
    (void)move, (void)origin, (void)position;
    return failure(iface);
}

static HRESULT STDMETHODCALLTYPE failing_Stat(IByteBuffer *iface, LPSTATSTRUCT stat, LONG flag) {
    (void)stat, (void)flag;
    return failure(iface);
}

static ULONG STDMETHODCALLTYPE failing_Release(IByteBuffer *iface) {
    free(iface);
    return 0;
}

IByteBuffer *buffer_that_fails(HRESULT hr) {
    static const IByteBufferVtbl vtbl = {
        .Release = failing_Release, .Read = failing_Read, .Seek = failing_Seek, .Stat = failing_Stat};
    struct failing *failing = malloc(sizeof *failing);
    assert_non_null(failing);
    failing->IByteBuffer_iface.lpVtbl = &vtbl;
    failing->hr = hr;
    return &failing->IByteBuffer_iface;
}
