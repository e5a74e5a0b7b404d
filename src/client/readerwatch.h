/*
 * Waiting for cards to come and go, and what an object remembers of each reader from one wait to the next, so
 * that nothing is missed in between. Used by cardex.c; may be used from any thread.
 */
#ifndef SCARDSSP_CLIENT_READERWATCH_H
#define SCARDSSP_CLIENT_READERWATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "client/cancel.h"
#include "rm/rm.h"

/* What has happened at a reader: the numbers of SCARD_EVENTS. */
enum readerwatch_event { READERWATCH_INSERTED = 1, READERWATCH_REMOVED = 2, READERWATCH_OTHER = 4 };

struct readerwatch {
    struct lock lock;
    struct readerwatch_memory *memories;
};

/* Starts without a memory of any reader / frees what it remembers. */
void readerwatch_init(struct readerwatch *watch);
void readerwatch_destroy(struct readerwatch *watch);

/*
 * Waits until something happens at `reader` (UTF-8), within the bound, in the context of `entry`. Changes
 * count from the former wait for this reader; without one from now, or, with card_expected, from a card being
 * there. *events: bits of enum readerwatch_event, 0 when the time has passed. RM_E_CANCELLED: cancel_now()
 * since the entry was added; other codes of rm_wait(); RM_E_NO_MEMORY.
 */
rm_status readerwatch_wait(struct readerwatch *watch, struct cancel_entry *entry, const char *reader,
                           bool card_expected, struct rm_bound *bound, uint32_t *events);

#endif
