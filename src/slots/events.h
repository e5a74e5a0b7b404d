/*
 * What blocked rm_wait() calls of one simulator sleep on: a count of everything that happened to its readers.
 * Its mutex is a leaf: held for a few instructions, no other lock is taken under it.
 */
#ifndef SCARDSSP_SLOTS_EVENTS_H
#define SCARDSSP_SLOTS_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "rm/status.h"

/* All zero is ready for use; nothing has to be done at its end, but that nobody waits any more. */
struct slots_events {
    struct lock mutex;
    struct lock_bell happened;
    uint64_t count;
};

/* Something happened: wakes everybody who waits. */
void slots_events_post(struct slots_events *events);

/* The count so far; read it before looking at the readers. */
uint64_t slots_events_seen(struct slots_events *events);

/* Cancels a client: counts up *cancels, which it watches, and wakes it. */
void slots_events_cancel(struct slots_events *events, uint32_t *cancels);

/* The client's cancel count, as *cancels is guarded by the mutex. */
uint32_t slots_events_cancels(struct slots_events *events, const uint32_t *cancels);

/*
 * Sleeps until something happened since `seen`. RM_OK; RM_E_TIMEOUT: the deadline (clock_deadline()) has
 * passed; RM_E_CANCELLED: *cancels is no longer `cancels_before`.
 */
rm_status slots_events_wait(struct slots_events *events, uint64_t seen, const uint32_t *cancels,
                            uint32_t cancels_before, uint64_t deadline);

#endif
