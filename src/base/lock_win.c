/*
 * Waiting for a lock on Windows: see lock.h. A word cannot be waited on before Windows 8, so that those who wait for any of
 * several locks share a condition, and each looks whether it is its own that has been given back.
 */
#include "base/lock.h"

#include <windows.h>

#define PLACES 64u /* a power of two */

/* All zero is ready for use. */
static struct place {
    SRWLOCK lock;
    CONDITION_VARIABLE given;
} places[PLACES];

static struct place *place_of(const struct lock *lock) {
    const uintptr_t address = (uintptr_t)lock / 16;
    return &places[(address ^ address / PLACES) % PLACES];
}

void lock_wait(struct lock *lock) {
    struct place *const place = place_of(lock);
    AcquireSRWLockExclusive(&place->lock);
    /* Taken as 2 even when it has become free meanwhile: others may still be asleep. */
    while (atomic_exchange_explicit(&lock->word, 2, memory_order_acquire) != 0)
        (void)SleepConditionVariableSRW(&place->given, &place->lock, INFINITE, 0);
    ReleaseSRWLockExclusive(&place->lock);
}

void lock_wake(struct lock *lock) {
    struct place *const place = place_of(lock);
    /* Whoever saw the lock taken is asleep once this is had, and cannot miss the call. */
    AcquireSRWLockExclusive(&place->lock);
    ReleaseSRWLockExclusive(&place->lock);
    WakeAllConditionVariable(&place->given);
}
