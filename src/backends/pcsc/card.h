/*
 * A connection to a card through the PC/SC service. Used by pcsc.c, which lists the calls, and by attach.c,
 * which makes connections and makes them again.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_CARD_H
#define SCARDSSP_BACKENDS_PCSC_CARD_H

#include "backends/pcsc/context.h"
#include "backends/pcsc/fork.h"

struct pcsc_card {
    struct rm_card base;
    struct pcsc_context *context;
    struct pcsc_link *link;     /* where the connection lives; NULL: adopted, or lost */
    _Atomic SCARDHANDLE handle; /* 0: lost */
    SCARD_IO_REQUEST pci;       /* of the protocol in use */
    uint32_t share;
    unsigned depth;   /* transactions begun and not ended */
    unsigned forks;   /* pcsc_fork_count() the connection belongs to */
    bool adopted;     /* the connection is somebody else's */
    bool was_reset;   /* the service has told of a reset or a removal since the last reconnect */
    bool was_removed; /* ... and what it told was a removal */
    bool crowded;     /* the last transaction had to wait for another client */
    rm_status notice; /* taken back by the service: what calls answer until the next reconnect */
    rm_status lost;   /* why there is no connection: what calls answer */
    /* Of the reader, UTF-8; empty: an adopted connection that could not be asked yet. Changed under the context's lock. */
    char *name;
    struct pcsc_call self; /* waits of our own are announced here */
    struct pcsc_card *next;
};

/* The calls of struct rm_ops that belong to a connection; what they do is said there. */
uint64_t pcsc_card_handle(const struct rm_card *card);
const char *pcsc_card_reader_name(const struct rm_card *card);
rm_status pcsc_card_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                              struct rm_bound *bound);
rm_status pcsc_card_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
void pcsc_card_abandon(struct rm_card *card);
rm_status pcsc_card_begin(struct rm_card *card, struct rm_bound *bound);
rm_status pcsc_card_end_transaction(struct rm_card *card, uint32_t disposition);
rm_status pcsc_card_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound);
rm_status pcsc_card_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                             uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status pcsc_card_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                            uint8_t *receive, size_t *receive_size);
rm_status pcsc_card_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size);
rm_status pcsc_card_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size);

/*
 * How often, and how long after, a refusal of a protocol is tried again that may come of another client who starts the card at the
 * same moment. What is refused for good is told that much later.
 */
#define PCSC_MISMATCHES 5u
#define PCSC_MISMATCH_PAUSE_MS 20u

/* The connection behind the port's pointer. */
static inline struct pcsc_card *pcsc_card_from(struct rm_card *card) {
    return (struct pcsc_card *)(void *)((char *)card - offsetof(struct pcsc_card, base));
}

static inline const struct pcsc_api *pcsc_card_api(const struct pcsc_card *card) {
    return card->context->service->api;
}

static inline struct pcsc_watch *pcsc_card_watch(struct pcsc_card *card) {
    return &card->context->service->watch;
}

/* Is there a connection, and is it this process's? */
static inline bool pcsc_card_connected(const struct pcsc_card *card) {
    return card->handle != 0 && card->forks == pcsc_fork_count();
}

/* The same, and nothing has to be told before it works. */
static inline bool pcsc_card_ready(const struct pcsc_card *card) {
    return pcsc_card_connected(card) && card->notice == RM_OK;
}

/* So many levels of a transaction are held from now on. */
static inline void pcsc_card_hold(struct pcsc_card *card, unsigned depth) {
    card->depth = depth;
    card->base.locked = depth > 0;
}

/* What calls answer when it is not ready. */
rm_status pcsc_card_refusal(const struct pcsc_card *card);

/* Does nobody else get at the card while we hold it? Then no call has to wait for others. */
static inline bool pcsc_card_owned(const struct pcsc_card *card) {
    return card->depth > 0 || card->share == RM_SHARE_EXCLUSIVE;
}

/* Announces a call on the card that the library may repeat, and takes it back; see watch.h. */
static inline uint32_t pcsc_card_enter(struct pcsc_card *card, enum pcsc_wait wait, uint32_t timeout_ms) {
    return pcsc_watch_enter(pcsc_card_watch(card), card->link ? &card->link->call : &card->self, wait,
                            timeout_ms);
}
static inline rm_status pcsc_card_leave(struct pcsc_card *card, uint32_t ticket) {
    return pcsc_watch_leave(pcsc_card_watch(card), card->link ? &card->link->call : &card->self, ticket);
}

static inline bool pcsc_card_was_seen(const struct pcsc_card *card, uint32_t ticket) {
    return pcsc_watch_has_seen(card->link ? &card->link->call : &card->self, ticket);
}

/*
 * Draws conclusions from the status of a call on the card: `broken` (of pcsc_card_leave) means that the link had
 * to be given up, some codes mean the same, some that the card was reset. Returns the status for the caller;
 * a call that succeeded although its link was broken has succeeded.
 */
rm_status pcsc_card_settle(struct pcsc_card *card, LONG code, rm_status broken);

/* Gives the connection up; calls answer `why` until it is made again. */
void pcsc_card_lose(struct pcsc_card *card, rm_status why);

/* Ends the connection, a disposition within the bound, and returns the link to the context. Does not free `card`. */
rm_status pcsc_card_end(struct pcsc_card *card, uint32_t disposition, struct rm_bound *bound);

/* Takes over protocol and share mode of a successful SCardConnect or SCardReconnect. */
void pcsc_card_adjust(struct pcsc_card *card, DWORD protocol, uint32_t share);

/* Frees the structure and takes it off the context's list; there is no connection left in it. */
void pcsc_card_free(struct pcsc_card *card);

#endif
