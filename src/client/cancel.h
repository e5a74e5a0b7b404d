/*
 * What ISCardEx::Cancel reaches, and scardssp_locate_cancel(): the resource-manager contexts in which calls
 * of one object may be blocked at the moment. The attachment has one entry in it for as long as it lives, a
 * wait for a change another one while it runs, a search two. May be used from any thread; nothing here waits
 * for a blocked call.
 */
#ifndef SCARDSSP_CLIENT_CANCEL_H
#define SCARDSSP_CLIENT_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "rm/rm.h"

struct cancel {
    struct lock lock; /* guards the entries and what they name: no context is cancelled once it is out */
    struct cancel_entry *entries;
    struct cancel_entry *own; /* the first that was added: the object's, which outlives all others */
    uint32_t forks;           /* fork_count() the entries are from */
    _Atomic uint32_t count;   /* calls of cancel_now() */
};

/* One context. The memory is the caller's; between add and remove only the functions here look into it. */
struct cancel_entry {
    struct cancel *list;
    struct rm_context *context;
    bool cancelled;
    struct cancel_entry *next;
};

/* Makes an empty list. Nothing has to be done at its end, but that all entries have been removed. */
void cancel_init(struct cancel *cancel);

/*
 * Adds an entry for `context` / takes it out; only then may its context be closed. The object's own is added
 * first.
 */
void cancel_add(struct cancel *cancel, struct cancel_entry *entry, struct rm_context *context);
void cancel_remove(struct cancel_entry *entry);

/*
 * The entry names another context from now on (NULL: none); the former one may be closed when this returns.
 */
void cancel_change(struct cancel_entry *entry, struct rm_context *context);

/* Whether cancel_now() has been called since the entry was added. */
bool cancel_was_called(struct cancel_entry *entry);

/*
 * How often cancel_now() has been called: a call that notes it at its beginning sees later whether it is to
 * end. No lock needed.
 */
static inline uint32_t cancel_count(const struct cancel *cancel) {
    return atomic_load_explicit(&cancel->count, memory_order_relaxed);
}

/* Ends all calls that are blocked in one of the contexts: they return RM_E_CANCELLED. */
void cancel_now(struct cancel *cancel);

#endif
