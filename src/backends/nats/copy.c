/* The client's copy of agents and readers: see copy.h. */
#include "backends/nats/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rm/readerstate.h"

/* Finding */

/* The place of an agent in the list, or where it would be. */
static struct nats_agent **place_of(struct nats_service *service, const char *name) {
    struct nats_agent **at = &service->agents;
    while (*at && strcmp((*at)->name, name) < 0)
        at = &(*at)->next;
    return at;
}

struct nats_agent *copy_agent(const struct nats_service *service, const char *name) {
    struct nats_agent *agent = service->agents;
    while (agent && strcmp(agent->name, name) != 0)
        agent = agent->next;
    return agent;
}

struct nats_agent *copy_agent_or_new(struct nats_service *service, const char *name) {
    struct nats_agent **at = place_of(service, name);
    if (*at && strcmp((*at)->name, name) == 0)
        return *at;
    struct nats_agent *agent = service->agent_count < NATS_AGENTS ? calloc(1, sizeof *agent) : NULL;
    char *copy = agent ? strdup(name) : NULL;
    if (!copy) {
        free(agent);
        return NULL;
    }
    *agent = (struct nats_agent){.name = copy, .heard = clock_ms(), .next = *at};
    agent->lease_ms = service->settings.lease_ms;
    agent->stale = true;
    *at = agent;
    service->agent_count++;
    return agent;
}

struct nats_reader *copy_reader_of(const struct nats_agent *agent, const char *name, size_t size) {
    struct nats_reader *reader = agent->readers;
    while (reader && (strlen(reader->name) != size || memcmp(reader->name, name, size) != 0))
        reader = reader->next;
    return reader;
}

/* FNV-1a */
static size_t bucket_of(const char *full) {
    uint32_t hash = 2166136261u;
    for (; *full; full++)
        hash = (hash ^ (unsigned char)*full) * 16777619u;
    return hash % NATS_BUCKETS;
}

struct nats_reader *copy_reader(const struct nats_service *service, const char *full) {
    struct nats_reader *reader = service->buckets[bucket_of(full)];
    while (reader && !(reader->known && strcmp(reader->full, full) == 0))
        reader = reader->next_alike;
    return reader;
}

size_t copy_count(const struct nats_service *service) {
    size_t count = 0;
    for (const struct nats_agent *agent = service->agents; agent; agent = agent->next)
        for (const struct nats_reader *reader = agent->readers; reader; reader = reader->next)
            count += reader->known;
    return count;
}

/* Readers */

static void news_for_waits(struct nats_service *service) {
    lock_ring(&service->news);
}

static void free_reader(struct nats_reader *reader) {
    free(reader->name);
    free(reader->full);
    free(reader);
}

static void remove_reader(struct nats_service *service, struct nats_agent *agent, struct nats_reader **at) {
    struct nats_reader *reader = *at;
    struct nats_reader **alike = &service->buckets[bucket_of(reader->full)];
    while (*alike != reader)
        alike = &(*alike)->next_alike;
    *alike = reader->next_alike;
    *at = reader->next;
    agent->reader_count--;
    service->list_changes += reader->known;
    free_reader(reader);
    news_for_waits(service);
}

static void remove_swept(struct nats_service *service, struct nats_agent *agent) {
    for (struct nats_reader **at = &agent->readers; *at;) {
        if ((*at)->swept)
            remove_reader(service, agent, at);
        else
            at = &(*at)->next;
    }
}

/* Behind the others. NULL: no memory, or too many. */
static struct nats_reader *add_reader(struct nats_service *service, struct nats_agent *agent,
                                      const char *name, size_t size) {
    const size_t room = size + strlen(agent->name) + 3;
    struct nats_reader **end = &agent->readers;
    if (agent->reader_count == NATS_READERS || size == 0)
        return NULL;
    struct nats_reader *reader = calloc(1, sizeof *reader);
    char *copy = malloc(size + 1), *full = malloc(room);
    if (!reader || !copy || !full) {
        free(reader);
        free(copy);
        free(full);
        return NULL;
    }
    memcpy(copy, name, size);
    copy[size] = '\0';
    (void)snprintf(full, room, "%s @%s", copy, agent->name);
    reader->name = copy;
    reader->full = full;
    struct nats_reader **alike = &service->buckets[bucket_of(full)];
    reader->next_alike = *alike;
    *alike = reader;
    while (*end)
        end = &(*end)->next;
    *end = reader;
    agent->reader_count++;
    return reader;
}

static void remove_readers(struct nats_service *service, struct nats_agent *agent) {
    while (agent->readers)
        remove_reader(service, agent, &agent->readers);
}

/* Sessions with an agent that has been started anew are with nobody. */
static void lose_sessions(struct nats_service *service, const struct nats_agent *agent) {
    for (size_t i = 0; i < service->session_room; i++) {
        struct nats_session *session = service->sessions[i];
        if (!session || !session->opened || session->instance == agent->instance ||
            strcmp(session->agent, agent->name) != 0)
            continue;
        session->lost = RM_E_SERVICE_STOPPED;
        for (struct nats_call *call = session->calls; call; call = call->next)
            lock_ring(&call->bell);
    }
}

/* Which start of the agent speaks. false: an earlier one. */
static bool take_instance(struct nats_service *service, struct nats_agent *agent, uint64_t instance) {
    if (instance < agent->instance)
        return false;
    agent->heard = clock_ms();
    if (instance == agent->instance)
        return true;
    agent->instance = instance;
    agent->news = 0;
    agent->stale = true;
    agent->told = false;
    for (struct nats_reader *reader = agent->readers; reader; reader = reader->next)
        reader->number = reader->needed = 0;
    lose_sessions(service, agent);
    lock_ring(&service->keeper);
    return true;
}

/* Puts a reader of the agent's that is not before `place` there. Returns the place behind it. */
static struct nats_reader **put_at(struct nats_reader **place, struct nats_reader *reader) {
    struct nats_reader **at = place;
    while (*at && *at != reader)
        at = &(*at)->next;
    if (!*at)
        return place; /* it is before: named twice */
    *at = reader->next;
    reader->next = *place;
    *place = reader;
    return &reader->next;
}

void copy_take_description(struct nats_service *service, struct nats_agent *agent,
                           const struct description *description) {
    const uint8_t *at = NULL;
    const char *name;
    size_t size;
    if (!take_instance(service, agent, description->instance) || description->news < agent->news)
        return;
    agent->news = description->news;
    agent->lease_ms = description->lease_ms;
    agent->stale = false;
    agent->told = true;
    for (struct nats_reader *reader = agent->readers; reader; reader = reader->next)
        reader->swept = true;
    /* In the agent's order: news may have told of the last one first. */
    struct nats_reader **place = &agent->readers;
    while ((name = description_reader(description, &at, &size)) != NULL) {
        struct nats_reader *reader = copy_reader_of(agent, name, size);
        if (!reader)
            reader = add_reader(service, agent, name, size);
        if (!reader)
            continue;
        reader->swept = false;
        place = put_at(place, reader);
    }
    remove_swept(service, agent);
    news_for_waits(service);
}

/* The state itself. */
static void set_state(struct nats_service *service, struct nats_reader *reader,
                      const struct message_news *news) {
    service->list_changes += !reader->known;
    reader->known = true;
    reader->denied = false;
    reader->number = news->number;
    reader->state = news->state & ~(uint32_t)RM_STATE_CHANGED;
    reader->atr_size = news->atr_size;
    memcpy(reader->atr, news->atr, news->atr_size);
    news_for_waits(service);
}

/* What was between the last news and these, if anything, was missed. */
static void count_news(struct nats_service *service, struct nats_agent *agent, uint64_t number) {
    if (number > agent->news + 1) {
        agent->stale = true;
        lock_ring(&service->keeper);
    }
    if (number > agent->news)
        agent->news = number;
}

bool copy_take_news(struct nats_service *service, struct nats_agent *agent, const struct message_news *news,
                    bool asked) {
    if (!take_instance(service, agent, news->instance))
        return false;
    if (!asked)
        count_news(service, agent, news->number);
    struct nats_reader *reader = copy_reader_of(agent, news->name, news->name_size);
    if (reader && news->state == RM_STATE_GONE && news->number >= reader->number) {
        reader->swept = true;
        remove_swept(service, agent);
        return false;
    }
    if (!reader && news->state != RM_STATE_GONE)
        reader = add_reader(service, agent, news->name, news->name_size);
    if (!reader)
        return false;
    if (!asked && !reader->known)
        return true;
    if (!reader->known || news->number > reader->number)
        set_state(service, reader, news);
    return false;
}

void copy_take_beat(struct nats_service *service, struct nats_agent *agent, const struct message_news *news) {
    if (!take_instance(service, agent, news->instance))
        return;
    agent->lease_ms = news->lease_ms;
    if (news->number > agent->news || !agent->told) {
        agent->stale = true;
        lock_ring(&service->keeper);
    }
}

/* Agents */

static void remove_agent(struct nats_service *service, struct nats_agent **at) {
    struct nats_agent *agent = *at;
    remove_readers(service, agent);
    *at = agent->next;
    service->agent_count--;
    free(agent->name);
    free(agent);
}

void copy_expire(struct nats_service *service, uint64_t now, uint64_t *next) {
    for (struct nats_agent **at = &service->agents; *at;) {
        const uint64_t end = (*at)->heard + (*at)->lease_ms;
        if (now >= end) {
            remove_agent(service, at);
            continue;
        }
        *next = end < *next ? end : *next;
        at = &(*at)->next;
    }
}

void copy_clear(struct nats_service *service) {
    while (service->agents)
        remove_agent(service, &service->agents);
}
