/*
 * A lock for an object whose calls are short and rarely meet: one word, taken and given in a few instructions
 * when nobody else is there; a thread that has to wait sleeps in the kernel, for a limited time and
 * until the wait is called off, if the caller wants that. For the objects, each of whose calls takes one, and
 * for everything else that needs no condition beside it.
 *
 * In a process made by fork() a lock that another thread of the parent held is free: the next thread
 * that takes it takes it over, and learns of that from lock_wait()'s result. So is, on Windows, the lock
 * of a thread that was killed because the process ends. What a lock guards therefore has to be sound at
 * every step (a list is changed by one store), or is thrown away by the thread that takes over.
 */
#ifndef SCARDSSP_BASE_LOCK_H
#define SCARDSSP_BASE_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alone.h"
#include "base/fork.h"

/* All zero is ready for use. */
struct lock {
    _Atomic uint32_t word; /* 0: free; else the fork_mark() of the holder's process, and LOCK_AWAITED */
};

#define LOCK_AWAITED 2u /* somebody may be asleep */

/* What became of a wait. */
enum lock_end {
    LOCK_HAD, /* the lock is the caller's */
    /* it is, and was left by a thread that exists in the parent process only, or was killed at the end */
    LOCK_INHERITED,
    LOCK_LATE, /* the deadline has passed */
    LOCK_CALLED_OFF
};

/* What ends a wait that has not come to its end. */
struct lock_limit {
    uint64_t deadline; /* clock_deadline() */
    /* a count: the wait is called off when it is no longer `seen`; NULL: it never is */
    const _Atomic uint32_t *off;
    uint32_t seen;
};

/* The rest of lock_take() when the lock is taken; limit NULL: none. */
enum lock_end lock_wait(struct lock *lock, const struct lock_limit *limit);

/* The rest of lock_give() when somebody may wait: wakes one. */
void lock_wake(struct lock *lock);

/*
 * Makes all who wait look at their limits at once, after their count has changed: else they do within 100 ms.
 */
void lock_call_off(struct lock *lock);

/* Makes a free lock of memory that is not zero. */
static inline void lock_init(struct lock *lock) {
    atomic_init(&lock->word, 0);
}

/* Takes the lock if it is free; false: lock_wait() is needed. */
static inline bool lock_try(struct lock *lock) {
    uint32_t free_word = 0;
    if (thread_is_alone()) {
        const bool is_free = atomic_load_explicit(&lock->word, memory_order_relaxed) == free_word;
        if (is_free)
            atomic_store_explicit(&lock->word, fork_mark(), memory_order_relaxed);
        return is_free;
    }
    return atomic_compare_exchange_strong_explicit(&lock->word, &free_word, fork_mark(), memory_order_acquire,
                                                   memory_order_relaxed);
}

/* Takes the lock, waiting as long as it takes. Not recursive. true: it was inherited (LOCK_INHERITED). */
static inline bool lock_take(struct lock *lock) {
    return !lock_try(lock) && lock_wait(lock, NULL) == LOCK_INHERITED;
}

/* Gives it back; by the thread that took it. Where that is alone, there is nobody to wake. */
static inline void lock_give(struct lock *lock) {
    if (thread_is_alone())
        atomic_store_explicit(&lock->word, 0, memory_order_relaxed);
    else if (atomic_exchange_explicit(&lock->word, 0, memory_order_release) & LOCK_AWAITED)
        lock_wake(lock);
}

/*
 * What threads that have a lock sleep for. All zero is ready for use; nothing has to be done at its end or
 * after a fork.
 */
struct lock_bell {
    _Atomic uint32_t rung;
};

/*
 * Gives the lock, sleeps until the bell is rung or the deadline (clock_deadline()) comes, and takes the lock
 * again. true: look whether it has happened, it may not have. false: the deadline had passed, and the lock
 * was not given. Whoever rings has changed what the sleeper looks at under the lock.
 */
bool lock_sleep(struct lock *lock, struct lock_bell *bell, uint64_t deadline);

/* Wakes all who sleep for the bell. */
void lock_ring(struct lock_bell *bell);

#endif
