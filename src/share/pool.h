/*
 * The threads of an agent that take requests from its queue and work at them: as few as there are calls that
 * take their time, and one or two more.
 *
 * One thread, the leader, takes a message and works at it in place: no hand-over. A spare one looks every
 * other millisecond, while there is traffic, whether the leader is still at the same message, and then leads
 * itself; who knows that a call will take its time lets it lead at once. So a card that takes ten seconds
 * delays nobody but its own users.
 */
#ifndef SCARDSSP_SHARE_POOL_H
#define SCARDSSP_SHARE_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "remote/transport.h"

/* Works at a message, which it frees. */
typedef void (*pool_worker)(void *user, struct transport_message *message);

/* All zero before pool_start(). */
struct pool {
    struct transport *transport;
    pool_worker work;
    void *user;
    struct lock lock;
    struct lock_bell bell;   /* the spare thread that looks: lead, or look */
    struct lock_bell relief; /* the other spare ones: that one has gone */
    struct lock_bell gone;   /* a thread has ended */
    _Atomic uint32_t post;   /* who leads: a count, times 2, and 1 while the leader is at work */
    _Atomic uint32_t begun;  /* messages */
    _Atomic uint32_t spare;  /* threads without anything to do */
    _Atomic bool asleep;     /* the spare ones are not looking */
    _Atomic bool ended;
    bool vacant; /* nobody leads */
    bool deputy; /* a spare thread looks */
    uint32_t threads;
    _Atomic uint32_t most; /* threads there may be */
};

/* Starts with two threads. false: there can be none. `most`: how many there may be. */
bool pool_start(struct pool *pool, struct transport *transport, pool_worker work, void *user, uint32_t most);

/* From now on there may be so many threads. */
void pool_allow(struct pool *pool, uint32_t most);

/* Called by a worker before what may take its time: another thread takes the next messages. */
void pool_step_aside(struct pool *pool);

/* Ends all threads, when they have finished what they are at. After transport_end_queue(). */
void pool_stop(struct pool *pool);

#endif
