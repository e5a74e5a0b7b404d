/* The byte buffer object: IByteBuffer over an IStream. Made by the class table and by the other objects. */
#ifndef SCARDSSP_OBJECTS_BYTEBUFFER_H
#define SCARDSSP_OBJECTS_BYTEBUFFER_H

#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

/* A new, empty buffer with one reference. E_OUTOFMEMORY. */
HRESULT bytebuffer_create(IByteBuffer **out);

/*
 * A new buffer with a copy of `size` bytes, its pointer at 0. bytes may be NULL when size is 0.
 * E_OUTOFMEMORY.
 */
HRESULT bytebuffer_create_with(const void *bytes, size_t size, IByteBuffer **out);

/*
 * Reads the whole of any IByteBuffer, ours or another's, from its first byte wherever its pointer stands; the
 * pointer is where it was afterwards. *bytes: malloc()ed, the caller wipes and frees it; NULL when the buffer
 * is empty (*size 0). limit: more bytes than this are refused with E_INVALIDARG. E_OUTOFMEMORY, or the
 * buffer's own failure.
 */
HRESULT bytebuffer_read_all(IByteBuffer *buffer, size_t limit, uint8_t **bytes, size_t *size);

/*
 * Gives any IByteBuffer, ours or another's, other content: these bytes and no more, its pointer at 0. What
 * was there is overwritten. bytes may be NULL when size is 0. E_OUTOFMEMORY: it is as it was; the buffer's
 * own failure.
 */
HRESULT bytebuffer_replace(IByteBuffer *buffer, const void *bytes, size_t size);

#endif
