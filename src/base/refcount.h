/* An object's reference count: C11 atomics, one definition for every target. */
#ifndef SCARDSSP_BASE_REFCOUNT_H
#define SCARDSSP_BASE_REFCOUNT_H

#include <stdatomic.h>
#include <stdint.h>

struct refcount {
    _Atomic uint32_t count;
};

/* Starts with one reference, the creator's. */
static inline void refcount_init(struct refcount *rc) {
    atomic_init(&rc->count, 1);
}

/* Returns the count after taking one more reference. */
static inline uint32_t refcount_take(struct refcount *rc) {
    return atomic_fetch_add_explicit(&rc->count, 1, memory_order_relaxed) + 1;
}

/* Returns the count after giving one back; 0: the caller was the last one and destroys the object. */
static inline uint32_t refcount_drop(struct refcount *rc) {
    return atomic_fetch_sub_explicit(&rc->count, 1, memory_order_acq_rel) - 1;
}

#endif
