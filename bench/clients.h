/*
 * Many clients on this machine: processes of their own, each with card objects that are attached to readers
 * of a fleet (fleet.h), a session each. For measurements of what one NATS server serves.
 */
#ifndef SCARDSSP_BENCH_CLIENTS_H
#define SCARDSSP_BENCH_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct clients {
    size_t count, sessions; /* processes, and sessions of each */
    struct client {
        pid_t process;
        int orders, answers;
    } * places;
};

/* Where the sessions go. */
struct clients_plan {
    const char *url;
    size_t agents, readers; /* of each agent: sessions are spread over all of them in turn */
};

/*
 * Starts the processes, which do nothing yet. Before this one has other threads. false: they cannot be
 * started; clients_stop() all the same. *clients: all zero before.
 */
bool clients_start(struct clients *clients, const struct clients_plan *plan, size_t count, size_t sessions);

/* Attaches all their card objects; returns how many ms the slowest took for its own; below 0: failed. */
double clients_attach(const struct clients *clients);

/* Sends commands for so long, by `threads` threads of each; returns commands a second; below 0: failed. */
double clients_work(const struct clients *clients, unsigned ms, unsigned threads);

/* Ends them in good order, so that their sessions are closed. */
void clients_stop(struct clients *clients);

#endif
