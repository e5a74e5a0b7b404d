/* The one condition on which waits for insertions, removals and new readers sleep: no polling. */
#include "slots/events.h"

#include "base/clock.h"

void slots_events_post(struct slots_events *events) {
    lock_take(&events->mutex);
    ++events->count;
    lock_ring(&events->happened);
    lock_give(&events->mutex);
}

uint64_t slots_events_seen(struct slots_events *events) {
    lock_take(&events->mutex);
    uint64_t seen = events->count;
    lock_give(&events->mutex);
    return seen;
}

void slots_events_cancel(struct slots_events *events, uint32_t *cancels) {
    lock_take(&events->mutex);
    ++*cancels;
    lock_ring(&events->happened);
    lock_give(&events->mutex);
}

uint32_t slots_events_cancels(struct slots_events *events, const uint32_t *cancels) {
    lock_take(&events->mutex);
    uint32_t now = *cancels;
    lock_give(&events->mutex);
    return now;
}

rm_status slots_events_wait(struct slots_events *events, uint64_t seen, const uint32_t *cancels,
                            uint32_t cancels_before, uint64_t deadline) {
    rm_status status = RM_OK;
    bool expired = false;
    lock_take(&events->mutex);
    while (events->count == seen && *cancels == cancels_before && !expired)
        expired = !lock_sleep(&events->mutex, &events->happened, deadline);
    if (*cancels != cancels_before)
        status = RM_E_CANCELLED;
    else if (events->count == seen)
        status = RM_E_TIMEOUT;
    lock_give(&events->mutex);
    return status;
}
