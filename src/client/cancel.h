/*
 * What ISCardEx::Cancel reaches: the resource-manager contexts in which calls of one object may be blocked at
 * the moment. The attachment has one line in it for as long as it lives, a wait for a change another one
 * while it runs. May be used from any thread; nothing here waits for a blocked call.
 */
#ifndef SCARDSSP_CLIENT_CANCEL_H
#define SCARDSSP_CLIENT_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "rm/rm.h"

struct cancel {
    struct lock lock; /* guards the lines and what they name: no context is cancelled once it is out */
    struct cancel_line *lines;
    struct cancel_line *own; /* the first that was added: the object's, which outlives all others */
    uint32_t forks;          /* fork_count() the lines are from */
    _Atomic uint32_t count;  /* calls of cancel_now() */
};

/* One context. The memory is the caller's; between add and remove only the functions here look into it. */
struct cancel_line {
    struct cancel *list;
    struct rm_context *context;
    bool cancelled;
    struct cancel_line *next;
};

/* Makes an empty list. Nothing has to be done at its end, but that all lines have been removed. */
void cancel_init(struct cancel *cancel);

/*
 * Adds a line for `context` / takes it out; only then may its context be closed. The object's own is added
 * first.
 */
void cancel_add(struct cancel *cancel, struct cancel_line *line, struct rm_context *context);
void cancel_remove(struct cancel_line *line);

/* The line names another context from now on (NULL: none); the former one may be closed when this returns. */
void cancel_change(struct cancel_line *line, struct rm_context *context);

/* Whether cancel_now() has been called since the line was added. */
bool cancel_was_called(struct cancel_line *line);

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
