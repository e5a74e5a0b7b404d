/*
 * The way of one command through the exchange engine to the card and back, over the attachment of a card
 * object: whether the reader is held for it, how long its units may take, what the card has announced. Used
 * by cardexchange.c for commands and by cardex.c for bytes.
 */
#ifndef SCARDSSP_OBJECTS_TRANSACTION_H
#define SCARDSSP_OBJECTS_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "apdu/exchange.h"
#include "base/loan.h"
#include "client/attachment.h"
#include "com/win.h"
#include "objects/cmd.h"

/* What a card object keeps for its exchanges; under the object's lock. */
struct transaction {
    struct attachment *attachment;
    struct loan *room;        /* what answers are received in: borrowed while there is an exchange */
    struct exchange exchange; /* its options are those of the command being sent */
    struct rm_bound units;    /* of the units that complete it, after the first one */
    struct rm_bound *bound;   /* of its next unit */
    uint32_t cancels;         /* calls of Cancel when it began */
    bool held;                /* the reader is held for it */
    bool announced;           /* the card has once answered 61xx or 6Cxx on this connection */
};

/* Prepares exchanges over the connections of this attachment. */
void transaction_init(struct transaction *transaction, struct attachment *attachment);

/* There is a new connection: forgets what the card on the former one has done. */
static inline void transaction_restart(struct transaction *transaction) {
    transaction->announced = false;
    transaction->held = false;
}

/*
 * Sends view->apdu and stores the reply. Call with the card's lock held, and with the command open if it is a
 * command object's. raw: as it is, in one unit. E_INVALIDARG: no APDU (raw: no bytes, or too many);
 * SCARD_E_UNSUPPORTED_FEATURE: the protocol cannot carry it; E_OUTOFMEMORY; codes of the port. On failure the
 * reply is empty.
 */
HRESULT transaction_run(struct transaction *transaction, bool raw, const struct cmd_view *view);

/*
 * Of an exchange that has just failed: whether the card had answered one of its units before, and so may have
 * executed the command. false: sending it once more does no harm, unless the failure came while the card was
 * at it.
 */
static inline bool transaction_was_answered(const struct transaction *transaction) {
    return transaction->bound == &transaction->units;
}

#endif
