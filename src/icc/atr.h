/* The card's answer to reset: built from the image's historical bytes, or given whole by the image. */
#ifndef SCARDSSP_SIM_ATR_H
#define SCARDSSP_SIM_ATR_H

#include <stddef.h>
#include <stdint.h>

#include "apdu/atr.h"

struct atr_plan {
    uint8_t protocols; /* ATR_BUILD_* bits, the same as sim_card_protocols() tells */
    uint8_t historical_size;
    uint8_t historical[ATR_HISTORICAL_MAX];
    uint8_t whole_size; /* 0: built */
    uint8_t whole[ATR_MAX];
};

/*
 * Writes the ATR that offers `protocols`, a subset of the plan's that is not empty. The whole one is used as
 * it is for the full set. Returns its size in bytes.
 */
size_t sim_atr_build(const struct atr_plan *plan, uint8_t protocols, uint8_t out[ATR_MAX]);

/*
 * Takes a whole ATR into *out. NULL when it is well-formed and offers T=0, T=1 or both, else what is wrong
 * with it (static text); then *out is untouched.
 */
const char *sim_atr_take(const uint8_t *bytes, size_t size, struct atr_plan *out);

#endif
