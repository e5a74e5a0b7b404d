/*
 * The simulated card of icc/ as a slot: instant, unless its image says that the card takes its time with some
 * commands. sim.c puts it into readers.
 */
#ifndef SCARDSSP_BACKENDS_SIM_SIMSLOT_H
#define SCARDSSP_BACKENDS_SIM_SIMSLOT_H

#include "icc/card.h"
#include "slots/slot.h"

/*
 * Makes a slot with one reference out of a card, which it owns from now on. NULL: out of memory, and the card
 * is destroyed.
 */
struct slot *simslot_create(struct sim_card *card);

#endif
