/* News of each reader by itself: see singles.h. */
#include "backends/nats/singles.h"

#include <stdlib.h>
#include <string.h>

#include "backends/nats/inbox.h"
#include "remote/subject.h"

#define LOOK_LEASES 5u /* between two questions of who is there */

/* Takes note of a subject. false: it was listened on before, or there is no room. With the lock held. */
static bool note(struct nats_service *service, const char *subject) {
    for (size_t i = 0; i < service->single_count; i++)
        if (strcmp(service->singles[i], subject) == 0)
            return false;
    char *copy = service->single_count < NATS_SINGLES ? strdup(subject) : NULL;
    if (copy)
        service->singles[service->single_count++] = copy;
    return copy != NULL;
}

/* The next agent to be listened to, for its signs of life. With the lock held. */
static bool next_agent(struct nats_service *service, char *news) {
    for (struct nats_agent *agent = service->agents; agent; agent = agent->next) {
        if (agent->single)
            continue;
        agent->single = true;
        if (subject_of_news(agent->name, NULL, news) && note(service, news))
            return true;
    }
    return false;
}

/* The next reader to be listened to: where its news come, and where it is asked. With the lock held. */
static bool next_reader(struct nats_service *service, char *news, char *questions) {
    for (struct nats_agent *agent = service->agents; agent; agent = agent->next)
        for (struct nats_reader *reader = agent->readers; reader; reader = reader->next) {
            if (!reader->known || reader->single)
                continue;
            reader->single = true;
            if (subject_of_news(agent->name, reader->name, news) &&
                subject_of_reader(agent->name, reader->name, questions) && note(service, news))
                return true;
        }
    return false;
}

/* The next of either; *questions is empty for an agent. */
static bool take_next(struct nats_service *service, char *news, char *questions) {
    questions[0] = '\0';
    lock_take(&service->lock);
    const bool found = next_agent(service, news) || next_reader(service, news, questions);
    lock_give(&service->lock);
    return found;
}

/* Agents that come later are heard of by nobody who does not know their names. */
static void look_around(struct nats_service *service, uint64_t now, uint64_t *next) {
    const uint64_t pause = (uint64_t)service->settings.lease_ms * LOOK_LEASES;
    if (!service->looked_at)
        service->looked_at = now;
    if (now >= service->looked_at + pause) {
        service->looked_at = now;
        inbox_ask(service, SUBJECT_AGENTS, MESSAGE_WHO, NATS_REPLY_WHO);
    }
    *next = service->looked_at + pause < *next ? service->looked_at + pause : *next;
}

void singles_catch_up(struct nats_service *service, uint64_t now, uint64_t *next) {
    char news[SUBJECT_ROOM], questions[SUBJECT_ROOM];
    lock_take(&service->lock);
    const bool single = service->single;
    lock_give(&service->lock);
    if (!single)
        return;
    while (take_next(service, news, questions)) {
        (void)transport_listen(service->transport, news, inbox_take_news, service);
        /* What has happened since it was last asked was told to nobody. */
        if (*questions)
            inbox_ask(service, questions, MESSAGE_ASK, NATS_REPLY_CALL);
    }
    look_around(service, now, next);
}

void singles_clear(struct nats_service *service) {
    while (service->single_count)
        free(service->singles[--service->single_count]);
}
