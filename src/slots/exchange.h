/*
 * What a connection asks of the slot: exchanges, commands for the reader, attributes. service.c and attrib.c
 * call it. Each function locks the reader itself; `context` is the client, for cancellation only; codes are
 * those of the port's call of the same name (rm/rm.h).
 */
#ifndef SCARDSSP_SLOTS_EXCHANGE_H
#define SCARDSSP_SLOTS_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slots/reader.h"

/*
 * Whether an exchange may go straight to the card: no notice, an instant slot, no transaction of another
 * client. With the reader's mutex held. When it may not, slots_exchange_transmit() sorts it out.
 */
static inline bool slots_exchange_is_clear(const struct slots_connection *connection) {
    const struct slots_reader *reader = connection->reader;
    return connection->notice == RM_OK && reader->power == SLOTS_ON && reader->slot->instant &&
           connection->usable && slots_lock_is_free_for(&reader->lock, connection);
}

/* One exchange, answered straight into `receive`. *receive_size in: room, out: bytes, 0 on failure. */
rm_status slots_exchange_transmit(struct slots_connection *connection, const void *context,
                                  const uint8_t *send, size_t send_size, uint8_t *receive,
                                  size_t *receive_size, struct rm_bound *bound);

/*
 * A command for the reader, or for the card in it, as slot_ops.control(). Waits for others within the bound.
 * RM_E_TIMEOUT, RM_E_CANCELLED.
 */
rm_status slots_exchange_control(struct slots_connection *connection, const void *context, uint32_t code,
                                 const uint8_t *send, size_t send_size, uint8_t *receive,
                                 size_t *receive_size, struct rm_bound *bound);

/*
 * What the slot says of an attribute, as slot_ops.get_attrib(). Waits as slots_exchange_control(); where the
 * reader answers for itself (slots_reader.vacant) it waits for no transaction.
 */
rm_status slots_exchange_attrib(struct slots_connection *connection, const void *context, uint32_t id,
                                uint8_t *value, size_t *size, struct rm_bound *bound);

#endif
