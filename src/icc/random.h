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

/* Stores `size` fresh random bytes; what was taken is wiped from the pool. false: the kernel gives none. */
bool sim_random_take(struct random_pool *pool, uint8_t *out, size_t size);

/*
 * The same for 8 bytes, without a call; false as well when the pool is empty: then sim_random_take() fills
 * it.
 */
static inline bool sim_random_take_8(struct random_pool *pool, uint8_t *out) {
    if (pool->left < 8)
        return false;
    uint8_t *from = pool->bytes + (RANDOM_POOL - pool->left);
    pool->left -= 8;
    memcpy(out, from, 8);
    memset(from, 0, 8); /* the pool lives on, so this store stays */
    return true;
}

#endif
