/*
 * The attributes that a reader tells of itself and of the card in it (PC/SC part 3, table 3-1). Its maker and
 * its features a slot may know better. service.c calls it.
 */
#ifndef SCARDSSP_SLOTS_ATTRIB_H
#define SCARDSSP_SLOTS_ATTRIB_H

#include <stddef.h>
#include <stdint.h>

#include "slots/reader.h"

/*
 * Reads attribute `id`. *size in: room, out: bytes of the attribute, also when they do not fit; value NULL:
 * only the size. RM_E_INSUFFICIENT_BUFFER; RM_E_UNSUPPORTED_FEATURE: no such attribute. Attributes of the
 * card give the connection's notice, or RM_W_REMOVED_CARD without one. Locks the reader itself; `context` is
 * the client, for cancellation of what only the slot knows, which is waited for within the bound.
 */
rm_status slots_attrib_get(struct slots_connection *connection, const void *context, uint32_t id,
                           uint8_t *value, size_t *size, struct rm_bound *bound);

#endif
