/*
 * The stream over memory: IStream on a block of the GlobalAlloc family. Made by the byte buffer object and,
 * on Linux, by CreateStreamOnHGlobal. It uses nothing but public functions and is compiled on Windows too,
 * whose own stream over memory knows no LockRegion.
 *
 * Clones share the bytes and have a pointer of their own; every call is safe from any thread. Beyond what the
 * published IStream says: Read and Write in a range that a clone has locked give STG_E_ACCESSDENIED and do
 * nothing; a size beyond memory gives E_OUTOFMEMORY and changes nothing; releasing a clone undoes its locks.
 */
#ifndef SCARDSSP_COMPAT_MEMSTREAM_H
#define SCARDSSP_COMPAT_MEMSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scardssp.h"

/*
 * A new stream, its pointer at 0, over `block` (moveable; NULL: a new, empty one), whose size is the
 * stream's. free_block: the block is freed with the last clone; else it stays the caller's. E_OUTOFMEMORY:
 * the block is untouched.
 */
HRESULT memstream_create(HGLOBAL block, bool free_block, IStream **out);

/* Whether a stream is one of these. NULL: no. */
bool memstream_is(IStream *stream);

/* The block under such a stream; belongs to the stream, and may only be used while nobody uses that. */
HGLOBAL memstream_block(IStream *stream);

/*
 * The block under such a stream, its size and where its bytes lie, as they were together at one moment,
 * whoever writes at the same time. The block is locked (GlobalLock); GlobalUnlock(*block) ends that. NULL: it
 * is empty, and not locked. The bytes stay where they are until the stream's size changes.
 */
uint8_t *memstream_lend(IStream *stream, HGLOBAL *block, size_t *size);

/*
 * A copy of all bytes of such a stream in one step, its pointer untouched. *bytes: malloc()ed, the caller
 * wipes and frees it; NULL for an empty stream (*size 0). E_INVALIDARG: more than `limit` bytes;
 * STG_E_ACCESSDENIED: a clone has locked some; E_OUTOFMEMORY.
 */
HRESULT memstream_copy(IStream *stream, size_t limit, uint8_t **bytes, size_t *size);

/* How many of these streams live: they keep the module loaded like other objects. */
long memstream_count(void);

#endif
