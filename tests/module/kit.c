/* What a program of these tests brings along: see kit.h. */
#include "kit.h"

#include <time.h>

int64_t kit_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
