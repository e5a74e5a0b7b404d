/*
 * The client's clock: one thread that says every third of the lease that the sessions are there, asks agents
 * for what was missed, and forgets those that are not heard of. Used by the files of backends/nats/ alone.
 */
#ifndef SCARDSSP_BACKENDS_NATS_KEEPER_H
#define SCARDSSP_BACKENDS_NATS_KEEPER_H

#include "backends/nats/state.h"

/* From now on there is one. Out of threads it is tried again at the next call. */
void nats_keeper_need(struct nats_service *service);

/* Ends it, and waits for that. */
void nats_keeper_end(struct nats_service *service);

#endif
