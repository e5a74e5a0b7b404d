/*
 * A PIN pad in a simulated reader, with somebody at it who always types the same: a slot that stands around
 * the card's and knows two commands of PC/SC part 10. Used by sim.c.
 */
#ifndef SCARDSSP_BACKENDS_SIM_PAD_H
#define SCARDSSP_BACKENDS_SIM_PAD_H

#include "slots/slot.h"

#define SIM_PAD_PIN_MAX 16u

/* What is typed. Starts zeroed: there is no PIN pad. */
struct sim_pad {
    char pin[SIM_PAD_PIN_MAX + 1];  /* "": the user presses Cancel */
    char next[SIM_PAD_PIN_MAX + 1]; /* as a new PIN, twice; "": Cancel */
    bool there;
};

/*
 * Makes a slot with a pad around `inner`, whose reference it takes over. pad: outlives it. NULL: out of
 * memory, and `inner` is dropped.
 */
struct slot *pad_slot_create(const struct sim_pad *pad, struct slot *inner);

#endif
