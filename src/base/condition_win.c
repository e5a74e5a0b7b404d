/* Conditions on Windows, where they know the time of day only: see condition.h. */
#include "base/condition.h"

#include "base/clock.h"

void condition_init(pthread_cond_t *condition) {
    pthread_cond_init(condition, NULL);
}

struct timespec condition_deadline(uint64_t deadline) {
    struct timespec at;
    const uint64_t now = clock_ms();
    const uint64_t left = deadline > now ? deadline - now : 0;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += (time_t)(left / 1000u);
    at.tv_nsec += (long)(left % 1000u) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_nsec -= 1000000000;
        ++at.tv_sec;
    }
    return at;
}
