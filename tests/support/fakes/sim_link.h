/*
 * A link straight to a simulated card (icc/card.h), without readers: what is built on commands, against a
 * card that does what ISO/IEC 7816-4 says. For tests of services/.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_SIM_LINK_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "apdu/exchange.h"
#include "icc/card.h"
#include "services/link.h"

struct sim_link {
    struct service_link link;
    struct sim_card *card;
    enum sim_protocol protocol;
    struct exchange_reply reply;
    uint8_t *receive;
    unsigned commands;    /* sent so far */
    struct apdu last;     /* header and lengths of the latest one */
    bool refuse_extended; /* the reader fails commands with extended lengths */
    uint32_t refusal;     /* ... with this code of the port */
};

/*
 * Connects to a new card of that image; extended lengths can go over T=1. Fails the test where there is none.
 */
void sim_link_open(struct sim_link *sim, const char *image, enum sim_protocol protocol);

/* A new transaction: whatever was selected may be gone. The card is sent back to its master file. */
void sim_link_turn(struct sim_link *sim);

/* Ends the card. */
void sim_link_close(struct sim_link *sim);

#endif
