/* Monotonic time, for everything that waits with a bound. */
#include "base/clock.h"

uint64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

uint64_t clock_deadline(uint32_t timeout_ms) {
    return timeout_ms == UINT32_MAX ? CLOCK_NEVER : clock_ms() + timeout_ms;
}

uint32_t clock_left(uint64_t deadline) {
    if (deadline == CLOCK_NEVER)
        return UINT32_MAX;
    uint64_t now = clock_ms();
    if (now >= deadline)
        return 0;
    uint64_t left = deadline - now;
    return left < UINT32_MAX ? (uint32_t)left : UINT32_MAX - 1;
}

#ifdef _WIN32

void clock_condition_init(pthread_cond_t *condition) {
    pthread_cond_init(condition, NULL);
}

/* Conditions there know the time of day only. */
struct timespec clock_timespec(uint64_t deadline) {
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

#else

void clock_condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct timespec clock_timespec(uint64_t deadline) {
    struct timespec at = {.tv_sec = (time_t)(deadline / 1000u),
                          .tv_nsec = (long)(deadline % 1000u) * 1000000};
    return at;
}

#endif
