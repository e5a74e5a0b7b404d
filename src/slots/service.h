/*
 * One simulator: its readers, its clients and the numbers their connections are known by. rm.c offers it
 * through the port, sim.c lets a program play the hand at its readers.
 * Order of locks: the service's mutex, then a reader's, then the events' leaf.
 */
#ifndef SCARDSSP_SIM_SERVICE_H
#define SCARDSSP_SIM_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fork.h"
#include "base/lock.h"
#include "rm/rm.h"
#include "slots/events.h"
#include "slots/reader.h"

struct sim_service {
    struct rm_service rm;  /* first: the port's view of it */
    struct fork_part fork; /* told so that a child finds everything whole */
    struct sim_events events;
    struct lock mutex; /* guards what follows */
    struct sim_reader *readers;
    struct sim_connection *connections; /* the table of handles */
    uint64_t last_handle;
    uint64_t list_changes; /* readers plugged and unplugged */
};

/* A client of it. */
struct sim_context {
    struct rm_context rm; /* first */
    struct sim_service *service;
    uint64_t handle;            /* from the same numbers as connections, so that one is never the other */
    struct sim_handle *handles; /* its views of connections (rm.c), guarded by the service's mutex */
    uint32_t cancels;           /* guarded by the events' mutex */
};

static inline struct sim_context *sim_context_of(struct rm_context *context) {
    return (struct sim_context *)(void *)context;
}

/* The calls of the simulator (rm.c). */
extern const struct rm_ops sim_rm_ops;

/* Makes a simulator without readers; NULL: out of memory. Ended by rm_service_release(&service->rm). */
struct sim_service *sim_service_new(void);

/* The simulator behind a service made by sim_service_new(). */
struct sim_service *sim_service_of(struct rm_service *service);

/* Finds a reader by its exact name and takes a reference; NULL: none. Takes the service's mutex. */
struct sim_reader *sim_service_find(struct sim_service *service, const char *name);

/* The call `wait` of the port (wait.c). */
rm_status sim_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                   struct rm_bound *bound);

#endif
