/*
 * Who works for a connection at Windows' smart card service: a context of it, the connection made in that,
 * and a thread for those calls that may have to wait for another program. The service knows no bounds. A call
 * that outlives its own goes on without us: the worker stays, and its next call waits for the end of that
 * one, within its own bound. So only calls that may come late go this way, a command for the card never
 * (card.c). Used by the other files of this backend.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_WORKER_H
#define SCARDSSP_BACKENDS_WINSCARD_WORKER_H

#include <stdatomic.h>

#include "backends/winscard/api.h"

#define WINSCARD_BUFFER_MAX 65548u /* bytes that a call sends or receives at most */

struct winscard_worker;

enum winscard_call {
    WINSCARD_CONNECT,
    WINSCARD_RECONNECT,
    WINSCARD_DISCONNECT,
    WINSCARD_BEGIN,
    WINSCARD_STATUS,
    WINSCARD_LEARN, /* SCardStatus for the reader's name */
    WINSCARD_CONTROL,
    WINSCARD_GET_ATTRIB,
    WINSCARD_SET_ATTRIB
};

/* A call. What it points to belongs to the caller, and is copied where a thread makes it. */
struct winscard_request {
    enum winscard_call call;
    bool direct;             /* nobody can make it wait: made by the caller's own thread */
    bool under_way;          /* out: RM_E_TIMEOUT and RM_E_CANCELLED mean that it goes on */
    const wchar_t *reader;   /* connect */
    DWORD share, protocols;  /* connect, reconnect */
    DWORD disposition;       /* reconnect, disconnect */
    DWORD code;              /* control, attributes */
    const uint8_t *send;     /* control, set attribute */
    DWORD send_size;         /* the same */
    uint8_t *receive;        /* control, get attribute, learn (wide characters) */
    DWORD receive_size;      /* the same; in: room in bytes, out: what the service says, never trusted */
    DWORD protocol;          /* out of connect, reconnect, status, learn */
    DWORD state;             /* out of status, learn */
    uint8_t atr[RM_ATR_MAX]; /* out of status, learn */
    DWORD atr_size;          /* the same */
};

/* How long a call of the port may wait in all, and who may end it. */
struct winscard_limit {
    struct rm_bound *call; /* as it came */
    uint64_t deadline;     /* of the waits: that of the call, or a little later (winscard_context_limit()) */
    const atomic_uint *cancels; /* ends the wait when it is not `seen` any more */
    unsigned seen;
};

/* Makes a worker. RM_E_NO_MEMORY, and the codes of winscard_worker_establish(). */
rm_status winscard_worker_open(const struct winscard_api *api, struct winscard_worker **out);

/*
 * SCardEstablishContext. RM_E_NO_SERVICE: there is no service that can be talked to, whatever the reason that
 * the system gives. RM_E_NO_MEMORY, RM_E_SERVER_TOO_BUSY and other codes that do not say so.
 */
rm_status winscard_worker_establish(const struct winscard_api *api, SCARDCONTEXT *out);

/*
 * Ends it; the connection made in it with LEAVE, if it still has one. With a call under way that is left to
 * the thread, which nobody waits for. NULL does nothing, nor does anything happen where the process is
 * ending.
 */
void winscard_worker_close(struct winscard_worker *worker);

/*
 * Leaves the worker's context (its number) and the connection in it to somebody else: the worker has nothing
 * left but to be closed. false: a call is under way; nothing has happened.
 */
bool winscard_worker_cut(struct winscard_worker *worker, uint64_t *context);

/* The connection; 0: none. */
SCARDHANDLE winscard_worker_handle(const struct winscard_worker *worker);

/*
 * Ends the connection with LEAVE, also under a call that is under way and then ends as well; for Wine, see
 * share_again().
 */
void winscard_worker_drop(struct winscard_worker *worker);

/* Sets a connection that was not made here: whoever made it keeps it when the worker ends. */
void winscard_worker_lend(struct winscard_worker *worker, SCARDHANDLE handle);

/* A connection that was lent is to be ended with the worker all the same. */
void winscard_worker_claim(struct winscard_worker *worker);

/*
 * Makes the call; its code, translated. RM_E_TIMEOUT, RM_E_CANCELLED: see under_way. RM_E_NO_MEMORY;
 * RM_E_INVALID_PARAMETER: too much to send. RM_E_SYSTEM_CANCELLED: the process is ending, its threads are no
 * more.
 */
rm_status winscard_worker_call(struct winscard_worker *worker, struct winscard_request *request,
                               const struct winscard_limit *limit);

/*
 * Has the service end a call that a thread of the caller's is in, by SCardCancel, when a moment has not ended
 * it: one that the card does not answer comes back then, where the service can do that. Does not wait. There
 * is no such call: nothing happens.
 */
void winscard_worker_cancel(struct winscard_worker *worker);

/* Says that a call of the caller's own thread begins / has ended, for winscard_worker_cancel(). */
void winscard_worker_enter(struct winscard_worker *worker);
void winscard_worker_leave(struct winscard_worker *worker);

/*
 * SCardEndTransaction, by the caller's thread: for who holds the transaction. The worker counts the levels
 * that the service may have, because no rule says when it nests them, keeps them over a reconnection, or lets
 * go of one that it calls reset.
 */
rm_status winscard_worker_end(struct winscard_worker *worker, DWORD disposition);

/* Ends with LEAVE all levels that the service may have. RM_OK: there were none, or none is left. */
rm_status winscard_worker_end_all(struct winscard_worker *worker);

/* The service may have one more level of a transaction than was begun here. */
void winscard_worker_owe(struct winscard_worker *worker);

/*
 * Waits until no connecting to the reader is under way on workers that were closed: such a one would still
 * get hold of the card for a moment. RM_OK, RM_E_TIMEOUT, RM_E_CANCELLED.
 */
rm_status winscard_worker_await_others(const wchar_t *reader, const struct winscard_limit *limit);

/* RM_E_CANCELLED, RM_E_TIMEOUT, or RM_OK while the bound allows to wait on. */
rm_status winscard_limit_check(const struct winscard_limit *limit);

#endif
