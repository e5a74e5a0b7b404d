/* The card's answer to reset: built from the image's historical bytes, or given whole (ISO/IEC 7816-3 §8.2). */
#ifndef SCARDSSP_SIM_ATR_H
#define SCARDSSP_SIM_ATR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ATR_HISTORICAL_MAX 15u
#define ATR_SIZE_MAX 33u

struct atr_plan {
    uint8_t protocols; /* bit 0: T=0, bit 1: T=1 */
    uint8_t historical_size;
    uint8_t historical[ATR_HISTORICAL_MAX];
    uint8_t whole_size; /* 0: built */
    uint8_t whole[ATR_SIZE_MAX];
};

/*
 * Writes the ATR that offers `protocols` (a subset of the plan's; the whole one is used as it is while it is
 * the full set). Returns its size.
 */
size_t sim_atr_build(const struct atr_plan *plan, uint8_t protocols, uint8_t out[ATR_SIZE_MAX]);

/*
 * Takes a whole ATR apart into *out. NULL when it is well-formed and offers T=0, T=1 or both, else what is
 * wrong with it (static text); then *out is untouched.
 */
const char *sim_atr_take(const uint8_t *bytes, size_t size, struct atr_plan *out);

#endif
