/*
 * A connection over Windows' smart card service: what is known of it, and what the answers of the service
 * mean for it. Used by whoever makes, uses or ends connections.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_CONNECTION_H
#define SCARDSSP_BACKENDS_WINSCARD_CONNECTION_H

#include <stddef.h>

#include "backends/winscard/question.h"
#include "backends/winscard/worker.h"

/* What a wait may take at least, for the way to the thread, the service and back. */
#define WINSCARD_GRACE_MS 300u

struct winscard_card {
    struct rm_card base;
    struct winscard_context *context;
    struct winscard_card *next;
    struct winscard_worker *worker; /* NULL: lost. Changed with the context's lock held */
    rm_status lost;                 /* why */
    wchar_t *reader;                /* empty: not learnt yet */
    char *name;                     /* the same in UTF-8; empty: it is no text */
    uint32_t share;
    /* of the transaction; the service has one level of it, for its own do not nest everywhere */
    unsigned depth;
    bool noticed;     /* the service told of a reset or removal; only reconnecting ends that */
    bool was_removed; /* of a removal */
    rm_status notice; /* what calls answer although the service would let them pass; RM_OK: nothing */
    bool adopted;     /* the connection was made by the program itself */
};

/* The implementation behind the port's card. */
struct winscard_card *winscard_card_from(struct rm_card *card);

/*
 * A connection without a worker, in the context's list. reader and name are taken over, also on failure.
 * NULL: no memory.
 */
struct winscard_card *winscard_card_create(struct winscard_context *context, wchar_t *reader, char *name);

/* Takes it out of the list, ends its worker with LEAVE and frees it. */
void winscard_card_destroy(struct winscard_card *card);

/*
 * The connection has this worker from now on, NULL: none; its former one is returned, and nobody cancels in
 * that any more.
 */
struct winscard_worker *winscard_card_set_worker(struct winscard_card *card, struct winscard_worker *worker);

/* Ends the worker. `why` is what calls answer from now on. */
void winscard_card_lose(struct winscard_card *card, rm_status why);

/*
 * Takes note of what a code says about the connection, which is there or has just been lost; the code for the
 * caller.
 */
rm_status winscard_card_judge(struct winscard_card *card, rm_status status);

/* A call on the connection, which is there: winscard_worker_call(), judged. */
rm_status winscard_card_call(struct winscard_card *card, struct winscard_request *request,
                             const struct winscard_limit *limit);

/* So many levels of a transaction are held from now on. */
static inline void winscard_card_hold(struct winscard_card *card, unsigned depth) {
    card->depth = depth;
    card->base.locked = depth > 0;
}

/* What ends the waits of a call on the connection. */
static inline struct winscard_limit winscard_card_limit(const struct winscard_card *card,
                                                        struct rm_bound *bound) {
    return winscard_context_limit(card->context, bound, WINSCARD_GRACE_MS);
}

/* True when no other client can make this connection wait. */
static inline bool winscard_card_is_owned(const struct winscard_card *card) {
    return (card->depth > 0 || card->share == RM_SHARE_EXCLUSIVE) && !card->noticed;
}

#endif
