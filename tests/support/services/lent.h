/*
 * Readers that are lent by an agent, through a NATS server, to clients in this process or another: for tests
 * of what stands on them. Not on Windows.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_LENT_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_LENT_H

#include "share/share.h"
#include "support/services/nats_server.h"

#define LENT_AGENT "lent"
#define LENT_BEHIND " @" LENT_AGENT /* what a reader's name has more than it had */

struct lent {
    struct nats_server server;
    struct settings settings; /* of the agent */
    struct share *agent;
    struct rm_service *client;
};

/*
 * Starts a server, an agent of the name LENT_AGENT that lends the readers of `service`, and a client. All
 * zero before, but for what the server is to have. false: why says what is missing.
 */
bool lent_start(struct lent *lent, struct rm_service *service, char *why, size_t why_size);

/* The agent alone: starts it, once more. */
bool lent_agent_start(struct lent *lent, struct rm_service *service, char *why, size_t why_size);

/* Another client. NULL: it cannot be made. */
struct rm_service *lent_client(const struct lent *lent);

/* Ends client, agent and server, as far as they are there. */
void lent_stop(struct lent *lent);

/*
 * Waits until the client sees the reader as `service` does, whose name for it is `reader`: present or not,
 * and with the same count of insertions. false: not within ten seconds.
 */
bool lent_is_seen(const struct lent *lent, struct rm_service *service, const char *reader);

#endif
