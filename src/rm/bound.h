/*
 * How long a call of an object may wait for others, through all the steps it takes: made once, where the call
 * comes in, and handed down by its address through the port (rm.h) to whatever has to wait. Its clock is
 * started by the first step that may have to; a call that meets nobody reads none.
 */
#ifndef SCARDSSP_RM_BOUND_H
#define SCARDSSP_RM_BOUND_H

#include <stdint.h>

#include "base/clock.h"

#define RM_INFINITE UINT32_MAX

struct rm_bound {
    uint32_t timeout_ms; /* in all; 0: no wait, RM_INFINITE: as long as it takes */
    uint64_t deadline;   /* clock_deadline(); 0: the clock has not been started */
};

/* The bound of a single step that may wait `ms`, made on the spot; it lives as long as its block. */
#define RM_WITHIN(ms) (&(struct rm_bound){.timeout_ms = (ms)})

/* The end of the time, for clock_left(). Starts the clock: asked before the first wait. */
static inline uint64_t rm_bound_deadline(struct rm_bound *bound) {
    if (!bound->deadline)
        bound->deadline = clock_deadline(bound->timeout_ms);
    return bound->deadline;
}

/* What is left of the time, in ms: all of it, without a look at the clock, where that has not started. */
static inline uint32_t rm_bound_left(const struct rm_bound *bound) {
    return bound->deadline ? clock_left(bound->deadline) : bound->timeout_ms;
}

#endif
