/* Conditions on the monotonic clock: see condition.h. */
#include "base/condition.h"

void condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct timespec condition_deadline(uint64_t deadline) {
    struct timespec at = {.tv_sec = (time_t)(deadline / 1000u),
                          .tv_nsec = (long)(deadline % 1000u) * 1000000};
    return at;
}
