/*
 * A client of the PC/SC service whose driver a card is served to. Where systemd starts pcscd by its socket,
 * nobody listens for cards before a client has come, and the service ends a minute after the last one has
 * gone: this client wakes it and keeps it up. It works on a thread of its own, since the service's library
 * has no bounded wait for a service that does not answer. On Windows the service runs whenever there are
 * readers, so there the client does nothing. serve.c uses it.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_KEEPER_H
#define SCARDSSP_BACKENDS_VPCD_KEEPER_H

#include <stdbool.h>
#include <stddef.h>

#include "rm/rm.h"

/* Makes the service to be a client of, as system_service_create() does. */
typedef rm_status (*keeper_maker)(struct rm_service **out);

#define KEEPER_READERS_MAX 1024u

/* What has become of it. */
struct keeper_report {
    bool done;                        /* the service has answered, or there is none */
    bool no_library;                  /* the maker could not make one */
    rm_status status;                 /* when it is done: RM_OK while the service is kept up, else why not */
    char readers[KEEPER_READERS_MAX]; /* the service's readers at the start, a multi-string; those that fit */
};

struct keeper;

/*
 * Begins to be a client; returns at once. maker NULL: nothing to do. The caller ends it with keeper_end().
 * NULL: nothing to do, or out of memory or threads, and the service is on its own.
 */
struct keeper *keeper_start(keeper_maker maker);

/* How far it has come. keeper NULL: not done, and never will be. */
void keeper_look(struct keeper *keeper, struct keeper_report *out);

/*
 * Leaves the service; waits a second for that at most: a service that does not answer is left behind with the
 * thread. NULL: nothing.
 */
void keeper_end(struct keeper *keeper);

#endif
