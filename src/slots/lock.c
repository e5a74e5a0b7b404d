/* The queue for a reader: first come, first served, handed over at once. */
#include "slots/lock.h"

#include "base/clock.h"

struct slots_waiter {
    struct slots_waiter *next;
    const struct slots_claim *claim;
    struct lock_bell turn; /* rung when the wait may be over */
    bool granted;
    bool cancelled;
};

static void waiter_append(struct slots_lock *lock, struct slots_waiter *waiter) {
    if (lock->last)
        lock->last->next = waiter;
    else
        lock->first = waiter;
    lock->last = waiter;
}

static void waiter_remove(struct slots_lock *lock, struct slots_waiter *waiter) {
    struct slots_waiter *before = NULL;
    for (struct slots_waiter *at = lock->first; at != waiter; at = at->next)
        before = at;
    if (before)
        before->next = waiter->next;
    else
        lock->first = waiter->next;
    if (lock->last == waiter)
        lock->last = before;
}

/* Ownership passes in the giver's call: a third client cannot slip in between. */
static void hand_over(struct slots_lock *lock) {
    struct slots_waiter *waiter = lock->first;
    lock->owner = NULL;
    lock->depth = 0;
    lock->granted_asleep = waiter;
    if (!waiter)
        return;
    waiter_remove(lock, waiter);
    lock->owner = waiter->claim->owner;
    lock->depth = 1;
    waiter->granted = true;
    lock_ring(&waiter->turn);
}

/* What ends the wait of a waiter that has not been granted the lock; RM_OK: nothing yet. */
static rm_status waiter_verdict(const struct slots_lock *lock, const struct slots_waiter *waiter) {
    if (lock->closed)
        return RM_E_READER_UNAVAILABLE;
    if (waiter->cancelled)
        return RM_E_CANCELLED;
    return waiter->claim->notice ? *waiter->claim->notice : RM_OK;
}

static rm_status waiter_wait(struct slots_lock *lock, struct lock *mutex, struct slots_waiter *waiter) {
    const uint64_t deadline = rm_bound_deadline(waiter->claim->bound);
    bool expired = false;
    while (!waiter->granted) {
        rm_status status = waiter_verdict(lock, waiter);
        if (status != RM_OK)
            return status;
        if (expired)
            return RM_E_TIMEOUT;
        expired = !lock_sleep(mutex, &waiter->turn, deadline);
    }
    return RM_OK;
}

rm_status slots_lock_take(struct slots_lock *lock, struct lock *mutex, const struct slots_claim *claim) {
    if (lock->closed)
        return RM_E_READER_UNAVAILABLE;
    if (slots_lock_is_free_for(lock, claim->owner)) {
        if (lock->depth == UINT32_MAX)
            return RM_E_NO_MEMORY;
        lock->owner = claim->owner;
        ++lock->depth;
        return RM_OK;
    }
    if (rm_bound_left(claim->bound) == 0)
        return RM_E_TIMEOUT;
    struct slots_waiter waiter = {.claim = claim};
    waiter_append(lock, &waiter);
    rm_status status = waiter_wait(lock, mutex, &waiter);
    if (!waiter.granted)
        waiter_remove(lock, &waiter);
    if (lock->granted_asleep == &waiter)
        lock->granted_asleep = NULL;
    return status;
}

bool slots_lock_give(struct slots_lock *lock, const void *owner) {
    if (!owner || lock->owner != owner)
        return false;
    if (--lock->depth == 0)
        hand_over(lock);
    return true;
}

void slots_lock_drop(struct slots_lock *lock, const void *owner) {
    if (lock->owner && lock->owner == owner)
        hand_over(lock);
}

uint32_t slots_lock_end(struct slots_lock *lock) {
    const uint32_t kept = lock->granted_asleep ? 1 : 0;
    const uint32_t ended = lock->depth - kept;
    if (kept)
        lock->depth = kept;
    else
        hand_over(lock);
    return ended;
}

void slots_lock_cancel(struct slots_lock *lock, const void *context) {
    for (struct slots_waiter *waiter = lock->first; waiter; waiter = waiter->next)
        if (waiter->claim->context == context) {
            waiter->cancelled = true;
            lock_ring(&waiter->turn);
        }
}

void slots_lock_dismiss(struct slots_lock *lock, const void *owner) {
    for (struct slots_waiter *waiter = lock->first; waiter; waiter = waiter->next)
        if (waiter->claim->owner == owner) {
            waiter->cancelled = true;
            lock_ring(&waiter->turn);
        }
}

void slots_lock_disown(struct slots_lock *lock) {
    const bool closed = lock->closed;
    *lock = (struct slots_lock){.closed = closed};
}

void slots_lock_wake(struct slots_lock *lock) {
    for (struct slots_waiter *waiter = lock->first; waiter; waiter = waiter->next)
        lock_ring(&waiter->turn);
}

void slots_lock_close(struct slots_lock *lock) {
    lock->closed = true;
    slots_lock_wake(lock);
}
