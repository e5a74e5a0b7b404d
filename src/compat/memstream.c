/*
 * The stream over memory (see memstream.h). A memory holds the bytes, their locked ranges and one mutex; each
 * clone is a small object with a pointer into it. Called by objects/bytebuffer.c and hglobalstream.c.
 */
#define COBJMACROS
#define CONST_VTABLE
#include "compat/memstream.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/lock.h"
#include "base/refcount.h"
#include "base/wipe.h"
#include "compat/regions.h"

/* Bytes that CopyTo carries at once into a stream over other memory. */
#define COPY_CHUNK 4096

struct memory {
    struct refcount refs; /* one per clone */
    struct lock lock;     /* guards what follows and the pointers of all clones */
    HGLOBAL block;
    bool free_block;
    struct region *regions;
};

struct memstream {
    IStream IStream_iface;
    struct refcount refs;
    struct memory *memory;
    uint64_t position; /* at most INT64_MAX */
};

static const IStreamVtbl memstream_vtbl;
static atomic_long live_count;

static inline struct memstream *impl_from_IStream(IStream *iface) {
    return CONTAINER_OF(iface, struct memstream, IStream_iface);
}

/* The bytes; the caller holds the lock. */

static HRESULT memory_resize(struct memory *memory, size_t size, bool zeros) {
    UINT flags = zeros ? GMEM_MOVEABLE | GMEM_ZEROINIT : GMEM_MOVEABLE;
    HGLOBAL block = GlobalReAlloc(memory->block, size, flags);
    if (!block)
        return E_OUTOFMEMORY;
    memory->block = block;
    return S_OK;
}

/* How many of `count` bytes there are from `offset` on. */
static size_t memory_available(const struct memory *memory, uint64_t offset, uint64_t count) {
    size_t size = GlobalSize(memory->block);
    if (offset >= size)
        return 0;
    return count < size - offset ? (size_t)count : size - (size_t)offset;
}

static HRESULT memory_read(const struct memory *memory, const void *owner, uint64_t offset, void *bytes,
                           size_t count) {
    if (!count)
        return S_OK;
    if (!regions_allow(memory->regions, owner, offset, count, false))
        return STG_E_ACCESSDENIED;
    memcpy(bytes, (const uint8_t *)GlobalLock(memory->block) + offset, count);
    GlobalUnlock(memory->block);
    return S_OK;
}

/* Makes room for a write: checks locks on all bytes that change, also in a gap before `offset`, and grows. */
static HRESULT memory_prepare(struct memory *memory, const void *owner, uint64_t offset, uint64_t count) {
    if (count > (uint64_t)PTRDIFF_MAX || offset > (uint64_t)PTRDIFF_MAX - count)
        return E_OUTOFMEMORY;
    size_t size = GlobalSize(memory->block);
    uint64_t start = offset < size ? offset : size;
    uint64_t end = offset + count;
    if (!regions_allow(memory->regions, owner, start, end - start, true))
        return STG_E_ACCESSDENIED;
    return end > size ? memory_resize(memory, (size_t)end, offset > size) : S_OK;
}

static HRESULT memory_write(struct memory *memory, const void *owner, uint64_t offset, const void *bytes,
                            uint64_t count) {
    if (!count)
        return S_OK;
    HRESULT hr = memory_prepare(memory, owner, offset, count);
    if (FAILED(hr))
        return hr;
    memmove((uint8_t *)GlobalLock(memory->block) + offset, bytes, (size_t)count);
    GlobalUnlock(memory->block);
    return S_OK;
}

static void memory_release(struct memory *memory) {
    if (refcount_drop(&memory->refs))
        return;
    if (memory->free_block)
        GlobalFree(memory->block);
    free(memory);
}

/* A stream at `position`; takes over the caller's reference to the memory on success. */
static HRESULT stream_over(struct memory *memory, uint64_t position, IStream **out) {
    struct memstream *stream = malloc(sizeof *stream);
    if (!stream)
        return E_OUTOFMEMORY;
    stream->IStream_iface.lpVtbl = &memstream_vtbl;
    refcount_init(&stream->refs);
    stream->memory = memory;
    stream->position = position;
    atomic_fetch_add_explicit(&live_count, 1, memory_order_relaxed);
    *out = &stream->IStream_iface;
    return S_OK;
}

static void memstream_destroy(struct memstream *stream) {
    lock_take(&stream->memory->lock);
    regions_leave(&stream->memory->regions, stream);
    lock_give(&stream->memory->lock);
    memory_release(stream->memory);
    free(stream);
    atomic_fetch_sub_explicit(&live_count, 1, memory_order_release);
}

/* IUnknown */

static HRESULT STDMETHODCALLTYPE memstream_QueryInterface(IStream *iface, REFIID riid, void **out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!riid)
        return E_INVALIDARG;
    if (!IsEqualIID(riid, &IID_IStream) && !IsEqualIID(riid, &IID_ISequentialStream) &&
        !IsEqualIID(riid, &IID_IUnknown))
        return E_NOINTERFACE;
    IStream_AddRef(iface);
    *out = iface;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE memstream_AddRef(IStream *iface) {
    return refcount_take(&impl_from_IStream(iface)->refs);
}

static ULONG STDMETHODCALLTYPE memstream_Release(IStream *iface) {
    struct memstream *stream = impl_from_IStream(iface);
    uint32_t left = refcount_drop(&stream->refs);
    if (!left)
        memstream_destroy(stream);
    return left;
}

/* ISequentialStream */

static HRESULT STDMETHODCALLTYPE memstream_Read(IStream *iface, void *bytes, ULONG count, ULONG *read) {
    struct memstream *stream = impl_from_IStream(iface);
    if (read)
        *read = 0;
    if (!bytes && count)
        return STG_E_INVALIDPOINTER;
    lock_take(&stream->memory->lock);
    size_t available = memory_available(stream->memory, stream->position, count);
    HRESULT hr = memory_read(stream->memory, stream, stream->position, bytes, available);
    if (SUCCEEDED(hr)) {
        stream->position += available;
        if (read)
            *read = (ULONG)available;
    }
    lock_give(&stream->memory->lock);
    return hr;
}

static HRESULT STDMETHODCALLTYPE memstream_Write(IStream *iface, const void *bytes, ULONG count,
                                                 ULONG *written) {
    struct memstream *stream = impl_from_IStream(iface);
    if (written)
        *written = 0;
    if (!bytes && count)
        return STG_E_INVALIDPOINTER;
    lock_take(&stream->memory->lock);
    HRESULT hr = memory_write(stream->memory, stream, stream->position, bytes, count);
    if (SUCCEEDED(hr)) {
        stream->position += count;
        if (written)
            *written = count;
    }
    lock_give(&stream->memory->lock);
    return hr;
}

/* IStream */

/* base + move, where the result is a position: 0..INT64_MAX. */
static bool position_from(uint64_t base, int64_t move, uint64_t *out) {
    if (move < 0) {
        uint64_t back = (uint64_t)(-(move + 1)) + 1;
        if (back > base)
            return false;
        *out = base - back;
        return true;
    }
    if ((uint64_t)move > (uint64_t)INT64_MAX - base)
        return false;
    *out = base + (uint64_t)move;
    return true;
}

static HRESULT STDMETHODCALLTYPE memstream_Seek(IStream *iface, LARGE_INTEGER move, DWORD origin,
                                                ULARGE_INTEGER *position) {
    struct memstream *stream = impl_from_IStream(iface);
    HRESULT hr = STG_E_INVALIDFUNCTION;
    lock_take(&stream->memory->lock);
    uint64_t base = 0;
    if (origin == STREAM_SEEK_CUR)
        base = stream->position;
    else if (origin == STREAM_SEEK_END)
        base = GlobalSize(stream->memory->block);
    if (origin <= STREAM_SEEK_END && position_from(base, move.QuadPart, &stream->position))
        hr = S_OK;
    if (position)
        position->QuadPart = stream->position;
    lock_give(&stream->memory->lock);
    return hr;
}

static HRESULT STDMETHODCALLTYPE memstream_SetSize(IStream *iface, ULARGE_INTEGER size) {
    struct memstream *stream = impl_from_IStream(iface);
    struct memory *memory = stream->memory;
    if (size.QuadPart > (uint64_t)PTRDIFF_MAX)
        return E_OUTOFMEMORY;
    HRESULT hr = STG_E_ACCESSDENIED;
    lock_take(&memory->lock);
    size_t old = GlobalSize(memory->block);
    size_t wanted = (size_t)size.QuadPart;
    size_t low = old < wanted ? old : wanted;
    size_t high = old < wanted ? wanted : old;
    if (regions_allow(memory->regions, stream, low, high - low, true))
        hr = memory_resize(memory, wanted, true);
    lock_give(&memory->lock);
    return hr;
}

/* Two memories, which may be one; in one order everywhere, so that two copies cannot wait for each other. */
static void lock_both(struct memory *a, struct memory *b) {
    const bool in_order = (uintptr_t)a < (uintptr_t)b;
    lock_take(in_order ? &a->lock : &b->lock);
    if (a != b)
        lock_take(in_order ? &b->lock : &a->lock);
}

static void unlock_both(struct memory *a, struct memory *b) {
    if (a != b)
        lock_give(&b->lock);
    lock_give(&a->lock);
}

/*
 * Into a stream of this kind: one step, so that a failure changes nothing and the target's bytes are those
 * the source had, also where the two overlap. The caller holds the locks.
 */
static HRESULT copy_within(struct memstream *from, struct memstream *to, size_t count) {
    if (!count)
        return S_OK;
    if (!regions_allow(from->memory->regions, from, from->position, count, false))
        return STG_E_ACCESSDENIED;
    const HRESULT hr = memory_prepare(to->memory, to, to->position, count);
    if (FAILED(hr))
        return hr;
    memmove((uint8_t *)GlobalLock(to->memory->block) + to->position,
            (const uint8_t *)GlobalLock(from->memory->block) + from->position, count);
    GlobalUnlock(from->memory->block);
    GlobalUnlock(to->memory->block);
    from->position += count;
    if (to != from)
        to->position += count;
    return S_OK;
}

static HRESULT copy_to_memstream(struct memstream *from, struct memstream *to, uint64_t count,
                                 uint64_t *copied_out) {
    lock_both(from->memory, to->memory);
    const size_t available = memory_available(from->memory, from->position, count);
    const HRESULT hr = copy_within(from, to, available);
    unlock_both(from->memory, to->memory);
    if (SUCCEEDED(hr))
        *copied_out = available;
    return hr;
}

/* One piece of the source from `position` on; *count in: room, out: bytes, 0 at the end. */
static HRESULT piece_read(struct memstream *from, uint64_t position, uint8_t *piece, size_t *count) {
    lock_take(&from->memory->lock);
    *count = memory_available(from->memory, position, *count);
    const HRESULT hr = memory_read(from->memory, from, position, piece, *count);
    lock_give(&from->memory->lock);
    return hr;
}

/* Into any other stream: in pieces, with no lock held while it works. The pointer moves at the end only. */
static HRESULT copy_to_other(struct memstream *from, IStream *to, uint64_t count, uint64_t *read_out,
                             uint64_t *written_out) {
    uint8_t piece[COPY_CHUNK];
    HRESULT hr = S_OK;
    lock_take(&from->memory->lock);
    const uint64_t start = from->position;
    /* What is there now: a writer who is faster than the copy must not make it endless. */
    count = memory_available(from->memory, start, count);
    lock_give(&from->memory->lock);
    while (*read_out < count) {
        size_t size = count - *read_out < sizeof piece ? (size_t)(count - *read_out) : sizeof piece;
        hr = piece_read(from, start + *read_out, piece, &size);
        if (FAILED(hr) || !size)
            break;
        *read_out += size;
        ULONG written = 0;
        hr = IStream_Write(to, piece, (ULONG)size, &written);
        *written_out += written < size ? written : size;
        if (SUCCEEDED(hr) && written != size)
            hr = STG_E_MEDIUMFULL;
        if (FAILED(hr))
            break;
    }
    wipe(piece, sizeof piece);
    if (FAILED(hr))
        return hr;
    lock_take(&from->memory->lock);
    from->position = start + *read_out;
    lock_give(&from->memory->lock);
    return S_OK;
}

/* After a failure the source is as it was; only a foreign target may have taken bytes: *written tells. */
static HRESULT STDMETHODCALLTYPE memstream_CopyTo(IStream *iface, IStream *target, ULARGE_INTEGER count,
                                                  ULARGE_INTEGER *read, ULARGE_INTEGER *written) {
    struct memstream *stream = impl_from_IStream(iface);
    uint64_t read_count = 0, written_count = 0;
    HRESULT hr = STG_E_INVALIDPOINTER;
    if (memstream_is(target)) {
        hr = copy_to_memstream(stream, impl_from_IStream(target), count.QuadPart, &read_count);
        written_count = read_count;
    } else if (target) {
        hr = copy_to_other(stream, target, count.QuadPart, &read_count, &written_count);
    }
    if (read)
        read->QuadPart = read_count;
    if (written)
        written->QuadPart = written_count;
    return hr;
}

/* Memory is not transacted: both have nothing to do. */
static HRESULT STDMETHODCALLTYPE memstream_Commit(IStream *iface, DWORD flags) {
    (void)iface;
    (void)flags;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE memstream_Revert(IStream *iface) {
    (void)iface;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE memstream_LockRegion(IStream *iface, ULARGE_INTEGER offset,
                                                      ULARGE_INTEGER size, DWORD type) {
    struct memstream *stream = impl_from_IStream(iface);
    lock_take(&stream->memory->lock);
    HRESULT hr = regions_lock(&stream->memory->regions, stream, offset.QuadPart, size.QuadPart, type);
    lock_give(&stream->memory->lock);
    return hr;
}

static HRESULT STDMETHODCALLTYPE memstream_UnlockRegion(IStream *iface, ULARGE_INTEGER offset,
                                                        ULARGE_INTEGER size, DWORD type) {
    struct memstream *stream = impl_from_IStream(iface);
    lock_take(&stream->memory->lock);
    HRESULT hr = regions_unlock(&stream->memory->regions, stream, offset.QuadPart, size.QuadPart, type);
    lock_give(&stream->memory->lock);
    return hr;
}

static HRESULT STDMETHODCALLTYPE memstream_Stat(IStream *iface, STATSTG *stat, DWORD flags) {
    struct memstream *stream = impl_from_IStream(iface);
    if (!stat)
        return STG_E_INVALIDPOINTER;
    memset(stat, 0, sizeof *stat);
    if (flags != STATFLAG_DEFAULT && flags != STATFLAG_NONAME)
        return STG_E_INVALIDFLAG;
    stat->type = STGTY_STREAM;
    stat->grfMode = STGM_READWRITE;
    stat->grfLocksSupported = LOCK_WRITE | LOCK_EXCLUSIVE | LOCK_ONLYONCE;
    lock_take(&stream->memory->lock);
    stat->cbSize.QuadPart = GlobalSize(stream->memory->block);
    lock_give(&stream->memory->lock);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE memstream_Clone(IStream *iface, IStream **out) {
    struct memstream *stream = impl_from_IStream(iface);
    if (!out)
        return STG_E_INVALIDPOINTER;
    *out = NULL;
    lock_take(&stream->memory->lock);
    uint64_t position = stream->position;
    lock_give(&stream->memory->lock);
    refcount_take(&stream->memory->refs);
    HRESULT hr = stream_over(stream->memory, position, out);
    if (FAILED(hr))
        memory_release(stream->memory);
    return hr;
}

static const IStreamVtbl memstream_vtbl = {
    .QueryInterface = memstream_QueryInterface,
    .AddRef = memstream_AddRef,
    .Release = memstream_Release,
    .Read = memstream_Read,
    .Write = memstream_Write,
    .Seek = memstream_Seek,
    .SetSize = memstream_SetSize,
    .CopyTo = memstream_CopyTo,
    .Commit = memstream_Commit,
    .Revert = memstream_Revert,
    .LockRegion = memstream_LockRegion,
    .UnlockRegion = memstream_UnlockRegion,
    .Stat = memstream_Stat,
    .Clone = memstream_Clone,
};

/* What others see */

HRESULT memstream_create(HGLOBAL block, bool free_block, IStream **out) {
    HGLOBAL own = NULL;
    struct memory *memory = malloc(sizeof *memory);
    if (!memory)
        return E_OUTOFMEMORY;
    if (!block)
        own = GlobalAlloc(GMEM_MOVEABLE, 0);
    *memory = (struct memory){.block = block ? block : own, .free_block = free_block};
    refcount_init(&memory->refs);
    if (memory->block && SUCCEEDED(stream_over(memory, 0, out)))
        return S_OK;
    GlobalFree(own);
    free(memory);
    return E_OUTOFMEMORY;
}

bool memstream_is(IStream *stream) {
    return stream && stream->lpVtbl == &memstream_vtbl;
}

HGLOBAL memstream_block(IStream *stream) {
    struct memory *memory = impl_from_IStream(stream)->memory;
    lock_take(&memory->lock);
    HGLOBAL block = memory->block;
    lock_give(&memory->lock);
    return block;
}

uint8_t *memstream_lend(IStream *stream, HGLOBAL *block, size_t *size) {
    struct memory *memory = impl_from_IStream(stream)->memory;
    lock_take(&memory->lock);
    *block = memory->block;
    *size = GlobalSize(memory->block);
    uint8_t *bytes = GlobalLock(memory->block);
    lock_give(&memory->lock);
    return bytes;
}

HRESULT memstream_copy(IStream *stream, size_t limit, uint8_t **bytes, size_t *size) {
    struct memory *memory = impl_from_IStream(stream)->memory;
    HRESULT hr = S_OK;
    uint8_t *copy = NULL;
    lock_take(&memory->lock);
    size_t count = GlobalSize(memory->block);
    if (count > limit)
        hr = E_INVALIDARG;
    else if (count && !(copy = malloc(count)))
        hr = E_OUTOFMEMORY;
    else
        hr = memory_read(memory, impl_from_IStream(stream), 0, copy, count);
    lock_give(&memory->lock);
    if (FAILED(hr)) {
        free(copy);
        return hr;
    }
    *bytes = copy;
    *size = count;
    return S_OK;
}

long memstream_count(void) {
    return atomic_load_explicit(&live_count, memory_order_acquire);
}
