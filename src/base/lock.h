/*
 * A lock for an object whose calls are short and rarely meet: one word, taken and given in a few instructions when
 * nobody else is there; whoever has to wait sleeps in the kernel. For the objects, whose every call takes one.
 */
#ifndef SCARDSSP_BASE_LOCK_H
#define SCARDSSP_BASE_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

struct lock {
    _Atomic uint32_t word; /* 0: free, 1: taken, 2: taken and somebody may wait. All zero is ready for use */
};

/* The rest of lock_take() when the lock is taken: sleeps until it is the caller's. */
void lock_wait(struct lock *lock);

/* The rest of lock_give() when somebody may wait: wakes one. */
void lock_wake(struct lock *lock);

/* Takes the lock, waiting as long as it takes. Not recursive. */
static inline void lock_take(struct lock *lock) {
    uint32_t free_word = 0;
    if (!atomic_compare_exchange_strong_explicit(&lock->word, &free_word, 1, memory_order_acquire,
                                                 memory_order_relaxed))
        lock_wait(lock);
}

/* Gives it back; by the thread that took it. */
static inline void lock_give(struct lock *lock) {
    if (atomic_exchange_explicit(&lock->word, 0, memory_order_release) == 2)
        lock_wake(lock);
}

#endif
