/*
 * The byte buffer object: IByteBuffer over an IStream, by default the stream over memory. Made by the class
 * table and by every object that hands bytes out. The buffer has no pointer of its own: the stream's is
 * meant, so that whoever holds get_Stream sees what the buffer sees.
 */
#include "objects/bytebuffer.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "base/wipe.h"
#include "com/com.h"
#include "compat/memstream.h"

/* First piece in which a foreign buffer is read; it doubles as more comes. */
#define FIRST_PIECE 512

struct bytebuffer {
    IByteBuffer IByteBuffer_iface;
    struct com_identity identity;
    struct lock lock; /* guards `stream`; never held while a stream works */
    IStream *stream;
};

static inline struct bytebuffer *impl_from_IByteBuffer(IByteBuffer *iface) {
    return CONTAINER_OF(iface, struct bytebuffer, IByteBuffer_iface);
}

static void bytebuffer_destroy(void *object) {
    struct bytebuffer *buffer = object;
    IStream_Release(buffer->stream);
    free(buffer);
}

#define OBJECT bytebuffer
#define OBJECT_INTERFACE IByteBuffer
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/*
 * The stream with a reference for the caller: put_Stream on another thread must not take it from under a
 * call.
 */
static IStream *stream_hold(struct bytebuffer *buffer) {
    lock_take(&buffer->lock);
    IStream *stream = buffer->stream;
    IStream_AddRef(stream);
    lock_give(&buffer->lock);
    return stream;
}

/* Puts `stream`, whose reference it takes over, in place of the old one. */
static void stream_replace(struct bytebuffer *buffer, IStream *stream) {
    lock_take(&buffer->lock);
    IStream *old = buffer->stream;
    buffer->stream = stream;
    lock_give(&buffer->lock);
    IStream_Release(old);
}

/* A stream over `size` bytes of memory, copied from `bytes` (NULL: zeros). */
static HRESULT stream_new(const void *bytes, size_t size, IStream **out) {
    HGLOBAL block = GlobalAlloc(bytes ? GMEM_MOVEABLE : GMEM_MOVEABLE | GMEM_ZEROINIT, size);
    if (!block)
        return E_OUTOFMEMORY;
    if (bytes && size) {
        memcpy(GlobalLock(block), bytes, size);
        GlobalUnlock(block);
    }
    HRESULT hr = memstream_create(block, true, out);
    if (FAILED(hr))
        GlobalFree(block);
    return hr;
}

/* A buffer over `stream`, whose reference it takes over on success. */
static HRESULT buffer_over(IStream *stream, IByteBuffer **out) {
    struct bytebuffer *buffer = malloc(sizeof *buffer);
    if (!buffer)
        return E_OUTOFMEMORY;
    lock_init(&buffer->lock);
    bytebuffer_init(buffer);
    buffer->stream = stream;
    *out = &buffer->IByteBuffer_iface;
    return S_OK;
}

/* On Windows a LONG has 32 bits: what does not fit is reported as the largest. */
static LONG long_from(uint64_t value) {
    return value > (uint64_t)LONG_MAX ? LONG_MAX : (LONG)value;
}

/* IByteBuffer */

static HRESULT STDMETHODCALLTYPE bytebuffer_get_Stream(IByteBuffer *iface, LPSTREAM *out) {
    if (!out)
        return E_POINTER;
    *out = stream_hold(impl_from_IByteBuffer(iface));
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_put_Stream(IByteBuffer *iface, LPSTREAM stream) {
    if (!stream)
        return E_INVALIDARG;
    IStream_AddRef(stream);
    stream_replace(impl_from_IByteBuffer(iface), stream);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_Clone(IByteBuffer *iface, LPBYTEBUFFER *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    IStream *clone = NULL;
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    HRESULT hr = IStream_Clone(stream, &clone);
    IStream_Release(stream);
    if (FAILED(hr))
        return hr;
    if (!clone)
        return E_UNEXPECTED;
    hr = buffer_over(clone, out);
    if (FAILED(hr))
        IStream_Release(clone);
    return hr;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_Commit(IByteBuffer *iface, LONG flags) {
    (void)iface, (void)flags;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_CopyTo(IByteBuffer *iface, LPBYTEBUFFER *target, LONG count,
                                                   LONG *read, LONG *written) {
    if (read)
        *read = 0;
    if (written)
        *written = 0;
    if (!target)
        return E_POINTER;
    if (!*target || count < 0)
        return E_INVALIDARG;
    IStream *into = NULL;
    HRESULT hr = IByteBuffer_get_Stream(*target, &into);
    if (FAILED(hr))
        return hr;
    if (!into)
        return E_UNEXPECTED;
    ULARGE_INTEGER asked = {.QuadPart = (uint64_t)count};
    ULARGE_INTEGER taken = {.QuadPart = 0};
    ULARGE_INTEGER put = {.QuadPart = 0};
    IStream *from = stream_hold(impl_from_IByteBuffer(iface));
    hr = IStream_CopyTo(from, into, asked, &taken, &put);
    IStream_Release(from);
    IStream_Release(into);
    if (FAILED(hr))
        return hr;
    if (read)
        *read = long_from(taken.QuadPart);
    if (written)
        *written = long_from(put.QuadPart);
    return S_OK;
}

/* A new stream takes the place of the old one: whatever fails, the buffer is as it was. */
static HRESULT STDMETHODCALLTYPE bytebuffer_Initialize(IByteBuffer *iface, LONG size, BYTE *bytes) {
    if (size < 0)
        return E_INVALIDARG;
    IStream *stream = NULL;
    HRESULT hr = stream_new(bytes, (size_t)size, &stream);
    if (SUCCEEDED(hr))
        stream_replace(impl_from_IByteBuffer(iface), stream);
    return hr;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_LockRegion(IByteBuffer *iface, LONG offset, LONG count,
                                                       LONG type) {
    if (offset < 0 || count < 0)
        return E_INVALIDARG;
    ULARGE_INTEGER from = {.QuadPart = (uint64_t)offset};
    ULARGE_INTEGER size = {.QuadPart = (uint64_t)count};
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    const HRESULT hr = IStream_LockRegion(stream, from, size, (DWORD)type);
    IStream_Release(stream);
    return hr;
}

/*
 * Another's stream may tell the end with S_FALSE; a count beyond what was asked for is a lie that must not
 * spread.
 */
static HRESULT STDMETHODCALLTYPE bytebuffer_Read(IByteBuffer *iface, BYTE *bytes, LONG count, LONG *read) {
    if (read)
        *read = 0;
    if (count < 0)
        return E_INVALIDARG;
    if (!bytes && count)
        return E_POINTER;
    ULONG done = 0;
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    HRESULT hr = IStream_Read(stream, bytes, (ULONG)count, &done);
    IStream_Release(stream);
    if (FAILED(hr))
        return hr;
    if (done > (ULONG)count)
        return E_UNEXPECTED;
    if (read)
        *read = (LONG)done;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_Revert(IByteBuffer *iface) {
    (void)iface;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_Seek(IByteBuffer *iface, LONG move, LONG origin, LONG *position) {
    if (position)
        *position = 0;
    if (origin < STREAM_SEEK_SET || origin > STREAM_SEEK_END || (origin == STREAM_SEEK_SET && move < 0))
        return STG_E_INVALIDFUNCTION;
    LARGE_INTEGER distance = {.QuadPart = move};
    ULARGE_INTEGER reached = {.QuadPart = 0};
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    HRESULT hr = IStream_Seek(stream, distance, (DWORD)origin, &reached);
    IStream_Release(stream);
    if (FAILED(hr))
        return hr;
    if (position)
        *position = long_from(reached.QuadPart);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_SetSize(IByteBuffer *iface, LONG size) {
    if (size < 0)
        return E_INVALIDARG;
    ULARGE_INTEGER wanted = {.QuadPart = (uint64_t)size};
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    const HRESULT hr = IStream_SetSize(stream, wanted);
    IStream_Release(stream);
    return hr;
}

/* There is no place for a name, so the stream is never asked for one. */
static HRESULT STDMETHODCALLTYPE bytebuffer_Stat(IByteBuffer *iface, LPSTATSTRUCT out, LONG flag) {
    if (!out)
        return E_POINTER;
    memset(out, 0, sizeof *out);
    if (flag != STATFLAG_DEFAULT && flag != STATFLAG_NONAME)
        return E_INVALIDARG;
    STATSTG stat = {0};
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    HRESULT hr = IStream_Stat(stream, &stat, STATFLAG_NONAME);
    IStream_Release(stream);
    if (FAILED(hr))
        return hr;
    out->type = (LONG)stat.type;
    out->cbSize = long_from(stat.cbSize.QuadPart);
    out->grfMode = (LONG)stat.grfMode;
    out->grfLocksSupported = (LONG)stat.grfLocksSupported;
    out->grfStateBits = (LONG)stat.grfStateBits;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_UnlockRegion(IByteBuffer *iface, LONG offset, LONG count,
                                                         LONG type) {
    if (offset < 0 || count < 0)
        return E_INVALIDARG;
    ULARGE_INTEGER from = {.QuadPart = (uint64_t)offset};
    ULARGE_INTEGER size = {.QuadPart = (uint64_t)count};
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    const HRESULT hr = IStream_UnlockRegion(stream, from, size, (DWORD)type);
    IStream_Release(stream);
    return hr;
}

static HRESULT STDMETHODCALLTYPE bytebuffer_Write(IByteBuffer *iface, BYTE *bytes, LONG count,
                                                  LONG *written) {
    if (written)
        *written = 0;
    if (count < 0 || (!bytes && count))
        return E_INVALIDARG;
    ULONG done = 0;
    IStream *stream = stream_hold(impl_from_IByteBuffer(iface));
    HRESULT hr = IStream_Write(stream, bytes, (ULONG)count, &done);
    IStream_Release(stream);
    if (FAILED(hr))
        return hr;
    if (done > (ULONG)count)
        return E_UNEXPECTED;
    if (written)
        *written = (LONG)done;
    return S_OK;
}

const IByteBufferVtbl bytebuffer_vtbl = {
    DISPATCH_SLOTS(bytebuffer),
    .get_Stream = bytebuffer_get_Stream,
    .put_Stream = bytebuffer_put_Stream,
    .Clone = bytebuffer_Clone,
    .Commit = bytebuffer_Commit,
    .CopyTo = bytebuffer_CopyTo,
    .Initialize = bytebuffer_Initialize,
    .LockRegion = bytebuffer_LockRegion,
    .Read = bytebuffer_Read,
    .Revert = bytebuffer_Revert,
    .Seek = bytebuffer_Seek,
    .SetSize = bytebuffer_SetSize,
    .Stat = bytebuffer_Stat,
    .UnlockRegion = bytebuffer_UnlockRegion,
    .Write = bytebuffer_Write,
};

/* What other objects use */

HRESULT bytebuffer_create(IByteBuffer **out) {
    return bytebuffer_create_with(NULL, 0, out);
}

HRESULT bytebuffer_create_with(const void *bytes, size_t size, IByteBuffer **out) {
    IStream *stream = NULL;
    HRESULT hr = stream_new(bytes, size, &stream);
    if (FAILED(hr))
        return hr;
    hr = buffer_over(stream, out);
    if (FAILED(hr))
        IStream_Release(stream);
    return hr;
}

/*
 * Doubles the room of a growing array, zeros in it: bytes that a stranger only claims must not be old ones of
 * ours.
 */
static bool pieces_grow(uint8_t **bytes, size_t size, size_t *room) {
    size_t wanted = *room ? *room * 2 : FIRST_PIECE;
    uint8_t *larger = wanted > *room ? calloc(1, wanted) : NULL;
    if (!larger)
        return false;
    if (size)
        memcpy(larger, *bytes, size);
    wipe_free(*bytes, size);
    *bytes = larger;
    *room = wanted;
    return true;
}

/*
 * Reads on to the end. What a foreign buffer says about its size is not asked for, and what it says about its
 * reads is checked: only bytes that came count, and `limit` ends an endless one.
 */
static HRESULT pieces_read(IByteBuffer *buffer, size_t limit, uint8_t **bytes_out, size_t *size_out) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    size_t room = 0;
    HRESULT hr = S_OK;
    for (;;) {
        if (size == room && !pieces_grow(&bytes, size, &room)) {
            hr = E_OUTOFMEMORY;
            break;
        }
        size_t asked = room - size;
        LONG read = 0;
        hr = IByteBuffer_Read(buffer, bytes + size, long_from(asked), &read);
        if (FAILED(hr) || read == 0)
            break;
        if (read < 0 || (size_t)read > asked) {
            hr = E_UNEXPECTED;
            break;
        }
        size += (size_t)read;
        if (size > limit) {
            hr = E_INVALIDARG;
            break;
        }
    }
    if (FAILED(hr) || !size) {
        wipe_free(bytes, size);
        bytes = NULL;
    }
    if (FAILED(hr))
        return hr;
    *bytes_out = bytes;
    *size_out = size;
    return S_OK;
}

/* By the buffer's own methods, its pointer put back in any case. */
static HRESULT read_foreign(IByteBuffer *buffer, size_t limit, uint8_t **bytes, size_t *size) {
    LONG home = 0;
    LONG start = 0;
    uint8_t *found = NULL;
    size_t count = 0;
    HRESULT hr = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_CUR, &home);
    if (FAILED(hr))
        return hr;
    hr = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, &start);
    if (SUCCEEDED(hr))
        hr = pieces_read(buffer, limit, &found, &count);
    HRESULT back = IByteBuffer_Seek(buffer, home, STREAM_SEEK_SET, &start);
    if (SUCCEEDED(hr))
        hr = back;
    if (FAILED(hr)) {
        wipe_free(found, count);
        return hr;
    }
    *bytes = found;
    *size = count;
    return S_OK;
}

HRESULT bytebuffer_read_all(IByteBuffer *buffer, size_t limit, uint8_t **bytes, size_t *size) {
    *bytes = NULL;
    *size = 0;
    if (buffer->lpVtbl == TELLING(IByteBuffer, bytebuffer_vtbl)) {
        IStream *stream = stream_hold(impl_from_IByteBuffer(buffer));
        const bool ours = memstream_is(stream);
        const HRESULT hr = ours ? memstream_copy(stream, limit, bytes, size) : S_OK;
        IStream_Release(stream);
        if (ours)
            return hr;
    }
    return read_foreign(buffer, limit, bytes, size);
}

/* Writes all of it where the buffer's pointer stands. */
static HRESULT write_whole(IByteBuffer *buffer, const void *bytes, size_t size) {
    LONG written = 0;
    if (!size)
        return S_OK;
    const HRESULT hr = IByteBuffer_Write(buffer, (BYTE *)(uintptr_t)bytes, (LONG)size, &written);
    return SUCCEEDED(hr) && (size_t)written != size ? E_UNEXPECTED : hr;
}

/* Overwrites the `size` bytes behind the buffer's pointer: setting a size need not do that. */
static HRESULT blank(IByteBuffer *buffer, size_t size) {
    static const uint8_t zeros[256];
    HRESULT hr = S_OK;
    while (SUCCEEDED(hr) && size) {
        const size_t part = size < sizeof zeros ? size : sizeof zeros;
        hr = write_whole(buffer, zeros, part);
        size -= part;
    }
    return hr;
}

HRESULT bytebuffer_replace(IByteBuffer *buffer, const void *bytes, size_t size) {
    LONG home = 0, former = 0, at = 0;
    if (size > INT32_MAX)
        return E_INVALIDARG;
    HRESULT hr = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_CUR, &home);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_END, &former);
    if (SUCCEEDED(hr) && (LONG)size > former) {
        hr = IByteBuffer_SetSize(buffer, (LONG)size); /* the only step that needs memory comes first */
        if (FAILED(hr))
            (void)IByteBuffer_Seek(buffer, home, STREAM_SEEK_SET, &at);
    }
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, &at);
    if (SUCCEEDED(hr))
        hr = write_whole(buffer, bytes, size);
    if (SUCCEEDED(hr) && (LONG)size < former) {
        hr = blank(buffer, (size_t)former - size);
        if (SUCCEEDED(hr))
            hr = IByteBuffer_SetSize(buffer, (LONG)size);
    }
    return SUCCEEDED(hr) ? IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, &at) : hr;
}
