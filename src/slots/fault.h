/*
 * Faults that a simulated reader and its card meet: armed by a test, met in a fixed order, no chance in it.
 * reader.c and connection.c ask here at power-up and at each exchange, with the reader's mutex held.
 */
#ifndef SCARDSSP_SIM_FAULT_H
#define SCARDSSP_SIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* The numbers of scardssp_sim.h. */
enum sim_fault_kind {
    SIM_FAULT_MUTE = 1,
    SIM_FAULT_TRANSPORT = 2,
    SIM_FAULT_REMOVE_AFTER = 3,
    SIM_FAULT_SLOW = 4
};

struct sim_fault {
    bool any;            /* one of those below is armed: the only thing a healthy exchange looks at */
    uint32_t mute;       /* cold resets until the card answers again; 0: it answers */
    uint32_t transport;  /* exchanges that will fail */
    bool removal;        /* the card will be pulled... */
    uint32_t removal_in; /* ...after so many more exchanges */
    uint32_t slow_ms;    /* each exchange takes so long */
    bool slow_card;      /* not armed: the card in the reader is slow with some commands, of its own accord */
};

/* What an exchange meets. */
enum sim_verdict { SIM_FINE, SIM_NO_ANSWER, SIM_BAD_CONTACT, SIM_PULLED };

/*
 * Arms a fault; value 0 takes MUTE, TRANSPORT and SLOW back, for REMOVE_AFTER it means the very next
 * exchange. false: no such kind.
 */
bool sim_fault_arm(struct sim_fault *fault, uint32_t kind, uint32_t value);

/*
 * A card that is slow with some commands (sim_card_delays()), or one that is not, is in the reader from now
 * on.
 */
void sim_fault_card(struct sim_fault *fault, bool slow);

/* A cold reset happens (contacts off and on). Returns whether the card answers it. */
bool sim_fault_cold_reset(struct sim_fault *fault);

/* The card is mute: it answers neither a warm reset nor a command. */
static inline bool sim_fault_is_mute(const struct sim_fault *fault) {
    return fault->mute != 0;
}

/* One exchange happens: what becomes of it. Counts it. */
enum sim_verdict sim_fault_exchange(struct sim_fault *fault);

#endif
