/* The client's clock: see keeper.h. */
#include "backends/nats/keeper.h"

#include <stdio.h>
#include <string.h>

#include "backends/nats/copy.h"
#include "backends/nats/inbox.h"
#include "backends/nats/session.h"
#include "backends/nats/singles.h"
#include "base/clock.h"
#include "base/thread.h"

#define ASK_MS 100u /* between two questions for everything, to one agent */

/* The next session that has to say that it is there; NULL: none. *next as for sleeps. With the lock held. */
static struct nats_session *session_due(struct nats_service *service, uint64_t now, uint64_t *next) {
    for (size_t i = 0; i < service->session_room; i++) {
        struct nats_session *session = service->sessions[i];
        if (!session || !session->opened || session->lost != RM_OK)
            continue;
        const uint64_t due = session->beaten + session->lease_ms / 3;
        if (now >= due) {
            session->beaten = now;
            refcount_take(&session->refs);
            return session;
        }
        *next = due < *next ? due : *next;
    }
    return NULL;
}

static void beat(struct nats_service *service, uint64_t now, uint64_t *next) {
    struct nats_session *session;
    lock_take(&service->lock);
    while ((session = session_due(service, now, next)) != NULL) {
        lock_give(&service->lock);
        nats_session_say(session, MESSAGE_BEAT);
        nats_session_drop(session);
        lock_take(&service->lock);
    }
    lock_give(&service->lock);
}

/* The name of the next agent to be asked; false: none. With the lock held. */
static bool agent_due(struct nats_service *service, uint64_t now, uint64_t *next, char *name) {
    for (struct nats_agent *agent = service->agents; agent; agent = agent->next) {
        if (!agent->stale)
            continue;
        const uint64_t due = agent->asked + ASK_MS;
        if (now >= due) {
            agent->asked = now;
            (void)snprintf(name, MESSAGE_NAME_MAX + 1, "%s", agent->name);
            return true;
        }
        *next = due < *next ? due : *next;
    }
    return false;
}

static void refresh(struct nats_service *service, uint64_t now, uint64_t *next) {
    char name[MESSAGE_NAME_MAX + 1];
    lock_take(&service->lock);
    copy_expire(service, now, next);
    while (agent_due(service, now, next, name)) {
        lock_give(&service->lock);
        inbox_ask_agent(service, name);
        lock_take(&service->lock);
        *next = now + ASK_MS < *next ? now + ASK_MS : *next;
    }
    lock_give(&service->lock);
}

static void run(void *argument) {
    struct nats_service *service = argument;
    lock_take(&service->lock);
    while (!service->stopping) {
        const uint64_t now = clock_ms();
        const uint32_t rung = atomic_load(&service->keeper.rung);
        uint64_t next = now + service->settings.lease_ms;
        lock_give(&service->lock);
        beat(service, now, &next);
        refresh(service, now, &next);
        singles_catch_up(service, now, &next);
        lock_take(&service->lock);
        if (rung == atomic_load(&service->keeper.rung) && !service->stopping)
            (void)lock_sleep(&service->lock, &service->keeper, next);
    }
    service->keeping = false;
    lock_ring(&service->keeper);
    lock_give(&service->lock);
}

void nats_keeper_need(struct nats_service *service) {
    lock_take(&service->lock);
    if (!service->keeping && !service->stopping)
        service->keeping = thread_start(run, service);
    lock_ring(&service->keeper);
    lock_give(&service->lock);
}

void nats_keeper_end(struct nats_service *service) {
    lock_take(&service->lock);
    service->stopping = true;
    lock_ring(&service->keeper);
    while (service->keeping)
        (void)lock_sleep(&service->lock, &service->keeper, CLOCK_NEVER);
    lock_give(&service->lock);
}
