/*
 * The good-bye of a process that ends with sessions open: by exit(), or from main(), while it still has
 * cards. Agents would hold those until the lease is over. Used by the files of backends/nats/ alone.
 *
 * Who is killed, or ends by _exit(), says nothing: the lease is there for him.
 */
#ifndef SCARDSSP_BACKENDS_NATS_FAREWELL_H
#define SCARDSSP_BACKENDS_NATS_FAREWELL_H

#include "backends/nats/state.h"

/*
 * From now on the end of this process is told to the agents of this service's sessions. Once there is a
 * connection to the server, so that it is said before libnats ends. Once more does nothing.
 */
void farewell_promise(struct nats_service *service);

/* The service ends in good order: there is nothing to be told. */
void farewell_forget(struct nats_service *service);

#endif
