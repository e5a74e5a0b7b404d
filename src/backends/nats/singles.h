/*
 * News of each reader by itself, for users whom the server does not let have all news at once
 * (SUBJECT_NEWS): what they may have is listened on one by one. Used by the files of backends/nats/ alone.
 */
#ifndef SCARDSSP_BACKENDS_NATS_SINGLES_H
#define SCARDSSP_BACKENDS_NATS_SINGLES_H

#include "backends/nats/state.h"

/*
 * Listens to agents and readers that have come to be known, as far as it does not yet, and asks now and then
 * which agents there are; nothing where all news come at once. *next as for sleeps. On the keeper's thread,
 * without the lock.
 */
void singles_catch_up(struct nats_service *service, uint64_t now, uint64_t *next);

/* Forgets what is listened on. */
void singles_clear(struct nats_service *service);

#endif
