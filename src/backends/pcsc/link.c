/* Opens and closes contexts of the PC/SC library. */
#include "backends/pcsc/link.h"

#include <stdlib.h>
#include <unistd.h>

#include "backends/pcsc/fork.h"
#include "backends/pcsc/socket.h"
#include "pcsclite/map.h"

#define OPEN_TRIES 4

/* A context that is being established. */
struct attempt {
    const struct pcsc_api *api;
    struct pcsc_watch *watch;
    struct pcsc_watched *call; /* what ends it when the daemon is silent */
    uint32_t limit_ms;
    SCARDCONTEXT handle; /* out */
    int library;         /* out: the library's socket, -1: not known */
    ino_t number;        /* out: the kernel's number of it; 0: not known */
    int socket;          /* out: our duplicate, -1: there is none yet */
};

static rm_status establish_announced(struct attempt *attempt, const struct pcsc_sockets *before, int next) {
    const struct pcsc_opening opening = {.before = before, .next = next};
    pcsc_watch_opening(attempt->watch, attempt->call, &opening);
    const uint32_t ticket =
        pcsc_watch_enter(attempt->watch, attempt->call, PCSC_WAIT_DAEMON, attempt->limit_ms);
    const LONG code = attempt->api->establish_context(SCARD_SCOPE_SYSTEM, NULL, NULL, &attempt->handle);
    const rm_status broken = pcsc_watch_leave(attempt->watch, attempt->call, ticket);
    pcsc_watch_opening(attempt->watch, attempt->call, NULL);
    const rm_status status = pcsc_status_from(code);
    if (broken != RM_OK && status == RM_OK)
        attempt->api->release_context(attempt->handle);
    return broken != RM_OK ? broken : status;
}

/*
 * Establishes a context and finds its socket. Other users of the library in this process may do the same at
 * this moment; then it is tried again. Without the socket the link works, but its waits cannot be cut short.
 */
static rm_status establish_among_others(struct attempt *attempt) {
    for (int tries = 1;; tries++) {
        struct pcsc_sockets before;
        int ambiguous = 0;

        pcsc_sockets_note(&before);
        const rm_status status = establish_announced(attempt, &before, -1);
        attempt->socket = status == RM_OK ? pcsc_sockets_find_new(&before, pcsc_watch_pulse(attempt->watch),
                                                                  &attempt->library, &ambiguous)
                                          : -1;
        pcsc_sockets_free(&before);
        attempt->number = attempt->socket >= 0 ? pcsc_sockets_number(attempt->socket) : 0;
        if (status != RM_OK || !ambiguous || tries == OPEN_TRIES)
            return status;
        attempt->api->release_context(attempt->handle);
    }
}

/*
 * The same, quicker by two looks at all descriptors, where the library opens nothing but its socket and
 * nobody else opens anything meanwhile. Few calls have to be ended: the socket is duplicated for the first.
 */
static rm_status establish(struct attempt *attempt) {
    if (atomic_load(&attempt->watch->parked))
        pcsc_watch_wake(attempt->watch); /* now: a thread that begins later would be one that nobody counts */
    attempt->library = pcsc_watch_next(attempt->watch);
    if (attempt->library < 0)
        return establish_among_others(attempt);
    const rm_status status = establish_announced(attempt, NULL, attempt->library);
    if (status != RM_OK)
        return status;
    attempt->number = pcsc_watch_number(attempt->watch, attempt->library);
    if (attempt->number)
        return status;
    attempt->api->release_context(attempt->handle);
    return establish_among_others(attempt);
}

rm_status pcsc_link_open(const struct pcsc_api *api, struct pcsc_watch *watch, const void *owner,
                         uint32_t limit_ms, struct pcsc_link **out) {
    struct pcsc_link *link = calloc(1, sizeof *link);
    /* Others cannot get in meanwhile: nobody is to keep them out for longer. */
    const uint32_t most_ms = limit_ms < PCSC_SILENT_MS ? limit_ms : PCSC_WHILE_ALIVE;
    *out = NULL;
    if (!link)
        return RM_E_NO_MEMORY;
    struct attempt attempt = {
        .api = api, .watch = watch, .call = &link->call, .limit_ms = most_ms, .library = -1, .socket = -1};
    pcsc_watch_add(watch, &link->call, owner);
    rm_status status =
        pcsc_watch_await_daemon(watch, &link->call, limit_ms < PCSC_SILENT_MS ? limit_ms : PCSC_SILENT_MS);
    if (status == RM_OK) {
        pcsc_process_lock(); /* one of us at a time: the new socket found belongs to the new context */
        status = establish(&attempt);
        pcsc_process_unlock();
    }
    if (status != RM_OK) {
        pcsc_watch_remove(watch, &link->call);
        free(link);
        return status;
    }
    link->handle = attempt.handle;
    pcsc_watch_know(watch, &link->call, attempt.library, attempt.number, attempt.socket);
    *out = link;
    return RM_OK;
}

void pcsc_link_close(const struct pcsc_api *api, struct pcsc_watch *watch, struct pcsc_link *link) {
    /*
     * Before the library's own: so the daemon meets the end of the socket when it looks for the next request,
     * and is not woken for it once more. What may have to be shut meanwhile is duplicated again.
     */
    pcsc_watch_let_go(watch, &link->call);
    const uint32_t ticket = pcsc_link_enter(watch, link, PCSC_WAIT_DAEMON, PCSC_WHILE_ALIVE);
    api->release_context(link->handle);
    (void)pcsc_link_leave(watch, link, ticket);
    pcsc_watch_remove(watch, &link->call);
    pcsc_link_forget(link);
}

void pcsc_link_forget(struct pcsc_link *link) {
    if (link->call.socket >= 0)
        close(link->call.socket);
    free(link);
}
