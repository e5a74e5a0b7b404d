/*
 * The transaction lock of one reader: one owner, nested levels, and a queue that is served in the
 * order of arrival, each waiter woken by its own condition. reader.c and connection.c use it; every function
 * is called with the reader's mutex held.
 */
#ifndef SCARDSSP_SIM_LOCK_H
#define SCARDSSP_SIM_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "rm/bound.h"
#include "rm/status.h"

struct sim_waiter;

struct sim_lock {
    const void *owner; /* who holds it, NULL: nobody; never looked into */
    uint32_t depth;    /* levels the owner has taken */
    struct sim_waiter *first;
    struct sim_waiter *last;
    const struct sim_waiter *granted_asleep; /* has been granted the lock and has not woken up yet */
    bool closed;                             /* the reader is gone: nobody gets it any more */
};

/* Who asks for the lock, for how long, and what ends the waiting early. */
struct sim_claim {
    const void *owner;       /* the one who will hold it */
    const void *context;     /* the client, for sim_lock_cancel() */
    const rm_status *notice; /* ends the waiting as soon as it is not RM_OK; may be NULL */
    struct rm_bound *bound;  /* of the wait */
};

/* True when `owner` can work on the reader without waiting. */
static inline bool sim_lock_is_free_for(const struct sim_lock *lock, const void *owner) {
    return !lock->owner || lock->owner == owner;
}

/*
 * Takes one level, waiting in the queue with `mutex` released meanwhile. RM_E_TIMEOUT, RM_E_CANCELLED,
 * RM_E_READER_UNAVAILABLE (closed), or the notice that came while waiting.
 */
rm_status sim_lock_take(struct sim_lock *lock, struct lock *mutex, const struct sim_claim *claim);

/* Gives one level back; after the last one the head of the queue owns the lock. false: not the owner. */
bool sim_lock_give(struct sim_lock *lock, const void *owner);

/* Gives all levels of `owner` back, if it is his. */
void sim_lock_drop(struct sim_lock *lock, const void *owner);

/*
 * Ends the owner's transaction. Returns the levels that were taken from him; 0: there was none. A waiter that
 * was granted the lock but has not run yet keeps its level, which its call gives back.
 */
uint32_t sim_lock_end(struct sim_lock *lock);

/* Ends every wait of this client with RM_E_CANCELLED. */
void sim_lock_cancel(struct sim_lock *lock, const void *context);

/* Ends every wait of an owner that has ended with RM_E_CANCELLED, too. */
void sim_lock_dismiss(struct sim_lock *lock, const void *owner);

/* In a forked child: those who hold the lock or wait for it are in the parent. */
void sim_lock_disown(struct sim_lock *lock);

/* Makes every waiter look at its notice again. */
void sim_lock_wake(struct sim_lock *lock);

/* Ends every wait, now and later, with RM_E_READER_UNAVAILABLE. */
void sim_lock_close(struct sim_lock *lock);

#endif
