/*
 * Memory blocks by handle: GlobalAlloc and its family (Linux only). Called by programs and by the stream over
 * memory. A fixed block's handle is its first byte; a moveable block's handle stands for a small record, so
 * that the bytes can move while the handle stays. Blocks carry APDUs with PINs in them: bytes are erased
 * before they are freed.
 */
#include "compat/hglobal.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/wipe.h"

/*
 * A moveable handle lies this far into its record: fixed handles are aligned to the double of it, so they
 * differ.
 */
#define HANDLE_TAG (alignof(max_align_t) / 2)

/*
 * Beyond this the C library returns memory to the kernel, which erases it; touching it all would only commit
 * it.
 */
#define SCRUB_LIMIT ((size_t)32 << 20)

#define SIZE_LIMIT ((size_t)PTRDIFF_MAX - 4096)

struct moveable {
    uint8_t *bytes; /* NULL while size is 0 */
    size_t size;
    size_t capacity;
    atomic_uint locks;
};

/* In front of the bytes of a fixed block. */
struct fixed {
    alignas(max_align_t) size_t size;
};

bool hglobal_moveable(HGLOBAL block) {
    return (uintptr_t)block % alignof(max_align_t) != 0;
}

static struct moveable *moveable_from(HGLOBAL block) {
    return (struct moveable *)(void *)((char *)block - HANDLE_TAG);
}

static struct fixed *fixed_from(HGLOBAL block) {
    return (struct fixed *)block - 1;
}

static void scrub(void *bytes, size_t size) {
    if (size <= SCRUB_LIMIT)
        wipe(bytes, size);
}

static HGLOBAL fixed_alloc(size_t size, bool zeros) {
    struct fixed *fixed = zeros ? calloc(1, sizeof *fixed + size) : malloc(sizeof *fixed + size);
    if (!fixed)
        return NULL;
    fixed->size = size;
    return fixed + 1;
}

static HGLOBAL moveable_alloc(size_t size, bool zeros) {
    struct moveable *block = malloc(sizeof *block);
    if (!block)
        return NULL;
    *block = (struct moveable){.size = size, .capacity = size};
    if (size) {
        block->bytes = zeros ? calloc(1, size) : malloc(size);
        if (!block->bytes) {
            free(block);
            return NULL;
        }
    }
    return (char *)block + HANDLE_TAG;
}

HGLOBAL GlobalAlloc(UINT flags, SIZE_T size) {
    bool zeros = (flags & GMEM_ZEROINIT) != 0;
    if (size > SIZE_LIMIT)
        return NULL;
    return (flags & GMEM_MOVEABLE) ? moveable_alloc(size, zeros) : fixed_alloc(size, zeros);
}

/*
 * Moves the bytes into a new place of `capacity`; with zeros, calloc() so that a huge gap commits no memory.
 */
static bool moveable_move(struct moveable *block, size_t size, size_t capacity, bool zeros) {
    uint8_t *bytes = zeros ? calloc(1, capacity) : malloc(capacity);
    if (!bytes)
        return false;
    size_t kept = size < block->size ? size : block->size;
    if (kept)
        memcpy(bytes, block->bytes, kept);
    uint8_t *former = block->bytes;
    const size_t former_size = block->size;
    /*
     * In this order, so that a process that is forked in the middle has a block, whose size is within its
     * bytes.
     */
    block->size = kept;
    atomic_signal_fence(memory_order_seq_cst);
    block->bytes = bytes;
    atomic_signal_fence(memory_order_seq_cst);
    block->size = size;
    block->capacity = capacity;
    if (former)
        scrub(former, former_size);
    free(former);
    return true;
}

/*
 * Growing by half as much again keeps many small writes linear; where that is too much, the exact size may
 * do.
 */
static bool moveable_grow(struct moveable *block, size_t size, bool zeros) {
    size_t roomy = block->capacity + block->capacity / 2;
    if (roomy > size && roomy <= SIZE_LIMIT && moveable_move(block, size, roomy, zeros))
        return true;
    return moveable_move(block, size, size, zeros);
}

static void moveable_empty(struct moveable *block) {
    uint8_t *former = block->bytes;
    const size_t former_size = block->size;
    block->size = 0;
    block->capacity = 0;
    atomic_signal_fence(memory_order_seq_cst);
    block->bytes = NULL;
    if (former)
        scrub(former, former_size);
    free(former);
}

static bool moveable_resize(struct moveable *block, size_t size, UINT flags) {
    bool zeros = (flags & GMEM_ZEROINIT) != 0;
    bool pinned = atomic_load_explicit(&block->locks, memory_order_relaxed) && !(flags & GMEM_MOVEABLE);
    if (size > block->capacity)
        return !pinned && moveable_grow(block, size, zeros);
    if (size == 0 && !pinned) {
        moveable_empty(block);
        return true;
    }
    if (size < block->capacity / 4 && !pinned && moveable_move(block, size, size, false))
        return true;
    if (size < block->size)
        scrub(block->bytes + size, block->size - size);
    else if (zeros && size > block->size)
        memset(block->bytes + block->size, 0, size - block->size);
    block->size = size;
    return true;
}

/* A fixed block's handle is its address: it may only move when the caller says so. */
static HGLOBAL fixed_resize(HGLOBAL block, size_t size, UINT flags) {
    size_t old = fixed_from(block)->size;
    if (size <= old) {
        scrub((uint8_t *)block + size, old - size);
        fixed_from(block)->size = size;
        return block;
    }
    if (!(flags & GMEM_MOVEABLE))
        return NULL;
    HGLOBAL moved = fixed_alloc(size, (flags & GMEM_ZEROINIT) != 0);
    if (!moved)
        return NULL;
    memcpy(moved, block, old);
    GlobalFree(block);
    return moved;
}

HGLOBAL GlobalReAlloc(HGLOBAL block, SIZE_T size, UINT flags) {
    if (!block || size > SIZE_LIMIT)
        return NULL;
    if (!hglobal_moveable(block))
        return fixed_resize(block, size, flags);
    return moveable_resize(moveable_from(block), size, flags) ? block : NULL;
}

HGLOBAL GlobalFree(HGLOBAL block) {
    if (!block)
        return NULL;
    if (hglobal_moveable(block)) {
        moveable_empty(moveable_from(block));
        free(moveable_from(block));
    } else {
        scrub(block, fixed_from(block)->size);
        free(fixed_from(block));
    }
    return NULL;
}

LPVOID GlobalLock(HGLOBAL block) {
    if (!block)
        return NULL;
    if (!hglobal_moveable(block))
        return block;
    struct moveable *moveable = moveable_from(block);
    if (moveable->bytes)
        atomic_fetch_add_explicit(&moveable->locks, 1, memory_order_relaxed);
    return moveable->bytes;
}

BOOL GlobalUnlock(HGLOBAL block) {
    if (!block)
        return FALSE;
    if (!hglobal_moveable(block))
        return TRUE;
    atomic_uint *locks = &moveable_from(block)->locks;
    unsigned held = atomic_load_explicit(locks, memory_order_relaxed);
    while (held && !atomic_compare_exchange_weak_explicit(locks, &held, held - 1, memory_order_relaxed,
                                                          memory_order_relaxed))
        ;
    return held > 1;
}

SIZE_T GlobalSize(HGLOBAL block) {
    if (!block)
        return 0;
    return hglobal_moveable(block) ? moveable_from(block)->size : fixed_from(block)->size;
}
