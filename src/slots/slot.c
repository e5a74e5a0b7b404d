/* What all slots have in common: references, and the end of a call that takes too long. */
#include "slots/slot.h"

#include "base/clock.h"

void slot_init(struct slot *slot, const struct slot_ops *ops, struct slot *inner) {
    *slot = (struct slot){.ops = ops, .inner = inner, .end = CLOCK_NEVER};
    refcount_init(&slot->refs);
}

void slot_drop(struct slot *slot) {
    while (slot && refcount_drop(&slot->refs) == 0) {
        struct slot *inner = slot->inner;
        slot->ops->release(slot);
        slot = inner;
    }
}

void slot_make_slow(struct slot *slot) {
    /* One that is not instant may have a call in it that looks. */
    for (; slot; slot = slot->inner)
        if (slot->instant)
            slot->instant = NULL;
}

void slot_enter(struct slot *slot) {
    for (; slot; slot = slot->inner) {
        lock_take(&slot->mutex);
        slot->end = CLOCK_NEVER;
        lock_give(&slot->mutex);
    }
}

void slot_call_off(struct slot *slot, uint64_t end) {
    for (; slot; slot = slot->inner) {
        lock_take(&slot->mutex);
        if (end < slot->end)
            slot->end = end;
        lock_ring(&slot->called_off);
        lock_give(&slot->mutex);
        slot->ops->call_off(slot);
    }
}

bool slot_sleep(struct slot *slot, uint32_t ms) {
    const uint64_t deadline = clock_deadline(ms);
    lock_take(&slot->mutex);
    while (lock_sleep(&slot->mutex, &slot->called_off, slot->end < deadline ? slot->end : deadline))
        continue;
    const bool slept = slot->end >= deadline;
    lock_give(&slot->mutex);
    return slept;
}

void slot_freeze(struct slot *slot) {
    for (; slot; slot = slot->inner)
        lock_take(&slot->mutex);
}

void slot_thaw(struct slot *slot) {
    for (; slot; slot = slot->inner)
        lock_give(&slot->mutex);
}
