/*
 * Who has connected and is not a card yet: a card is who answers the question for its ATR. Until then it is
 * nobody, and has little room and little time. listener.c keeps some of them.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_NEWCOMER_H
#define SCARDSSP_BACKENDS_VPCD_NEWCOMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/atr.h"

#define NEWCOMER_HEADER 2u

enum newcomer_state {
    NEWCOMER_NONE,  /* the place is free */
    NEWCOMER_ASKED, /* for its ATR */
    NEWCOMER_CARD,  /* it has given one, and waits for a reader */
    NEWCOMER_LEAVES /* it has gone, or is no card */
};

struct newcomer {
    enum newcomer_state state;
    int peer;       /* its socket (peer.h), unless the place is free */
    uint32_t door;  /* where it came in */
    uint64_t since; /* a count: the lower, the earlier */
    uint64_t until; /* clock_deadline() of its answer */
    size_t used;    /* bytes of its answer so far */
    uint8_t bytes[NEWCOMER_HEADER + ATR_MAX];
};

/*
 * Gives whoever is at the other end of a prepared socket power, and asks for the ATR. Sets state, peer and
 * until. false: it does not take the question, and the socket is the caller's to close.
 */
bool newcomer_ask(struct newcomer *newcomer, int peer);

/* Takes what has come from it, without waiting; returns the new state. */
enum newcomer_state newcomer_look(struct newcomer *newcomer);

/* The ATR of a NEWCOMER_CARD (cardslot.h); *size: its bytes, 0 of a mute card. */
const uint8_t *newcomer_atr(const struct newcomer *newcomer, size_t *size);

#endif
