/*
 * What one client may do with a reader: connect, transact, exchange, reset, leave, with WinSCard's
 * rules between clients. service.c calls it behind the port. Each function locks the reader itself; `context`
 * is the client, for cancellation only; codes are those of the port's call of the same name (rm/rm.h).
 */
#ifndef SCARDSSP_SLOTS_CONNECTION_H
#define SCARDSSP_SLOTS_CONNECTION_H

#include <stddef.h>
#include <stdint.h>

#include "rm/rm.h"
#include "slots/reader.h"

/*
 * Connects to the card in `reader` (to the reader alone with RM_SHARE_DIRECT). *out has one reference and
 * holds the reader. RM_E_SHARING_VIOLATION comes at once, a transaction of another client is waited for.
 */
rm_status slots_connection_open(struct slots_reader *reader, const void *context, uint32_t share,
                                uint32_t protocols, struct rm_bound *bound, struct slots_connection **out);

/*
 * Ends the connection: whoever still refers to it gets RM_E_INVALID_HANDLE. A disposition other than LEAVE
 * waits for another client's transaction; where that does not end in time the card is left as it is:
 * RM_E_TIMEOUT, RM_E_CANCELLED.
 */
rm_status slots_connection_close(struct slots_connection *connection, const void *context,
                                 uint32_t disposition, struct rm_bound *bound);

/* Gives one reference back; the last one frees the connection. */
void slots_connection_drop(struct slots_connection *connection);

/* Changes share mode and protocol, initialises the card, takes a notice back. A failure changes nothing but
 * what the reset itself did. */
rm_status slots_connection_reconnect(struct slots_connection *connection, const void *context, uint32_t share,
                                     uint32_t protocols, uint32_t init, struct rm_bound *bound);

/* Takes one level of the reader's lock, waiting for it behind those who came before. */
rm_status slots_connection_begin(struct slots_connection *connection, const void *context,
                                 struct rm_bound *bound);

/* The disposition takes effect at the last level; it is news to the others, not to this connection. */
rm_status slots_connection_end(struct slots_connection *connection, uint32_t disposition);

/*
 * State, protocol and ATR, once no other client holds a transaction. Does not wait for a card that takes its
 * time.
 */
rm_status slots_connection_status(struct slots_connection *connection, const void *context,
                                  struct rm_card_status *out, struct rm_bound *bound);

/* The protocol in use (RM_PROTOCOL_*). */
uint32_t slots_connection_protocol(struct slots_connection *connection);

/*
 * Whether the reader's lock is the connection's, or was until a removal and is taken again by a reconnect.
 * One that is lost has none.
 */
bool slots_connection_locked(struct slots_connection *connection);

/* What keeps the connection from working now; RM_OK: nothing. */
rm_status slots_connection_notice(struct slots_connection *connection);

#endif
