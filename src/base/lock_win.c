/*
 * Waiting for a lock on Windows: see lock.h. A word cannot be waited on before Windows 8, so that those who
 * wait for any of several locks share a condition, and each looks whether it is its own that has been given
 * back.
 */
#include "base/lock.h"

#include <windows.h>

#include "base/clock.h"
#include "base/windows/ending.h"

#define PLACES 64u /* a power of two */
#define GLANCE_MS 100u

/* All zero is ready for use. */
static struct place {
    SRWLOCK lock;
    CONDITION_VARIABLE given;
} places[PLACES];

static struct place *place_of(const void *lock_or_bell) {
    const uintptr_t address = (uintptr_t)lock_or_bell / 16;
    return &places[(address ^ address / PLACES) % PLACES];
}

static bool is_called_off(const struct lock_limit *limit) {
    return limit->off && atomic_load_explicit(limit->off, memory_order_relaxed) != limit->seen;
}

enum lock_end lock_wait(struct lock *lock, const struct lock_limit *limit) {
    struct place *place = place_of(lock);
    enum lock_end end = LOCK_HAD;
    if (ending_has_begun()) { /* its holder was killed, and no other thread is left to take it */
        atomic_store_explicit(&lock->word, fork_mark(), memory_order_relaxed);
        return LOCK_INHERITED;
    }
    AcquireSRWLockExclusive(&place->lock);
    /* Taken as awaited even when it has become free meanwhile: others may still be asleep. */
    while (atomic_exchange_explicit(&lock->word, fork_mark() | LOCK_AWAITED, memory_order_acquire) != 0) {
        uint32_t left = limit ? clock_left(limit->deadline) : UINT32_MAX;
        if (limit && is_called_off(limit))
            end = LOCK_CALLED_OFF;
        else if (left == 0)
            end = LOCK_LATE;
        if (end != LOCK_HAD)
            break;
        if (limit && limit->off && left > GLANCE_MS)
            left = GLANCE_MS; /* whoever changes the count may not know the lock */
        (void)SleepConditionVariableSRW(&place->given, &place->lock, left == UINT32_MAX ? INFINITE : left, 0);
    }
    ReleaseSRWLockExclusive(&place->lock);
    /* What called this wait off may be what has ended the holder's, too. */
    if (end == LOCK_HAD && limit && is_called_off(limit)) {
        lock_give(lock);
        end = LOCK_CALLED_OFF;
    }
    return end;
}

static void wake_all(struct place *place) {
    if (ending_has_begun()) /* nobody is asleep who could be woken */
        return;
    /* Whoever saw the lock taken is asleep once this is had, and cannot miss the call. */
    AcquireSRWLockExclusive(&place->lock);
    ReleaseSRWLockExclusive(&place->lock);
    WakeAllConditionVariable(&place->given);
}

void lock_wake(struct lock *lock) {
    wake_all(place_of(lock));
}

void lock_call_off(struct lock *lock) {
    wake_all(place_of(lock));
}

bool lock_sleep(struct lock *lock, struct lock_bell *bell, uint64_t deadline) {
    struct place *place = place_of(bell);
    const uint32_t rung = atomic_load_explicit(&bell->rung, memory_order_relaxed);
    const uint32_t left = clock_left(deadline);
    if (left == 0 || ending_has_begun()) /* nobody is left to ring */
        return false;
    lock_give(lock); /* first: it may have the same place */
    AcquireSRWLockExclusive(&place->lock);
    if (atomic_load_explicit(&bell->rung, memory_order_relaxed) == rung)
        (void)SleepConditionVariableSRW(&place->given, &place->lock, left == UINT32_MAX ? INFINITE : left, 0);
    ReleaseSRWLockExclusive(&place->lock);
    lock_take(lock);
    return true;
}

void lock_ring(struct lock_bell *bell) {
    atomic_fetch_add_explicit(&bell->rung, 1, memory_order_relaxed);
    wake_all(place_of(bell));
}
