/*
 * Connections over Windows' smart card service: the calls on them that winscard.c puts into its table, and what
 * attach.c, which makes and renews them, needs of them.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_CARD_H
#define SCARDSSP_BACKENDS_WINSCARD_CARD_H

#include "backends/winscard/context.h"
#include "backends/winscard/line.h"

/* What a wait may take at least, for the way to the thread, the service and back. */
#define WINSCARD_GRACE_MS 300u

struct winscard_card {
    struct rm_card base;
    struct winscard_context *context;
    struct winscard_card *next;
    struct winscard_line *line; /* NULL: lost. Changed with the context's lock held */
    rm_status lost;             /* why */
    wchar_t *reader;            /* empty: not learnt yet */
    char *name;                 /* the same in UTF-8; empty: it is no text */
    uint32_t share;
    unsigned
        depth; /* of the transaction; the service has one level of it, for its own do not nest everywhere */
    bool noticed;     /* the service told of a reset or removal; only reconnecting ends that */
    bool was_removed; /* of a removal */
    rm_status notice; /* what calls answer although the service would let them pass; RM_OK: nothing */
    bool adopted;     /* the connection was made by the program itself */
};

/* Members of struct rm_ops; rm.h says what they do. */
uint64_t winscard_card_handle(const struct rm_card *card);
const char *winscard_card_reader_name(const struct rm_card *card);
rm_status winscard_card_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
void winscard_card_abandon(struct rm_card *card);
rm_status winscard_card_hand_out(struct rm_card *card, uint64_t *context);
rm_status winscard_card_begin(struct rm_card *card, struct rm_bound *bound);
rm_status winscard_card_end(struct rm_card *card, uint32_t disposition);
rm_status winscard_card_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound);
rm_status winscard_card_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status winscard_card_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size);
rm_status winscard_card_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size);
rm_status winscard_card_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size);

/* The implementation behind the port's card. */
struct winscard_card *winscard_card_from(struct rm_card *card);

/* A connection without a line, in the context's list. reader and name are taken over, also on failure. NULL: no memory. */
struct winscard_card *winscard_card_create(struct winscard_context *context, wchar_t *reader, char *name);

/* Takes it out of the list, ends its line with LEAVE and frees it. */
void winscard_card_destroy(struct winscard_card *card);

/* Ends the connections that a context still has, with LEAVE; called when it closes. */
void winscard_card_end_all(struct winscard_context *context);

/* The connection has this line from now on, NULL: none; its former one is returned, and nobody cancels in that any more. */
struct winscard_line *winscard_card_set_line(struct winscard_card *card, struct winscard_line *line);

/* Ends the line. `why` is what calls answer from now on. */
void winscard_card_lose(struct winscard_card *card, rm_status why);

/* Takes note of what a code says about the connection, which is there or has just been lost; the code for the caller. */
rm_status winscard_card_settle(struct winscard_card *card, rm_status status);

/* A call on the connection, which is there: winscard_line_call() and settling. */
rm_status winscard_card_call(struct winscard_card *card, struct winscard_request *request,
                             const struct winscard_limit *limit);

/*
 * Takes the card for calls to come, so that they need not wait for anybody: *taken when that has to be given back. The codes
 * of rm_begin(). Giving back what cannot be, because the service tells of a reset first, is made up for after the reconnection.
 */
rm_status winscard_card_take(struct winscard_card *card, const struct winscard_limit *limit, bool *taken);
void winscard_card_give(struct winscard_card *card, bool taken);

/*
 * After SCardReconnect, which keeps the service's transaction on some systems and ends it on others: begins it once more where
 * it is to be held, for ending it first would let somebody in, else ends what may be left. On failure no transaction is
 * held, and calls answer RM_W_RESET_CARD until the next reconnection.
 */
rm_status winscard_card_hold_again(struct winscard_card *card, const struct winscard_limit *limit);

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

/* Can nobody make a call of this connection wait? */
static inline bool winscard_card_is_owned(const struct winscard_card *card) {
    return (card->depth > 0 || card->share == RM_SHARE_EXCLUSIVE) && !card->noticed;
}

#endif
