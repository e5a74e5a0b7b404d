/*
 * One resource manager and its clients from the inside: readers, connections, the numbers they are known by.
 * service.c makes them, wait.c and plug.c work on them.
 * Order of locks: the service's mutex, then a reader's, then a slot's, then the events' leaf.
 */
#ifndef SCARDSSP_SLOTS_CLIENT_H
#define SCARDSSP_SLOTS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/container.h"
#include "base/fork.h"
#include "base/lock.h"
#include "rm/rm.h"
#include "slots/events.h"
#include "slots/reader.h"

struct slots_service {
    struct rm_service base; /* the port's view of it */
    struct fork_part fork;  /* told so that a child finds everything whole */
    void *owner;            /* what the backend knows of the service */
    /* Ends that, before the service gives its readers up; NULL: there is none. */
    void (*release_owner)(void *owner);
    struct slots_events events;
    struct lock mutex; /* guards what follows */
    struct slots_reader *readers;
    struct slots_connection *connections; /* the table of handles */
    uint64_t list_changes;                /* readers plugged and unplugged */
};

/* A client of it. */
struct slots_context {
    struct rm_context base;
    struct slots_service *service;
    uint64_t handle;              /* from the same numbers as connections, so that one is never the other */
    struct slots_handle *handles; /* its views of connections (service.c), guarded by the service's mutex */
    uint32_t cancels;             /* guarded by the events' mutex */
};

static inline struct slots_context *slots_context_of(struct rm_context *context) {
    return CONTAINER_OF(context, struct slots_context, base);
}

#endif
