/* Waiting for a lock: see lock.h. Its states are those of U. Drepper, "Futexes Are Tricky", mutex 2, and a generation. */
#include "base/lock.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

/* A wish that waiting end may come from one who does not know the lock, or between a look and falling asleep. */
#define GLANCE_MS 100u

static bool is_called_off(const struct lock_limit *limit) {
    return limit->off && atomic_load_explicit(limit->off, memory_order_acquire) != limit->seen;
}

/* Sleeps while the word is `word`, until the limit or a glance is over. */
static void sleep_on(struct lock *lock, uint32_t word, uint32_t ms) {
    const struct { /* as the kernel has it for this call, whatever time_t is */
        long seconds, nanoseconds;
    } time = {.nanoseconds = (long)ms * 1000000};
    (void)syscall(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, word, ms == UINT32_MAX ? NULL : &time, NULL, 0);
}

/* Takes the lock if it can be had, said to be awaited: others may be asleep. Else *word is what it is, awaited. */
static bool take_awaited(struct lock *lock, uint32_t *word) {
    const uint32_t mine = fork_mark();
    *word = atomic_load_explicit(&lock->word, memory_order_relaxed);
    for (;;) {
        const bool held = *word && (*word & ~LOCK_AWAITED) == mine;
        const uint32_t next = held ? *word | LOCK_AWAITED : mine | LOCK_AWAITED;
        if (atomic_compare_exchange_weak_explicit(&lock->word, word, next, memory_order_acquire,
                                                  memory_order_relaxed)) {
            if (held)
                *word = next;
            return !held;
        }
    }
}

enum lock_end lock_wait(struct lock *lock, const struct lock_limit *limit) {
    uint32_t word = 0;
    while (!take_awaited(lock, &word)) {
        uint32_t left = UINT32_MAX;
        const bool off = limit && is_called_off(limit);
        if (limit && !off) {
            left = clock_left(limit->deadline);
            if (left > GLANCE_MS)
                left = GLANCE_MS;
        }
        if (off || left == 0) {
            lock_wake(lock); /* it may have been this one that was woken last */
            return off ? LOCK_CALLED_OFF : LOCK_LATE;
        }
        sleep_on(lock, word, left);
    }
    if (word)
        return LOCK_INHERITED;
    /* What called this wait off may be what has ended the holder's, too. */
    if (limit && is_called_off(limit)) {
        lock_give(lock);
        return LOCK_CALLED_OFF;
    }
    return LOCK_HAD;
}

void lock_wake(struct lock *lock) {
    (void)syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void lock_call_off(struct lock *lock) {
    (void)syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}
