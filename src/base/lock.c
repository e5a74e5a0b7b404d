/*
 * Waiting for a lock: see lock.h. Its states are those of U. Drepper, "Futexes Are Tricky", mutex 2, and a
 * generation.
 */
#include "base/lock.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

/*
 * How soon a wait that was called off ends where nobody woke it: who called it off may not know the lock, or
 * have done so between a look and falling asleep.
 */
#define GLANCE_MS 100u

static bool is_called_off(const struct lock_limit *limit) {
    return limit->off && atomic_load_explicit(limit->off, memory_order_acquire) != limit->seen;
}

/* Sleeps while the word is `is`, until it is woken or, unless that is UINT32_MAX, for so long. */
static void sleep_on(const _Atomic uint32_t *word, uint32_t is, uint32_t ms) {
    const struct { /* as the kernel has it for this call, whatever time_t is */
        long seconds, nanoseconds;
    } time = {.seconds = (long)(ms / 1000), .nanoseconds = (long)(ms % 1000) * 1000000};
    (void)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, is, ms == UINT32_MAX ? NULL : &time, NULL, 0);
}

static void wake(const _Atomic uint32_t *word, int count) {
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

/*
 * Takes the lock if it can be had, said to be awaited: others may be asleep. Else *word is what it is,
 * awaited.
 */
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
        sleep_on(&lock->word, word, left);
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
    wake(&lock->word, 1);
}

void lock_call_off(struct lock *lock) {
    wake(&lock->word, INT_MAX);
}

bool lock_sleep(struct lock *lock, struct lock_bell *bell, uint64_t deadline) {
    const uint32_t rung = atomic_load_explicit(&bell->rung, memory_order_relaxed);
    const uint32_t left = clock_left(deadline);
    if (left == 0)
        return false;
    lock_give(lock);
    sleep_on(&bell->rung, rung, left);
    lock_take(lock);
    return true;
}

void lock_ring(struct lock_bell *bell) {
    atomic_fetch_add_explicit(&bell->rung, 1, memory_order_relaxed);
    wake(&bell->rung, INT_MAX);
}
