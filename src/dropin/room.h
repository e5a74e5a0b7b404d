/* The buffers that programs hand in for results, by the conventions of PC/SC. Used by the calls. */
#ifndef SCARDSSP_DROPIN_ROOM_H
#define SCARDSSP_DROPIN_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include <winscard.h>

/* What becomes of a result that does not fit. */
enum room_rest {
    ROOM_WHOLE, /* nothing is written */
    ROOM_PARTLY /* what fits is */
};

/*
 * Hands `size` bytes to a program. room: what the program has set its length to; SCARD_AUTOALLOCATE: `buffer`
 * is the address of a pointer, which leads to new memory from now on, for SCardFreeMemory(). buffer NULL: the
 * program asks for the length only. *told: the length of the whole, in any case. SCARD_E_INSUFFICIENT_BUFFER;
 * SCARD_E_INVALID_PARAMETER: no place for the pointer; SCARD_E_NO_MEMORY.
 */
LONG room_fill(void *buffer, DWORD room, DWORD *told, const void *bytes, size_t size, enum room_rest rest);

#endif
