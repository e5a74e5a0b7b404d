/*
 * The client's own copy of which agents there are, which readers they lend and what is in them. With the
 * service's lock held, all of it. Used by the files of backends/nats/ alone.
 */
#ifndef SCARDSSP_BACKENDS_NATS_COPY_H
#define SCARDSSP_BACKENDS_NATS_COPY_H

#include "backends/nats/state.h"
#include "remote/description.h"

/* NULL: there is none of this name. */
struct nats_agent *copy_agent(const struct nats_service *service, const char *name);

/* The same, and it is added if need be; NULL: no memory, or too many. */
struct nats_agent *copy_agent_or_new(struct nats_service *service, const char *name);

/* The reader of an agent by the name it has there; NULL: none is known. */
struct nats_reader *copy_reader_of(const struct nats_agent *agent, const char *name, size_t size);

/* The reader by its full name; NULL: none is listed. */
struct nats_reader *copy_reader(const struct nats_service *service, const char *full);

/* How many readers are listed. */
size_t copy_count(const struct nats_service *service);

/* Takes an agent's description; its readers are known when their news have come. */
void copy_take_description(struct nats_service *service, struct nats_agent *agent,
                           const struct description *description);

/* Takes news of a reader; true: it is one that has to be asked for. */
bool copy_take_news(struct nats_service *service, struct nats_agent *agent, const struct message_news *news,
                    bool asked);

/* Takes a sign of life. */
void copy_take_beat(struct nats_service *service, struct nats_agent *agent, const struct message_news *news);

/* Agents that were not heard of are forgotten; *next as for sleeps. */
void copy_expire(struct nats_service *service, uint64_t now, uint64_t *next);

/* Forgets everything. */
void copy_clear(struct nats_service *service);

#endif
