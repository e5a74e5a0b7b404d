/* The processes of the stress test beside the one that makes the faults: main.c starts them by these. */
#ifndef SCARDSSP_TESTS_BACKENDS_NATS_STRESS_ROLES_H
#define SCARDSSP_TESTS_BACKENDS_NATS_STRESS_ROLES_H

#include "ledger.h"

/* Where a role gets its orders. */
#define ROLES_ORDERS 0

/* A byte to an agent: which of its readers, and what. */
#define ROLES_PULL 0x10   /* the card, out and in again */
#define ROLES_UNPLUG 0x20 /* the reader, likewise */

/*
 * An agent that lends LEDGER_READERS readers, through the servers of `spec`, until there are no more orders.
 * Returns an exit status.
 */
int roles_agent(struct ledger *ledger, const char *spec, uint32_t number);

/*
 * A client with LEDGER_THREADS card objects that are used until ledger->stop; `life`: which start of it this
 * is, 1 to 255.
 */
int roles_client(struct ledger *ledger, const char *spec, uint32_t number, uint32_t life);

/* Somebody who hears everything, and sends it again at each order, repeated, forged and cut. */
int roles_stranger(struct ledger *ledger, const char *spec);

#endif
