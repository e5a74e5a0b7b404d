/*
 * The transaction lock of one reader: one owner, nested levels, and a queue that is served in the
 * order of arrival, each waiter woken by its own condition. reader.c and connection.c use it; every function
 * is called with the reader's mutex held.
 */
#ifndef SCARDSSP_SLOTS_LOCK_H
#define SCARDSSP_SLOTS_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "rm/bound.h"
#include "rm/status.h"

struct slots_waiter;

struct slots_lock {
    const void *owner; /* who holds it, NULL: nobody; never looked into */
    uint32_t depth;    /* levels the owner has taken */
    struct slots_waiter *first;
    struct slots_waiter *last;
    const struct slots_waiter *granted_asleep; /* has been granted the lock and has not woken up yet */
    bool closed;                               /* the reader is gone: nobody gets it any more */
};

/* Who asks for the lock, for how long, and what ends the waiting early. */
struct slots_claim {
    const void *owner;       /* the one who will hold it */
    const void *context;     /* the client, for slots_lock_cancel() */
    const rm_status *notice; /* ends the waiting as soon as it is not RM_OK; may be NULL */
    struct rm_bound *bound;  /* of the wait */
};

/* True when `owner` can work on the reader without waiting. */
static inline bool slots_lock_is_free_for(const struct slots_lock *lock, const void *owner) {
    return !lock->owner || lock->owner == owner;
}

/*
 * Takes one level, waiting in the queue with `mutex` released meanwhile. RM_E_TIMEOUT, RM_E_CANCELLED,
 * RM_E_READER_UNAVAILABLE (closed), or the notice that came while waiting.
 */
rm_status slots_lock_take(struct slots_lock *lock, struct lock *mutex, const struct slots_claim *claim);

/* Gives one level back; after the last one the head of the queue owns the lock. false: not the owner. */
bool slots_lock_give(struct slots_lock *lock, const void *owner);

/* Gives all levels of `owner` back, if it holds the lock. */
void slots_lock_drop(struct slots_lock *lock, const void *owner);

/*
 * Ends the owner's transaction. Returns how many levels it had; 0: there was no transaction. A waiter that
 * was granted the lock but has not run yet keeps its level, which its call gives back.
 */
uint32_t slots_lock_end(struct slots_lock *lock);

/* Ends every wait of this client with RM_E_CANCELLED. */
void slots_lock_cancel(struct slots_lock *lock, const void *context);

/* Ends every wait of an owner that has ended with RM_E_CANCELLED, too. */
void slots_lock_dismiss(struct slots_lock *lock, const void *owner);

/* In a forked child: those who hold the lock or wait for it are in the parent. */
void slots_lock_disown(struct slots_lock *lock);

/* Makes every waiter look at its notice again. */
void slots_lock_wake(struct slots_lock *lock);

/* Ends every wait, now and later, with RM_E_READER_UNAVAILABLE. */
void slots_lock_close(struct slots_lock *lock);

#endif
