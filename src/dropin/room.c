/* Results into a program's buffers: see room.h. */
#include "dropin/room.h"

#include <stdlib.h>
#include <string.h>

/* The program frees it; its pointer lies where the result would, aligned or not. */
static LONG allocate(void *buffer, const void *bytes, size_t size) {
    if (!buffer)
        return SCARD_E_INVALID_PARAMETER;
    void *memory = malloc(size ? size : 1);
    if (!memory)
        return SCARD_E_NO_MEMORY;
    if (size)
        memcpy(memory, bytes, size);
    memcpy(buffer, &memory, sizeof memory);
    return SCARD_S_SUCCESS;
}

LONG room_fill(void *buffer, DWORD room, DWORD *told, const void *bytes, size_t size, enum room_rest rest) {
    *told = (DWORD)size;
    if (room == SCARD_AUTOALLOCATE)
        return allocate(buffer, bytes, size);
    if (!buffer || !size)
        return SCARD_S_SUCCESS;
    const bool fits = room >= size;
    if (fits || rest == ROOM_PARTLY)
        memcpy(buffer, bytes, fits ? size : (size_t)room);
    return fits ? SCARD_S_SUCCESS : SCARD_E_INSUFFICIENT_BUFFER;
}
