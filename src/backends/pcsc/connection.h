/*
 * A connection to a card through the PC/SC service: what is known of it, and what the answers of the service
 * mean for it. Used by whoever makes, uses or ends connections.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_CONNECTION_H
#define SCARDSSP_BACKENDS_PCSC_CONNECTION_H

#include "backends/pcsc/fork.h"
#include "backends/pcsc/links.h"
#include "base/container.h"

/* How long a daemon may take to answer a question about the connection. */
#define PCSC_ANSWER_MS 1000u

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
    bool crowded;     /* the last call that asked, or began a transaction, had to wait for another client */
    rm_status notice; /* taken back by the service: what calls answer until the next reconnect */
    rm_status lost;   /* why there is no connection: what calls answer */
    /*
     * Of the reader, UTF-8; empty: an adopted connection that could not be asked yet. Changed under the
     * context's lock.
     */
    char *name;
    struct pcsc_watched self; /* waits of our own are announced here */
    struct pcsc_card *next;
};

/* The connection behind the port's pointer. */
static inline struct pcsc_card *pcsc_card_from(struct rm_card *card) {
    return CONTAINER_OF(card, struct pcsc_card, base);
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
 * Draws conclusions from the status of a call on the card: `broken` (of pcsc_card_leave) means that the link
 * had to be given up, some codes mean the same, some that the card was reset. Returns the status for the
 * caller; a call that succeeded although its link was broken has succeeded.
 */
rm_status pcsc_card_judge(struct pcsc_card *card, LONG code, rm_status broken);

/*
 * The protocol that the service talks with the card now, in the library's numbers, asked of the service.
 * The codes of SCardStatus, as pcsc_card_judge() passes them on.
 */
rm_status pcsc_card_ask_protocol(struct pcsc_card *card, DWORD *out);

/* Gives the connection up; calls answer `why` until it is made again. */
void pcsc_card_lose(struct pcsc_card *card, rm_status why);

/* Takes over protocol and share mode of a successful SCardConnect or SCardReconnect. */
void pcsc_card_adjust(struct pcsc_card *card, DWORD protocol, uint32_t share);

/* Adds a connection to its context's list. */
void pcsc_context_add_card(struct pcsc_context *context, struct pcsc_card *card);

/* Frees the structure and takes it off the context's list; there is no connection left in it. */
void pcsc_card_free(struct pcsc_card *card);

/*
 * Copies the reader's name of the connection with this handle, if it is one that this service has made, into
 * name (room bytes); false: it is not.
 */
bool pcsc_service_find_reader(struct pcsc_service *service, SCARDHANDLE handle, char *name, size_t room);

#endif
