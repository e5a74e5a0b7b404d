/*
 * ISCard::Transaction and what it shares with ISCardEx::TransmitBytes: the way of one command from its object through the
 * exchange engine to the card and back. Part of the card object: card.c has the method in its table, cardex.c runs bytes.
 */
#ifndef SCARDSSP_OBJECTS_TRANSACTION_H
#define SCARDSSP_OBJECTS_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "apdu/exchange.h"
#include "client/attachment.h"
#include "com/win.h"
#include "objects/cmd.h"

struct card;

/* What a card object keeps for its exchanges; under the object's lock. */
struct transaction {
    struct attachment *attachment;
    struct exchange exchange; /* its options are those of the command being sent */
    struct rm_bound units;    /* of the units that complete it, after the first one */
    struct rm_bound *bound;   /* of its next unit */
    uint32_t cancels;         /* calls of Cancel when it began */
    bool held;                /* the reader is held for it */
    bool announced;           /* the card has once answered 61xx or 6Cxx on this connection */
};

/* Prepares exchanges over the connections of this attachment. */
void transaction_init(struct transaction *transaction, struct attachment *attachment);

/* Frees its memory. */
void transaction_destroy(struct transaction *transaction);

/* There is a new connection: forgets what the card on the former one has done. */
static inline void transaction_restart(struct transaction *transaction) {
    transaction->announced = false;
    transaction->held = false;
}

/*
 * Sends view->apdu and stores the reply; call with the card's lock held, and the command open if it is a command
 * object's. E_INVALIDARG: no APDU (in raw mode: no bytes, or too many); SCARD_E_UNSUPPORTED_FEATURE: the protocol
 * cannot carry it; E_OUTOFMEMORY; codes of the port. On failure the reply is empty.
 */
HRESULT transaction_run(struct card *card, const struct cmd_view *view);

/* ISCard::Transaction of the card object. */
HRESULT STDMETHODCALLTYPE card_Transaction(ISCard *iface, LPSCARDCMD *cmd);

#endif
