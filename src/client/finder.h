/*
 * One search for a card: looks at readers, connects to the first card that fits, waits for changes. locate.c
 * makes one for each FindCard; waiting.c runs those that may wait. Used by one thread, but for finder_end().
 */
#ifndef SCARDSSP_CLIENT_FINDER_H
#define SCARDSSP_CLIENT_FINDER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "carddb/carddb.h"
#include "client/cancel.h"
#include "client/search.h"
#include "rm/names.h"
#include "rm/rm.h"

struct finder {
    /* What to do; set by the owner before finder_open(). */
    struct rm_service *service;
    const struct search *search;
    uint32_t share, protocols;
    uint32_t timeout_ms;   /* how long connecting waits for other programs */
    struct cancel *cancel; /* what ends the search from another thread */
    uint32_t cancels_seen; /* cancel_count() when the search was asked for */

    /* Its own. */
    _Atomic bool ended;                      /* by finder_end() */
    struct rm_context *context;              /* for looking and waiting */
    struct rm_context *card_context;         /* for connecting: handed out with the card */
    struct cancel_entry looking, connecting; /* of both, while they are open */
    struct names readers;
    struct rm_reader_state *states; /* of the readers, then the pseudo reader */
    size_t count;                   /* of readers */
};

/* Opens the context to look and wait with. RM_E_NO_SERVICE, RM_E_NO_MEMORY; finder_close() in any case. */
rm_status finder_open(struct finder *finder);

/* Closes both contexts, and with them a connection that has not been handed out. */
void finder_close(struct finder *finder);

/* The context that a card was found in, which is the caller's from now on. */
struct rm_context *finder_hand_out(struct finder *finder);

/* Asks this search, and no other of its object, to end; from any thread, while the search is open. */
void finder_end(struct finder *finder);

/* Whether this search has been asked to end. */
bool finder_is_cancelled(const struct finder *finder);

/*
 * Looks once at all readers and connects to the first card that fits; the connection lives in
 * finder->card_context. timeout_ms: how long each connection may wait for other programs. RM_E_NO_SMARTCARD:
 * there is none; RM_E_SHARING_VIOLATION: only such as other programs do not share, else why one could not be
 * connected to (RM_E_PROTO_MISMATCH, RM_E_TIMEOUT, RM_W_UNRESPONSIVE_CARD, RM_E_READER_UNAVAILABLE ...).
 * Codes of the service and of the card database.
 */
rm_status finder_look(struct finder *finder, uint32_t timeout_ms, struct rm_card **out);

/*
 * Connects to the card in one reader, whatever card it is; the connection lives in finder->card_context.
 * timeout_ms as above. RM_E_NO_SMARTCARD: there is none, or no such reader any more; codes of the service.
 */
rm_status finder_connect(struct finder *finder, const char *reader, uint32_t timeout_ms,
                         struct rm_card **out);

/* Whether after this result of finder_look() another card may still come. */
bool finder_may_wait(rm_status status);

/*
 * Waits until something has changed since finder_look(): RM_OK, look again. RM_E_TIMEOUT: nothing has. Codes
 * of the service.
 */
rm_status finder_wait(struct finder *finder, uint32_t timeout_ms);

#endif
