/*
 * The resource-manager port: the one door between the COM objects and whatever drives a reader.
 *
 * A backend (system PC/SC service, simulator, an IFD driver in the process, a listener for virtual
 * cards, a remote machine, or several of these behind one) is a `struct rm_service` whose calls are one
 * const `struct rm_ops`. The tracer is a backend that wraps another. Only module/ names backends.
 *
 * Language of the port: WinSCard's numbers (status codes, share modes, protocols, dispositions, state
 * bits), UTF-8 text, <stdint.h> types. A backend whose service speaks another dialect translates.
 *
 * Threads: services and contexts may be used from any thread at once. A connection (`struct rm_card`)
 * carries one call at a time; its user serialises. rm_cancel() is the exception: it may be called at any
 * time, from any thread, while other calls of the same context are blocked.
 *
 * Loss: a connection ends without its user where the service ends, the process forks, the reader goes or a
 * wait had to be broken off. Its calls say so by the codes of rm_connection_is_lost(), or by what they know
 * of the card (RM_W_RESET_CARD), and reconnect() by those codes alone: no backend connects by a name that it
 * remembers. Whoever wants the card back disconnects and connects (client/attachment.c).
 *
 * Time: a call waits for other users of the reader within its `struct rm_bound` and then returns
 * RM_E_TIMEOUT; cancelled, it returns RM_E_CANCELLED. One bound serves all calls that one call of an object
 * comes to: what the first has waited is missing to the next. Whoever may have to wait starts the bound's
 * clock before; a transmission that goes straight to the card, or to a service that does not say whether it
 * waits or works, leaves it alone. The bound is on waiting, not on work: a command the card is already
 * executing is never cut off by it (but by rm_cancel()).
 */
#ifndef SCARDSSP_RM_H
#define SCARDSSP_RM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/bound.h"
#include "rm/names.h"
#include "rm/status.h"

#define RM_ATR_MAX 36 /* ISO/IEC 7816-3 §8.2.1 allows 33 bytes; WinSCard's structures hold 36 */

enum rm_share { RM_SHARE_EXCLUSIVE = 1, RM_SHARE_SHARED = 2, RM_SHARE_DIRECT = 3 };

enum rm_protocol { /* bits */
                   RM_PROTOCOL_UNDEFINED = 0,
                   RM_PROTOCOL_T0 = 1,
                   RM_PROTOCOL_T1 = 2,
                   RM_PROTOCOL_RAW = 0x10000
};

enum rm_disposition { RM_LEAVE = 0, RM_RESET = 1, RM_UNPOWER = 2, RM_EJECT = 3 };

enum rm_card_state { /* WinSCard's SCardStatus enumeration */
                     RM_CARD_UNKNOWN = 0,
                     RM_CARD_ABSENT = 1,
                     RM_CARD_PRESENT = 2,
                     RM_CARD_SWALLOWED = 3,
                     RM_CARD_POWERED = 4,
                     RM_CARD_NEGOTIABLE = 5,
                     RM_CARD_SPECIFIC = 6
};

enum rm_reader_bits { /* SCARD_STATE_*; the high 16 bits of a state count insertions and removals */
                      RM_STATE_UNAWARE = 0,
                      RM_STATE_IGNORE = 0x1,
                      RM_STATE_CHANGED = 0x2,
                      RM_STATE_UNKNOWN = 0x4,
                      RM_STATE_UNAVAILABLE = 0x8,
                      RM_STATE_EMPTY = 0x10,
                      RM_STATE_PRESENT = 0x20,
                      RM_STATE_ATRMATCH = 0x40,
                      RM_STATE_EXCLUSIVE = 0x80,
                      RM_STATE_INUSE = 0x100,
                      RM_STATE_MUTE = 0x200,
                      RM_STATE_UNPOWERED = 0x400
};

/*
 * Pseudo reader for rm_wait(): changes when a reader comes or goes (its high 16 bits: the count of readers).
 */
#define RM_PNP_NOTIFICATION "\\\\?PnP?\\Notification"

/* Attributes with a meaning for the layers above (PC/SC part 3, table 3-1). */
#define RM_ATTR_VENDOR_NAME 0x00010100u
#define RM_ATTR_SERIAL_NUMBER 0x00010103u
#define RM_ATTR_CHARACTERISTICS 0x00060150u /* little-endian uint32: 1 swallows, 2 ejects, 4 captures */
#define RM_ATTR_ATR_STRING 0x00090303u
#define RM_ATTR_FRIENDLY_NAME 0x7FFF0003u /* WinSCard's: the reader's name as the service lists it */
#define RM_ATTR_SYSTEM_NAME 0x7FFF0004u
#define RM_CHARACTERISTIC_EJECTS 0x2u

struct rm_ops;

/* A backend. Made by the backend's own creator, ended by rm_service_release(). */
struct rm_service {
    const struct rm_ops *ops;
    const char *name;   /* "pcsc", "sim", ... for traces and messages */
    size_t receive_max; /* largest receive buffer transmit() takes, in bytes */
};

/* A client of a service: what SCardEstablishContext makes. */
struct rm_context {
    const struct rm_ops *ops;
};

/* A connection to the card in one reader. Its members are kept by the backend. */
struct rm_card {
    const struct rm_ops *ops;
    uint32_t protocol; /* in use */
    bool locked;       /* a transaction of rm_begin() is held, as far as the calls so far have found out */
};

/* One reader in rm_wait(). */
struct rm_reader_state {
    const char *reader;      /* in: UTF-8 name */
    uint32_t current;        /* in: what the caller believes */
    uint32_t event;          /* out: what is, with RM_STATE_CHANGED where it differs */
    uint8_t atr[RM_ATR_MAX]; /* out */
    size_t atr_size;         /* out: 0 without a card */
};

/* What rm_status_of() tells. */
struct rm_card_status {
    enum rm_card_state state;
    uint32_t protocol;
    uint8_t atr[RM_ATR_MAX];
    size_t atr_size;
};

/*
 * The calls of a backend. Every member is set (no NULLs); a backend without a feature answers
 * RM_E_UNSUPPORTED_FEATURE. All pointers are valid and all enumerations in range: callers have checked.
 * Out-parameters are written on success only, unless said otherwise.
 */
struct rm_ops {
    /* Ends the service; all its contexts have been closed before. */
    void (*service_release)(struct rm_service *service);

    /*
     * Opens a context; a service that does not answer is waited for within the bound, and no longer than the
     * backend's own patience. RM_E_NO_SERVICE: nothing there to talk to. RM_E_TIMEOUT. RM_E_NO_MEMORY.
     */
    rm_status (*context_open)(struct rm_service *service, struct rm_bound *bound, struct rm_context **out);

    /* Closes it, with whatever connections it still has (LEAVE). Never fails; frees `context`. */
    void (*context_close)(struct rm_context *context);

    /* The number the service's own API knows the context by; 0 when there is none such. */
    uint64_t (*context_handle)(const struct rm_context *context);

    /*
     * Wakes every blocked call of this context with RM_E_CANCELLED. Nothing blocked: no effect. A command
     * that the card has and does not answer in a moment is given up where the service lets go of it: nobody
     * knows what becomes of it, and the connection's calls return RM_W_RESET_CARD until reconnect().
     */
    void (*cancel)(struct rm_context *context);

    /*
     * Appends the names of all readers / of all groups of readers, in the service's order. None: RM_OK,
     * nothing appended. A service that does not answer is waited for as context_open() does. On failure *out
     * is as it was. RM_E_NO_SERVICE, RM_E_TIMEOUT, RM_E_NO_MEMORY.
     */
    rm_status (*list_readers)(struct rm_context *context, struct rm_bound *bound, struct names *out);
    rm_status (*list_groups)(struct rm_context *context, struct rm_bound *bound, struct names *out);

    /*
     * Waits until a reader differs from what the caller believes (SCardGetStatusChange). Always fills
     * event, atr and atr_size. RM_E_TIMEOUT: no change. RM_E_UNKNOWN_READER, RM_E_CANCELLED.
     */
    rm_status (*wait)(struct rm_context *context, struct rm_reader_state *states, size_t count,
                      struct rm_bound *bound);

    /*
     * Connects. `protocols` is a set; the backend picks one and stores it in (*out)->protocol.
     * RM_E_UNKNOWN_READER, RM_E_NO_SMARTCARD, RM_E_SHARING_VIOLATION, RM_E_PROTO_MISMATCH,
     * RM_W_UNPOWERED_CARD, RM_W_UNRESPONSIVE_CARD, RM_E_TIMEOUT, RM_E_CANCELLED, RM_E_NO_SERVICE.
     */
    rm_status (*connect)(struct rm_context *context, const char *reader, uint32_t share, uint32_t protocols,
                         struct rm_bound *bound, struct rm_card **out);

    /*
     * Takes over a connection that the caller opened with the service's own API.
     * RM_E_INVALID_HANDLE: no such connection. RM_E_TIMEOUT, RM_E_CANCELLED, RM_E_UNSUPPORTED_FEATURE.
     */
    rm_status (*adopt)(struct rm_context *context, uint64_t handle, struct rm_bound *bound,
                       struct rm_card **out);

    /* The number the service's own API knows the connection by; 0 when it is lost. */
    uint64_t (*card_handle)(const struct rm_card *card);

    /* UTF-8 name of the reader; belongs to the connection. */
    const char *(*reader_name)(const struct rm_card *card);

    /*
     * Changes share mode and protocol and initialises the card (SCardReconnect); clears a reset or removal
     * notice. `init` is LEAVE, RESET or UNPOWER. On failure the connection keeps its former share mode where
     * it still exists. A held transaction stays held; where that cannot be, `locked` says so.
     * Codes as connect(); RM_W_UNPOWERED_CARD: init UNPOWER powers the card up. RM_E_INVALID_HANDLE and other
     * codes of rm_connection_is_lost(): there is no connection any more.
     */
    rm_status (*reconnect)(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                           struct rm_bound *bound);

    /*
     * Ends the connection and frees `card`, whatever the code. Open transactions end with it.
     * Codes report what became of the disposition, which may have to wait for other users of the reader.
     */
    rm_status (*disconnect)(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);

    /* Frees `card` but leaves the service's connection to the one who opened it (see adopt). */
    void (*abandon)(struct rm_card *card);

    /*
     * Leaves a connection, made by connect() and not used yet, to the program, and with it the context that
     * the service keeps it in: the program knows both by their numbers in the service's own API and may end
     * them there, which leaves nothing behind here. *context: the latter's number; card_handle() has told the
     * former's. Frees `card`. RM_E_UNSUPPORTED_FEATURE: the program could not do that; then nothing has
     * happened.
     */
    rm_status (*hand_out)(struct rm_card *card, uint64_t *context);

    /* Ends a context that was handed out, with its connection (LEAVE), unless the program has. */
    void (*take_back)(struct rm_service *service, uint64_t context);

    /* Begins a transaction. The codes of transmit(); RM_E_TIMEOUT when another keeps the reader. */
    rm_status (*begin)(struct rm_card *card, struct rm_bound *bound);

    /*
     * Ends one level of it; a service that does not answer is waited for within the bound, and the connection
     * is lost then. RM_E_NOT_TRANSACTED when there is none. RM_W_RESET_CARD, RM_W_UNPOWERED_CARD: the
     * service tells that first and keeps the level (`locked`), which is ended by another call, after
     * reconnect().
     */
    rm_status (*end)(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);

    /*
     * State, protocol and ATR. A reset by another client: RM_W_RESET_CARD, a missing card:
     * RM_W_REMOVED_CARD. RM_E_READER_UNAVAILABLE, RM_E_TIMEOUT.
     */
    rm_status (*status)(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound);

    /*
     * Sends one command (the protocol's own unit: TPDU for T=0, APDU for T=1) and receives the answer.
     * nad: node address, used with T=1 only. *receive_size in: room (never above receive_max); out: bytes
     * received, 0 on failure. RM_W_RESET_CARD, RM_W_REMOVED_CARD, RM_W_UNPOWERED_CARD,
     * RM_W_UNRESPONSIVE_CARD, RM_E_NOT_TRANSACTED (transport error), RM_E_INSUFFICIENT_BUFFER,
     * RM_E_TIMEOUT, RM_E_SHARING_VIOLATION, RM_E_READER_UNAVAILABLE, RM_E_SERVICE_STOPPED, RM_E_NO_SERVICE.
     */
    rm_status (*transmit)(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                          uint8_t *receive, size_t *receive_size, struct rm_bound *bound);

    /* SCardControl: `code` in WinSCard's numbering. *receive_size as above; RM_E_TIMEOUT. */
    rm_status (*control)(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                         uint8_t *receive, size_t *receive_size, struct rm_bound *bound);

    /*
     * *size in: room, out: bytes of the attribute. RM_E_UNSUPPORTED_FEATURE, RM_E_INSUFFICIENT_BUFFER,
     * RM_E_TIMEOUT.
     */
    rm_status (*get_attrib)(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                            struct rm_bound *bound);
    rm_status (*set_attrib)(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                            struct rm_bound *bound);
};

/*
 * Does the code say that the context is dead, not only a connection in it: the service is gone, or another
 * one?
 */
static inline bool rm_context_is_lost(rm_status status) {
    return status == RM_E_NO_SERVICE || status == RM_E_SERVICE_STOPPED || status == RM_E_INVALID_HANDLE;
}

/* Does it say that the connection is gone? Some services have no better word for it than the last two. */
static inline bool rm_connection_is_lost(rm_status status) {
    return rm_context_is_lost(status) || status == RM_E_READER_UNAVAILABLE || status == RM_E_UNKNOWN_READER ||
           status == RM_E_INVALID_VALUE || status == RM_F_COMM_ERROR;
}

/* The calls as functions: what they do and return is said at struct rm_ops. */

static inline void rm_service_release(struct rm_service *service) {
    if (service)
        service->ops->service_release(service);
}
static inline rm_status rm_context_open(struct rm_service *service, struct rm_bound *bound,
                                        struct rm_context **out) {
    return service->ops->context_open(service, bound, out);
}
static inline void rm_context_close(struct rm_context *context) {
    if (context)
        context->ops->context_close(context);
}
static inline uint64_t rm_context_handle(const struct rm_context *context) {
    return context->ops->context_handle(context);
}
static inline void rm_cancel(struct rm_context *context) {
    context->ops->cancel(context);
}
static inline rm_status rm_list_readers(struct rm_context *context, struct rm_bound *bound,
                                        struct names *out) {
    return context->ops->list_readers(context, bound, out);
}
static inline rm_status rm_list_groups(struct rm_context *context, struct rm_bound *bound,
                                       struct names *out) {
    return context->ops->list_groups(context, bound, out);
}
static inline rm_status rm_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                                struct rm_bound *bound) {
    return context->ops->wait(context, states, count, bound);
}
static inline rm_status rm_connect(struct rm_context *context, const char *reader, uint32_t share,
                                   uint32_t protocols, struct rm_bound *bound, struct rm_card **out) {
    return context->ops->connect(context, reader, share, protocols, bound, out);
}
static inline rm_status rm_adopt(struct rm_context *context, uint64_t handle, struct rm_bound *bound,
                                 struct rm_card **out) {
    return context->ops->adopt(context, handle, bound, out);
}
static inline uint64_t rm_card_handle(const struct rm_card *card) {
    return card->ops->card_handle(card);
}
static inline const char *rm_reader_name(const struct rm_card *card) {
    return card->ops->reader_name(card);
}
static inline rm_status rm_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                     struct rm_bound *bound) {
    return card->ops->reconnect(card, share, protocols, init, bound);
}
static inline rm_status rm_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    return card->ops->disconnect(card, disposition, bound);
}
static inline void rm_abandon(struct rm_card *card) {
    card->ops->abandon(card);
}
static inline rm_status rm_hand_out(struct rm_card *card, uint64_t *context) {
    return card->ops->hand_out(card, context);
}
static inline void rm_take_back(struct rm_service *service, uint64_t context) {
    service->ops->take_back(service, context);
}
static inline rm_status rm_begin(struct rm_card *card, struct rm_bound *bound) {
    return card->ops->begin(card, bound);
}
static inline rm_status rm_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    return card->ops->end(card, disposition, bound);
}
static inline rm_status rm_status_of(struct rm_card *card, struct rm_card_status *out,
                                     struct rm_bound *bound) {
    return card->ops->status(card, out, bound);
}
static inline rm_status rm_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                                    uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    return card->ops->transmit(card, nad, send, send_size, receive, receive_size, bound);
}
static inline rm_status rm_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                                   uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    return card->ops->control(card, code, send, send_size, receive, receive_size, bound);
}
static inline rm_status rm_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                                      struct rm_bound *bound) {
    return card->ops->get_attrib(card, id, value, size, bound);
}
static inline rm_status rm_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                                      struct rm_bound *bound) {
    return card->ops->set_attrib(card, id, value, size, bound);
}

#endif
