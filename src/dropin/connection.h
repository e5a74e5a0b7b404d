/*
 * What stands behind an SCARDHANDLE: a connection of the port, which carries one call at a time, and the lock
 * that makes any number of threads take turns with it.
 */
#ifndef SCARDSSP_DROPIN_CONNECTION_H
#define SCARDSSP_DROPIN_CONNECTION_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/loan.h"
#include "base/lock.h"
#include "dropin/client.h"
#include "dropin/handles.h"
#include "rm/rm.h"

struct connection {
    struct handle handle;
    LONG number;
    struct client *client;   /* referred to */
    struct connection *next; /* in the client's list, until it ends; guarded by the client's lock */
    _Atomic bool leaving;    /* the program has ended it: who waits with it is to come back */
    struct lock lock;        /* guards what follows; held by whoever makes a call */
    struct loan *answer;     /* room for the largest answer, borrowed for a call that needs it */
    struct rm_card *card;    /* NULL: ended */
};

/*
 * Connects (rm_connect()) and gives the connection a number. RM_E_INVALID_HANDLE: the client has been closed
 * meanwhile. RM_E_NO_MEMORY. The codes of rm_connect(), with RM_E_SHARING_VIOLATION where that says TIMEOUT.
 */
rm_status connection_open(struct client *client, const char *reader, uint32_t share, uint32_t protocols,
                          LONG *number, uint32_t *protocol);

/*
 * The connection of this number, kept for one call, after those of other threads: `card` is not NULL. NULL:
 * there is none such. Ended by connection_leave().
 */
struct connection *connection_enter(LONG number);
void connection_leave(struct connection *connection);

/* rm_disconnect(), after the number has been withdrawn. RM_E_INVALID_HANDLE: there is none such. */
rm_status connection_close(LONG number, uint32_t disposition);

/*
 * The same without a word of what is to become of the card, at the end of its client: a card that is kept in
 * a transaction is reset, as by pcscd.
 */
rm_status connection_abandon(LONG number);

/*
 * The next stretch of a wait for other users of the reader, which may take `whole` in all. Waits are made in
 * stretches so that they end soon after their connection was ended by another thread.
 */
struct rm_bound connection_stretch(const struct rm_bound *whole);

/* rm_status_of(), after other users of the reader. The codes of that and of connection_goes_on(). */
rm_status connection_status(struct connection *connection, struct rm_card_status *out);

/*
 * After a stretch: is there to be another one? If not, *status is what the program is told: waited in vain
 * is RM_E_SHARING_VIOLATION, ended meanwhile RM_E_INVALID_HANDLE. Called once for every stretch.
 */
bool connection_goes_on(const struct connection *connection, struct rm_bound *whole, rm_status *status);

#endif
