/* Connection attempts that were given up: remembering them and waiting for their end. */
#include "backends/pcsc/attempt.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define PAUSE_MS 10u

struct pcsc_attempt {
    char *reader;
    int socket;
    struct pcsc_attempt *next;
};

void pcsc_attempt_keep(struct pcsc_attempts *attempts, const char *reader, int socket) {
    struct pcsc_attempt *attempt = malloc(sizeof *attempt);
    char *name = strdup(reader);
    if (!attempt || !name || socket < 0) {
        free(attempt);
        free(name);
        if (socket >= 0)
            close(socket);
        return;
    }
    attempt->reader = name;
    attempt->socket = socket;
    lock_take(&attempts->lock);
    attempt->next = attempts->first;
    attempts->first = attempt;
    lock_give(&attempts->lock);
}

static void free_attempt(struct pcsc_attempt *attempt) {
    close(attempt->socket);
    free(attempt->reader);
    free(attempt);
}

/* Has the daemon closed its end? (Receiving is shut on ours, so that alone does not show.) */
static bool is_over(const struct pcsc_attempt *attempt) {
    struct pollfd fd = {.fd = attempt->socket};
    return poll(&fd, 1, 0) > 0 && fd.revents & (POLLHUP | POLLERR | POLLNVAL);
}

/* Drops the attempts that are over; true when one for this reader is not. */
static bool is_pending(struct pcsc_attempts *attempts, const char *reader) {
    bool pending = false;
    lock_take(&attempts->lock);
    for (struct pcsc_attempt **at = &attempts->first; *at;) {
        struct pcsc_attempt *attempt = *at;
        if (is_over(attempt)) {
            *at = attempt->next;
            free_attempt(attempt);
            continue;
        }
        pending |= strcmp(attempt->reader, reader) == 0;
        at = &attempt->next;
    }
    lock_give(&attempts->lock);
    return pending;
}

rm_status pcsc_attempt_await(struct pcsc_attempts *attempts, struct pcsc_watch *watch, const void *owner,
                             const char *reader, struct rm_bound *bound) {
    struct pcsc_watched call;
    rm_status status = RM_OK;
    if (!is_pending(attempts, reader))
        return RM_OK;
    const uint64_t deadline = rm_bound_deadline(bound);
    pcsc_watch_add(watch, &call, owner);
    const uint32_t ticket = pcsc_watch_enter(watch, &call, PCSC_WAIT_SELF, RM_INFINITE);
    while (is_pending(attempts, reader) && !pcsc_watch_is_broken(&call)) {
        if (clock_left(deadline) == 0) {
            status = RM_E_TIMEOUT;
            break;
        }
        pcsc_pause(PAUSE_MS);
    }
    const rm_status broken = pcsc_watch_leave(watch, &call, ticket);
    pcsc_watch_remove(watch, &call);
    return broken != RM_OK ? broken : status;
}

void pcsc_attempt_forget(struct pcsc_attempts *attempts) {
    while (attempts->first) {
        struct pcsc_attempt *attempt = attempts->first;
        attempts->first = attempt->next;
        free_attempt(attempt);
    }
}
