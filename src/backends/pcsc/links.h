/*
 * What a client of the PC/SC service has: links, and the connections that live in them. Used by context.c and
 * by all calls that need a link.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_LINKS_H
#define SCARDSSP_BACKENDS_PCSC_LINKS_H

#include <stddef.h>

#include "backends/pcsc/api.h"
#include "backends/pcsc/attempt.h"
#include "backends/pcsc/link.h"
#include "backends/pcsc/watch.h"
#include "base/container.h"
#include "base/lock.h"

struct pcsc_card;

#define PCSC_AT_ONCE_MS 1000u /* for an answer to a call that does not wait */

struct pcsc_service {
    struct rm_service base;
    const struct pcsc_api *api;
    struct pcsc_watch watch;
    unsigned forks;                /* pcsc_fork_count() the watch belongs to */
    struct pcsc_attempts attempts; /* connections given up */
    struct lock lock;              /* guards what follows */
    struct pcsc_context *contexts;
};

struct pcsc_context {
    struct rm_context base;
    struct pcsc_service *service;
    struct pcsc_context *next;   /* in the service's list */
    struct lock lock;            /* guards what follows */
    _Atomic SCARDCONTEXT handle; /* of the first link that still works: context_handle(); 0: none */
    struct pcsc_link *links;     /* those nobody uses at the moment */
    struct pcsc_card *cards;
    unsigned forks;       /* pcsc_fork_count() the links belong to */
    _Atomic bool cancels; /* its calls have been cancelled once: they are to end soon when that comes again */
};

/* The context behind the port's pointer. */
static inline struct pcsc_context *pcsc_context_from(struct rm_context *context) {
    return CONTAINER_OF(context, struct pcsc_context, base);
}

/*
 * Takes a link that nobody uses, or opens one; the caller gives it back. first: the one whose handle is
 * reported is preferred (for a connection), otherwise avoided. limit_ms: what opening may take. *fresh: it
 * was opened just now. The codes of pcsc_link_open().
 */
rm_status pcsc_context_borrow(struct pcsc_context *context, bool first, uint32_t limit_ms,
                              struct pcsc_link **out, bool *fresh);

/*
 * What a call may take that has this bound; PCSC_WHILE_ALIVE where that has no end. A daemon that somebody
 * else keeps busy has a moment also where nothing is waited for. Starts its clock.
 */
static inline uint32_t pcsc_limit_of(struct rm_bound *bound) {
    if (bound->timeout_ms == RM_INFINITE)
        return PCSC_WHILE_ALIVE;
    if (bound->timeout_ms == 0)
        return PCSC_AT_ONCE_MS;
    (void)rm_bound_deadline(bound);
    return rm_bound_left(bound);
}

/* Gives a link back; one that is not sound (dead or broken off) is closed. NULL: nothing. */
void pcsc_context_return(struct pcsc_context *context, struct pcsc_link *link, bool sound);

/* In a forked child: forgets the parent's watching thread and attempts. Called at the end of a service. */
void pcsc_service_check_fork(struct pcsc_service *service);

/* The same, and forgets the parent's links. Called at the beginning of every call on a context. */
void pcsc_context_check_fork(struct pcsc_context *context);

#endif
