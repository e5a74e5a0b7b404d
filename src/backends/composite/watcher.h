/*
 * Looks out for what happens at the readers of one member, on a thread of its own, while somebody waits for
 * several members: whatever it is, those who wait are woken by the composite's events and look for
 * themselves. A wait for the readers of one member alone needs none. Used by wait.c; member.h has one for
 * each member.
 *
 * The thread comes with the first wait and goes a while after the last. It believes what it has seen last;
 * who believes more of a reader (that it is in use) has it look anew before it counts on being woken.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_WATCHER_H
#define SCARDSSP_BACKENDS_COMPOSITE_WATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "rm/rm.h"
#include "slots/events.h"

/* Opens a context with the member's service. */
typedef rm_status (*composite_watcher_opener)(void *user, struct rm_context **out);

struct composite_watcher {
    composite_watcher_opener open;
    void *user;
    struct slots_events *events; /* of the composite, where those who wait sleep */
    struct lock lock;            /* guards what follows */
    struct lock_bell bell;       /* the thread has begun, ended, or is to look at its orders */
    bool running;                /* there is a thread */
    bool stop;                   /* it is to end */
    bool dozing;                 /* it waits for news, or is about to */
    uint32_t forks;              /* fork_count() of the process whose thread it is */
    uint32_t waiting;            /* how many wait */
    uint32_t asked;              /* looks that were asked for */
    uint32_t looked;             /* how many of them had been when the thread has looked last */
    uint32_t changes;            /* how often the list of readers has changed */
    struct rm_context *context;  /* the thread's, as long as it has one; it is opened and closed by that */
};

/* Makes the watcher of a member, in memory that is zero. */
void composite_watcher_init(struct composite_watcher *watcher, composite_watcher_opener open, void *user,
                            struct slots_events *events);

/* Ends it, with its thread; nobody waits any more. */
void composite_watcher_end(struct composite_watcher *watcher);

/*
 * Somebody begins to wait, until composite_watcher_leave(). anew: what the thread believes does not do. As
 * soon as composite_watcher_is_ready() says so of *ticket, nothing is missed any more; the events are told
 * when that may be. RM_E_NO_MEMORY: there can be no thread, and nobody waits.
 */
rm_status composite_watcher_begin(struct composite_watcher *watcher, bool anew, uint32_t *ticket);

/* Ends what composite_watcher_begin() has begun. */
void composite_watcher_leave(struct composite_watcher *watcher);

/* Whether the thread has looked since. */
bool composite_watcher_is_ready(struct composite_watcher *watcher, uint32_t ticket);

/*
 * Calls the thread off what it waits for, so that it looks anew. To be called again in a moment where it is
 * still not ready: what was to be called off may not have begun.
 */
void composite_watcher_ask(struct composite_watcher *watcher);

/* How often the member's list of readers has changed, as far as the thread has seen. */
uint32_t composite_watcher_changes(struct composite_watcher *watcher);

#endif
