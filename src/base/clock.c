/* Monotonic time, for everything that waits with a bound. */
#include "base/clock.h"

#include <time.h>

uint64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

uint64_t clock_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
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
