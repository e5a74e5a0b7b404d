/*
 * Random bytes for challenges, drawn from the kernel in blocks: GET CHALLENGE is the command that programs
 * send most, and a system call for each would cost more than all the rest. One pool per card.
 */
#ifndef SCARDSSP_SIM_RANDOM_H
#define SCARDSSP_SIM_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RANDOM_POOL 4096u

struct random_pool {
    uint32_t left; /* unused bytes, at the end of `bytes` */
    uint8_t bytes[RANDOM_POOL];
};

/* Fills `out` past the pool, for sizes the pool cannot serve at once. false: the kernel gives none. */
bool sim_random_refill(struct random_pool *pool, uint8_t *out, size_t size);

/* Stores `size` fresh random bytes; what was taken is wiped from the pool. false: the kernel gives none. */
static inline bool sim_random_take(struct random_pool *pool, uint8_t *out, uint32_t size) {
    if (size > pool->left)
        return sim_random_refill(pool, out, size);
    uint8_t *from = pool->bytes + (RANDOM_POOL - pool->left);
    pool->left -= size;
    /* The pool lives on, so these stores of zeros cannot be optimised away. */
    for (; size >= 8; size -= 8, from += 8, out += 8) {
        memcpy(out, from, 8);
        memset(from, 0, 8);
    }
    for (; size; size--) {
        *out++ = *from;
        *from++ = 0;
    }
    return true;
}

#endif
