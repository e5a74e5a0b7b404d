/* What a process says that ends with sessions open: see farewell.h. */
#include "backends/nats/farewell.h"

#include <stdlib.h>

#include "backends/nats/session.h"
#include "base/clock.h"

#define LOCK_MS 200u  /* for a thread that is in the middle of something, or will never come out of it */
#define FLUSH_MS 500u /* for the server to have it */

/* Services with a promise, and whether the process has it in its list of what to do at its end. */
static struct lock guard;
static struct nats_service *services;
static bool promised;

/* Other threads may be at work still, and need not come to an end. */
static bool take_soon(struct lock *lock) {
    const struct lock_limit limit = {.deadline = clock_deadline(LOCK_MS)};
    return lock_try(lock) || lock_wait(lock, &limit) <= LOCK_INHERITED;
}

/* The next session that an agent holds cards for; a reference is the caller's. NULL: none. */
static struct nats_session *next_session(struct nats_service *service) {
    struct nats_session *found = NULL;
    if (!take_soon(&service->lock))
        return NULL;
    for (size_t i = 0; i < service->session_room && !found; i++) {
        struct nats_session *session = service->sessions[i];
        if (session && session->opened && !session->parted && session->lost != RM_E_SERVICE_STOPPED)
            found = session;
    }
    if (found) {
        found->parted = true;
        refcount_take(&found->refs);
    }
    lock_give(&service->lock);
    return found;
}

static void say(struct nats_service *service) {
    struct nats_session *session;
    bool any = false;
    while (transport_is_up(service->transport) && (session = next_session(service)) != NULL) {
        nats_session_say(session, MESSAGE_GONE);
        nats_session_drop(session);
        any = true;
    }
    if (any)
        (void)transport_flush(service->transport, FLUSH_MS);
}

/* At the end of the process. A child made by fork() has no sessions: they are its parent's. */
static void say_all(void) {
    if (!take_soon(&guard))
        return;
    for (struct nats_service *service = services; service; service = service->next_leaving)
        if (nats_is_ours(service))
            say(service);
    lock_give(&guard);
}

void farewell_promise(struct nats_service *service) {
    lock_take(&guard);
    if (!promised)
        promised = atexit(say_all) == 0;
    if (!service->leaving) {
        service->leaving = true;
        service->next_leaving = services;
        services = service;
    }
    lock_give(&guard);
}

void farewell_forget(struct nats_service *service) {
    lock_take(&guard);
    struct nats_service **at = &services;
    while (*at && *at != service)
        at = &(*at)->next_leaving;
    if (*at)
        *at = service->next_leaving;
    lock_give(&guard);
}
