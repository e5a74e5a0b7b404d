/* Holding a card by transactions, and letting go of it. Used by card.c and attach.c. */
#ifndef SCARDSSP_BACKENDS_PCSC_HOLD_H
#define SCARDSSP_BACKENDS_PCSC_HOLD_H

#include "backends/pcsc/connection.h"

/* The call of struct rm_ops; what it does is said there. */
rm_status pcsc_card_begin(struct rm_card *card, struct rm_bound *bound);

/*
 * Ends the connection, a disposition within the bound, and returns the link to the context. Does not free
 * `card`.
 */
rm_status pcsc_card_end(struct pcsc_card *card, uint32_t disposition, struct rm_bound *bound);

#endif
