/*
 * Many agents on this machine, each a process of its own with simulated readers of its own: for measurements
 * of what one NATS server serves.
 */
#ifndef SCARDSSP_BENCH_FLEET_H
#define SCARDSSP_BENCH_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FLEET_NAME 40u /* room for the name of a reader at a client */

struct fleet {
    size_t agents, readers; /* of each agent */
    struct fleet_agent {
        pid_t process;
        int hand; /* moves its first card at each byte */
    } * places;
};

/*
 * Starts so many agents, each with so many readers that hold the demo card, and waits until all of them are
 * there, at most a minute. Before this process has other threads. false: they cannot be started; fleet_stop()
 * all the same. *fleet: all zero before.
 */
bool fleet_start(struct fleet *fleet, const char *url, size_t agents, size_t readers);

/* Ends them. */
void fleet_stop(struct fleet *fleet);

/* What a client calls a reader. */
void fleet_reader(char name[FLEET_NAME], size_t agent, size_t reader);

/* Takes the card of an agent's first reader out, and puts it back. false: the agent is gone. */
bool fleet_flick(const struct fleet *fleet, size_t agent);

/* What a process has, of /proc: memory of its own in KiB, and threads. */
struct fleet_load {
    size_t memory_kib, threads;
};
struct fleet_load fleet_load_of(pid_t process);

#endif
