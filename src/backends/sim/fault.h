/*
 * Faults that a simulated reader and its card meet: armed by a test, met in a fixed order, no chance in it.
 * Each card that is put into the reader has a slot of faults around its own; the faults are the reader's and
 * outlive the card. sim.c arms them.
 */
#ifndef SCARDSSP_BACKENDS_SIM_FAULT_H
#define SCARDSSP_BACKENDS_SIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "slots/slot.h"

/* The numbers of scardssp_sim.h. */
enum sim_fault_kind {
    SIM_FAULT_MUTE = 1,
    SIM_FAULT_TRANSPORT = 2,
    SIM_FAULT_REMOVE_AFTER = 3,
    SIM_FAULT_SLOW = 4
};

/* What is armed in one reader. All zero: nothing. */
struct sim_fault {
    struct lock mutex;   /* guards the rest; a leaf */
    bool any;            /* one of those below is armed */
    uint32_t mute;       /* cold resets until the card answers again; 0: it answers */
    uint32_t transport;  /* exchanges that will fail */
    bool removal;        /* the card will be pulled... */
    uint32_t removal_in; /* ...after so many more exchanges */
    uint32_t slow_ms;    /* each exchange takes so long */
};

/* What an exchange meets. */
enum sim_verdict { SIM_FINE, SIM_NO_ANSWER, SIM_BAD_CONTACT, SIM_PULLED };

/*
 * Arms a fault; value 0 takes MUTE, TRANSPORT and SLOW back, for REMOVE_AFTER it means the very next
 * exchange. false: no such kind. A slot that is instant does not look: see fault_slot_create().
 */
bool sim_fault_arm(struct sim_fault *fault, uint32_t kind, uint32_t value);

/* A cold reset happens (contacts off and on). Returns whether the card answers it. */
bool sim_fault_cold_reset(struct sim_fault *fault);

/* Whether the card is mute: it answers neither a warm reset nor a command. */
bool sim_fault_is_mute(struct sim_fault *fault);

/* One exchange happens: what becomes of it. Counts it. */
enum sim_verdict sim_fault_exchange(struct sim_fault *fault);

/*
 * Makes a slot with one reference around another, whose reference it takes over, in which the faults are met
 * that are armed in `fault`, which outlives it. It is instant like the other one while nothing is armed; who
 * arms a fault makes it slow first (slot_make_slow()). NULL: out of memory, and the reference to the other
 * one is given back.
 */
struct slot *fault_slot_create(struct sim_fault *fault, struct slot *inner);

#endif
