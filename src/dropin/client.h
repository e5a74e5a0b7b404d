/*
 * What stands behind an SCARDCONTEXT: a client of the process's resource manager, its connections and its
 * waits. Waits have a context of the port of their own: SCardCancel ends them, and nothing else that the
 * program does at that moment.
 */
#ifndef SCARDSSP_DROPIN_CLIENT_H
#define SCARDSSP_DROPIN_CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "dropin/handles.h"
#include "rm/rm.h"

struct connection;
struct client_wait;

struct client {
    struct handle handle;
    size_t receive_max;                 /* of the service: what a receive buffer may have at most */
    uint32_t patience_ms;               /* how long calls wait for other users of a reader */
    uint32_t connect_ms;                /* the same for SCardConnect, which never waits without a limit */
    struct rm_context *calls;           /* of the port: everything but waits */
    _Atomic(struct rm_context *) waits; /* NULL until there has been one */
    struct lock lock;                   /* guards what follows */
    bool closed;                        /* the program has released it */
    struct connection *connections;
    struct client_wait *waiting;
};

/* One SCardGetStatusChange that is going on, in the caller's memory. */
struct client_wait {
    struct client_wait *next;
    bool called_off; /* by SCardCancel, or by the end of the client */
};

/* Makes one and its number. RM_E_NO_SERVICE: there is no resource manager, or not the one asked for. */
rm_status client_open(LONG *number);

/* The client of this number, with a reference; NULL: there is none such. Ended by client_leave(). */
struct client *client_enter(LONG number);
void client_leave(struct client *client);

/*
 * Withdraws a client's number and ends its waits: no call finds it any more, it gets no more connections. The
 * number's reference is the caller's. NULL: there is none such. Who ends a context calls context_release()
 * (release.h), which sees to the connections, too.
 */
struct client *client_withdraw(LONG number);

/* Ends all waits that have begun, and returns when they have come back. */
void client_cancel(struct client *client);

/*
 * rm_wait(), until client_cancel(): RM_E_CANCELLED. The client may have been closed: RM_E_INVALID_HANDLE.
 * RM_E_NO_SERVICE, RM_E_NO_MEMORY: the context for waits could not be opened.
 */
rm_status client_wait(struct client *client, struct rm_reader_state *states, size_t count,
                      struct rm_bound *bound);

#endif
