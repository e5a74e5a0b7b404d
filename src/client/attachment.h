/*
 * The attachment of a card object: its context with the resource manager, its connection, what it remembers
 * to build that connection again, and the transaction it holds. Here live the rules of attaching and of
 * recovery; card.c puts them behind ISCard. Not thread-safe: the card object's lock guards it, but for
 * what is said to need no lock.
 */
#ifndef SCARDSSP_CLIENT_ATTACHMENT_H
#define SCARDSSP_CLIENT_ATTACHMENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "client/cancel.h"
#include "rm/rm.h"

struct attachment {
    struct rm_service *service;
    struct rm_context *context; /* NULL: orphaned, made when it is needed */
    struct rm_card *card;       /* the connection; NULL when there is none */
    char *reader;               /* remembered for reattaching; NULL: not attached */
    uint32_t share;
    uint32_t protocols;          /* preference */
    _Atomic uint32_t timeout_ms; /* of each call to come; no lock needed */
    struct rm_bound bound;       /* of the call that is being made */
    unsigned depth;              /* nested transactions; the resource manager knows only the outermost */
    unsigned holds;              /* it is held for the length of a call, and of an exchange in it */
    bool adopted;                /* the connection was opened by somebody else (AttachByHandle) */
    uint64_t adopted_handle;
    rm_status loss;                   /* what calls answer that need the connection; RM_OK: it can be used */
    struct cancel cancel;             /* no lock needed */
    struct cancel_entry cancel_entry; /* for `context` */
    struct lock reader_lock;          /* taken as well where `reader` changes */
};

/* Opens a context with the service. RM_E_NO_SERVICE, RM_E_NO_MEMORY; then nothing has to be closed. */
rm_status attachment_open(struct attachment *attachment, struct rm_service *service, uint32_t timeout_ms);

/* Begins a call, whose steps share the time that the object has for one. */
static inline void attachment_begin(struct attachment *attachment) {
    attachment->bound =
        (struct rm_bound){.timeout_ms = atomic_load_explicit(&attachment->timeout_ms, memory_order_relaxed)};
}

/*
 * In a forked child, where a thread that exists in the parent only was in the middle of a call: whatever that
 * worked on is left to the parent, with its memory. Calls are answered RM_E_INVALID_HANDLE;
 * attachment_reattach() connects anew.
 */
void attachment_orphan(struct attachment *attachment);

/* Gives everything up: leaves the card as it is; an adopted connection stays with the one who opened it. */
void attachment_close(struct attachment *attachment);

/*
 * RM_OK when the connection can be used; else the code for calls that need one: RM_E_INVALID_HANDLE when
 * nothing is attached, why it cannot be used where a reader is remembered.
 */
static inline rm_status attachment_check(const struct attachment *attachment) {
    return attachment->loss;
}

/*
 * Gives up a former connection (LEAVE) and connects to the card in `reader` (UTF-8). The codes of
 * rm_connect(); after a failure nothing is attached.
 */
rm_status attachment_connect(struct attachment *attachment, const char *reader, uint32_t share,
                             uint32_t protocols);

/*
 * Remembers the reader where attachment_connect() has just found no card: attachment_reattach() connects once
 * one is there, and until then calls return RM_E_NO_SMARTCARD. RM_E_NO_MEMORY: nothing is remembered.
 */
rm_status attachment_remember(struct attachment *attachment, const char *reader, uint32_t share,
                              uint32_t protocols);

/* Takes over a connection; a former one is given up (LEAVE) once this has worked. The codes of rm_adopt(). */
rm_status attachment_adopt(struct attachment *attachment, uint64_t handle);

/*
 * Ends the connection and forgets it. RM_E_INVALID_HANDLE: nothing attached. With LEAVE nothing else can
 * fail.
 */
rm_status attachment_disconnect(struct attachment *attachment, uint32_t disposition);

/*
 * Changes share mode and, by `init`, leaves, resets, powers off and on or ejects the card; after a fault
 * brings the connection back, on the old handle where the service still knows it, else by the reader's name
 * in a new context. RM_OK: the connection works and a transaction held before is held again.
 * RM_W_REMOVED_CARD after an eject. On RM_E_SHARING_VIOLATION, RM_E_TIMEOUT and RM_E_CANCELLED the former
 * connection stays, and its transaction; where only the connection could be kept the code is
 * RM_E_NOT_TRANSACTED. On other failures no transaction is held any more.
 */
rm_status attachment_reattach(struct attachment *attachment, uint32_t share, uint32_t init);

/*
 * Begins or deepens / ends or flattens the transaction. The service is asked at every level, so that the
 * codes of rm_begin() come whatever the depth. RM_E_NOT_TRANSACTED: none to end.
 */
rm_status attachment_lock(struct attachment *attachment);
rm_status attachment_unlock(struct attachment *attachment, uint32_t disposition);

/*
 * Keeps other programs away for the length of one exchange, or of a call that has several / lets them in
 * again. Nests. Nothing happens where they are away already: in a transaction, or where the card is ours
 * alone. The codes of rm_begin(). The end of it never fails: what the service has to tell is told by the
 * calls to come. A transaction that begins meanwhile goes on where the exchange ends.
 */
rm_status attachment_hold(struct attachment *attachment);
void attachment_release(struct attachment *attachment);

/*
 * A copy of the remembered reader's name, NULL when none is known; the caller frees it. No lock needed.
 * RM_E_NO_MEMORY.
 */
rm_status attachment_reader(struct attachment *attachment, char **out);

#endif
