/*
 * Bytes that a caller passes in a buffer, copied for a command: codes, answers to challenges, contents of
 * files. Any of them may be a secret. Used by the objects of this folder.
 */
#ifndef SCARDSSP_OBJECTS_SERVICES_CALLERBYTES_H
#define SCARDSSP_OBJECTS_SERVICES_CALLERBYTES_H

#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

/* Starts zeroed or with callerbytes_read(); the owner ends it with callerbytes_clear(). */
struct callerbytes {
    uint8_t *bytes; /* malloc()ed; NULL: there are none */
    size_t size;
};

/*
 * Copies what the buffer has. E_INVALIDARG: there is no buffer, it is empty, or it has more than `most`
 * bytes; E_OUTOFMEMORY; the buffer's own failure. To be cleared in any case.
 */
HRESULT callerbytes_read(IByteBuffer *buffer, size_t most, struct callerbytes *out);

/* Wipes and frees the copy, and leaves it zeroed. */
void callerbytes_clear(struct callerbytes *bytes);

#endif
