/* The stream of somebody else's that tests put under our objects. */
#include "support/fakes/foreign_stream.h"

#include "base/container.h"

static struct foreign_stream *impl_from_IStream(IStream *iface) {
    return CONTAINER_OF(iface, struct foreign_stream, IStream_iface);
}

static HRESULT STDMETHODCALLTYPE foreign_QueryInterface(IStream *iface, REFIID riid, void **out) {
    (void)iface, (void)riid;
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE foreign_AddRef(IStream *iface) {
    return ++impl_from_IStream(iface)->refs;
}

static ULONG STDMETHODCALLTYPE foreign_Release(IStream *iface) {
    return --impl_from_IStream(iface)->refs;
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static HRESULT STDMETHODCALLTYPE foreign_Read(IStream *iface, void *bytes, ULONG count, ULONG *read) {
    struct foreign_stream *stream = impl_from_IStream(iface);
    ++stream->calls;
    if (FAILED(stream->result))
        return stream->result;
    uint64_t left = stream->position < stream->size ? stream->size - stream->position : 0;
    size_t moved = (size_t)least(least(count, left), stream->most);
    memcpy(bytes, stream->bytes + (moved ? stream->position : 0), moved);
    stream->position += moved;
    *read = (ULONG)(moved + stream->lie);
    return stream->result;
}

static HRESULT STDMETHODCALLTYPE foreign_Write(IStream *iface, const void *bytes, ULONG count,
                                               ULONG *written) {
    struct foreign_stream *stream = impl_from_IStream(iface);
    ++stream->calls;
    if (FAILED(stream->result))
        return stream->result;
    uint64_t left = stream->position < FOREIGN_ROOM ? FOREIGN_ROOM - stream->position : 0;
    size_t moved = (size_t)least(least(count, left), stream->most);
    memcpy(stream->bytes + (moved ? stream->position : 0), bytes, moved);
    stream->position += moved;
    if (moved && stream->position > stream->size)
        stream->size = stream->position;
    *written = (ULONG)(moved + stream->lie);
    return stream->result;
}

static HRESULT STDMETHODCALLTYPE foreign_Seek(IStream *iface, LARGE_INTEGER move, DWORD origin,
                                              ULARGE_INTEGER *position) {
    struct foreign_stream *stream = impl_from_IStream(iface);
    ++stream->calls;
    if (FAILED(stream->result))
        return stream->result;
    int64_t base = origin == STREAM_SEEK_SET
                       ? 0
                       : (int64_t)(origin == STREAM_SEEK_CUR ? stream->position : stream->size);
    stream->position = (uint64_t)(base + move.QuadPart);
    position->QuadPart = stream->position;
    return stream->result;
}

static HRESULT STDMETHODCALLTYPE foreign_SetSize(IStream *iface, ULARGE_INTEGER size) {
    struct foreign_stream *stream = impl_from_IStream(iface);
    ++stream->calls;
    if (size.QuadPart > FOREIGN_ROOM)
        return STG_E_MEDIUMFULL;
    stream->size = size.QuadPart;
    return stream->result;
}

static HRESULT STDMETHODCALLTYPE foreign_CopyTo(IStream *iface, IStream *target, ULARGE_INTEGER count,
                                                ULARGE_INTEGER *read, ULARGE_INTEGER *written) {
    (void)target, (void)count, (void)read, (void)written;
    ++impl_from_IStream(iface)->calls;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE foreign_Commit(IStream *iface, DWORD flags) {
    (void)flags;
    ++impl_from_IStream(iface)->calls;
    return E_FAIL;
}

static HRESULT STDMETHODCALLTYPE foreign_Revert(IStream *iface) {
    ++impl_from_IStream(iface)->calls;
    return E_FAIL;
}

static HRESULT STDMETHODCALLTYPE foreign_LockRegion(IStream *iface, ULARGE_INTEGER offset,
                                                    ULARGE_INTEGER size, DWORD type) {
    (void)offset, (void)size, (void)type;
    ++impl_from_IStream(iface)->calls;
    return STG_E_INVALIDFUNCTION;
}

static HRESULT STDMETHODCALLTYPE foreign_Stat(IStream *iface, STATSTG *stat, DWORD flags) {
    struct foreign_stream *stream = impl_from_IStream(iface);
    ++stream->calls;
    if (FAILED(stream->result))
        return stream->result;
    /* A name would be task memory that nobody asked for. */
    if (flags == STATFLAG_DEFAULT)
        return E_UNEXPECTED;
    stat->type = STGTY_STREAM;
    stat->cbSize.QuadPart = stream->size;
    stat->grfMode = STGM_READ;
    stat->grfStateBits = 7;
    return stream->result;
}

static HRESULT STDMETHODCALLTYPE foreign_Clone(IStream *iface, IStream **out) {
    ++impl_from_IStream(iface)->calls;
    *out = NULL;
    return impl_from_IStream(iface)->null_clone ? S_OK : E_NOTIMPL;
}

static const IStreamVtbl foreign_vtbl = {
    .QueryInterface = foreign_QueryInterface,
    .AddRef = foreign_AddRef,
    .Release = foreign_Release,
    .Read = foreign_Read,
    .Write = foreign_Write,
    .Seek = foreign_Seek,
    .SetSize = foreign_SetSize,
    .CopyTo = foreign_CopyTo,
    .Commit = foreign_Commit,
    .Revert = foreign_Revert,
    .LockRegion = foreign_LockRegion,
    .UnlockRegion = foreign_LockRegion,
    .Stat = foreign_Stat,
    .Clone = foreign_Clone,
};

void foreign_stream_init(struct foreign_stream *stream) {
    memset(stream, 0, sizeof *stream);
    stream->IStream_iface.lpVtbl = &foreign_vtbl;
    stream->refs = 1;
    stream->most = UINT64_MAX;
}
