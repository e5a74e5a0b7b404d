/*
 * What commands answer, and what of it waits for further commands. Used by the files of the commands and by
 * those that run them.
 */
#ifndef SCARDSSP_SIM_ANSWER_H
#define SCARDSSP_SIM_ANSWER_H

#include "icc/os.h"

/* Adds to the answer: as much as `limit` allows goes straight out, the rest into the pending data. */
void sim_command_append(struct sim_card *card, struct command *command, const uint8_t *bytes, uint32_t size);

/*
 * Asks before anything is changed whether an answer of `size` bytes can be given: 0, or 6Cxx, which the
 * handler returns. Only T=0 minds; there a command that ends with 6Cxx is sent again.
 */
uint16_t sim_command_expect(const struct command *command, uint32_t size);

/* Drops whatever earlier commands left waiting. */
void sim_card_settle(struct sim_card *card);

/* Wipes the string; its room is kept. */
void sim_collector_drop(struct collector *collector);

/* Makes the string longer. false: more than `most` bytes, or out of memory; nothing changed. */
bool sim_collector_add(struct collector *collector, const uint8_t *bytes, uint32_t size, uint32_t most);

/*
 * Le of 00 or 0000 asks for all there is; any other number is what the caller counts on (6282 if there is
 * less).
 */
static inline bool sim_asks_for_all(const struct apdu *apdu) {
    return apdu->ne == (apdu->extended ? APDU_NE_MAX : APDU_SHORT_NE_MAX);
}

#endif
