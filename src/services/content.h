/*
 * Bytes of a file on their way from the card, in memory that grows. Used by what reads files and properties.
 */
#ifndef SCARDSSP_SERVICES_CONTENT_H
#define SCARDSSP_SERVICES_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

/* Starts zeroed; the owner ends it with content_clear(). */
struct content {
    uint8_t *bytes; /* malloc()ed */
    size_t size;    /* bytes in it */
    size_t room;    /* bytes allocated */
};

/* Adds bytes at the end. E_OUTOFMEMORY: nothing is added. */
HRESULT content_add(struct content *content, const uint8_t *bytes, size_t size);

/* Adds the tag and the length of a data object, whose value is to follow. E_OUTOFMEMORY. */
HRESULT content_add_head(struct content *content, uint32_t tag, size_t length);

/* Adds a whole data object. E_OUTOFMEMORY: nothing or its beginning is added. */
HRESULT content_add_object(struct content *content, uint32_t tag, const uint8_t *value, size_t length);

/* Wipes and frees the bytes, and leaves it zeroed. */
void content_clear(struct content *content);

#endif
