/* Monotonic time, and deadlines in milliseconds. */
#ifndef SCARDSSP_BASE_CLOCK_H
#define SCARDSSP_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_NEVER UINT64_MAX

/* Milliseconds since an arbitrary start; never goes back. */
uint64_t clock_ms(void);

/* The same in nanoseconds, for what is measured. */
uint64_t clock_ns(void);

/* The point in time `timeout_ms` from now; UINT32_MAX gives CLOCK_NEVER. */
uint64_t clock_deadline(uint32_t timeout_ms);

/* Milliseconds left until the deadline, 0 when it has passed, UINT32_MAX for CLOCK_NEVER. */
uint32_t clock_left(uint64_t deadline);

#endif
