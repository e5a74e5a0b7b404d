/* The one condition on which waits for insertions, removals and new readers sleep: no polling. */
#include "backends/sim/events.h"

#include "base/clock.h"

void sim_events_init(struct sim_events *events) {
    pthread_mutex_init(&events->mutex, NULL);
    clock_condition_init(&events->happened);
    events->count = 0;
}

void sim_events_destroy(struct sim_events *events) {
    pthread_cond_destroy(&events->happened);
    pthread_mutex_destroy(&events->mutex);
}

void sim_events_post(struct sim_events *events) {
    pthread_mutex_lock(&events->mutex);
    ++events->count;
    pthread_cond_broadcast(&events->happened);
    pthread_mutex_unlock(&events->mutex);
}

uint64_t sim_events_seen(struct sim_events *events) {
    pthread_mutex_lock(&events->mutex);
    uint64_t seen = events->count;
    pthread_mutex_unlock(&events->mutex);
    return seen;
}

void sim_events_cancel(struct sim_events *events, uint32_t *cancels) {
    pthread_mutex_lock(&events->mutex);
    ++*cancels;
    pthread_cond_broadcast(&events->happened);
    pthread_mutex_unlock(&events->mutex);
}

uint32_t sim_events_cancels(struct sim_events *events, const uint32_t *cancels) {
    pthread_mutex_lock(&events->mutex);
    uint32_t now = *cancels;
    pthread_mutex_unlock(&events->mutex);
    return now;
}

rm_status sim_events_wait(struct sim_events *events, uint64_t seen, const uint32_t *cancels,
                          uint32_t cancels_before, uint64_t deadline) {
    const struct timespec until = clock_timespec(deadline == CLOCK_NEVER ? 0 : deadline);
    rm_status status = RM_OK;
    int expired = 0;
    pthread_mutex_lock(&events->mutex);
    while (events->count == seen && *cancels == cancels_before && !expired) {
        if (deadline == CLOCK_NEVER)
            pthread_cond_wait(&events->happened, &events->mutex);
        else
            expired = pthread_cond_timedwait(&events->happened, &events->mutex, &until);
    }
    if (*cancels != cancels_before)
        status = RM_E_CANCELLED;
    else if (events->count == seen)
        status = RM_E_TIMEOUT;
    pthread_mutex_unlock(&events->mutex);
    return status;
}
