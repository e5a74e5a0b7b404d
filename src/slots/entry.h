/*
 * A call's way into the reader: what keeps it out, and the level of the lock that is the call's until it
 * returns. connection.c and exchange.c begin and end their calls here, with the reader's mutex held.
 */
#ifndef SCARDSSP_SLOTS_ENTRY_H
#define SCARDSSP_SLOTS_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "slots/reader.h"

/* The notice in the words of the moment: a card that was switched off and is still off is "unpowered". */
rm_status slots_notice_now(const struct slots_connection *connection);

/* Whether the connection will never work again: the two notices that a reconnect does not take back. */
bool slots_is_lost(const struct slots_connection *connection);

/*
 * Waits for the reader as the claim says, whatever the notice. RM_OK: one level of its lock is the call's,
 * which ends with slots_leave().
 */
rm_status slots_enter_anyhow(struct slots_connection *connection, const struct slots_claim *claim);

/* The same for calls that a notice keeps from working, now or while they wait: its code. */
rm_status slots_enter(struct slots_connection *connection, const void *context, struct rm_bound *bound);

/* Gives back the level of a call; one that a removal took meanwhile is not resumed. */
void slots_leave(struct slots_connection *connection);

#endif
