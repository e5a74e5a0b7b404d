/*
 * Threads that use all objects of the library at random while somebody moves cards and breaks services. Every
 * reply has to belong to its command: the commands are numbered, and the card's answer is a function of the
 * number. Used by test_stress.c; actor.c has what a thread does.
 */
#ifndef SCARDSSP_TESTS_STRESS_PLAY_H
#define SCARDSSP_TESTS_STRESS_PLAY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "support/kits/cardtypes.h"
#include "support/worlds/world.h"

#define PLAY_THREADS 16u
#define PLAY_SHARED 3u  /* card objects that several threads use at once */
#define PLAY_READERS 2u /* most threads share the first */

/* What all have in common. */
struct play {
    struct world *world;
    struct cardtypes types;
    wchar_t *readers[PLAY_READERS];
    ISCard *shared[PLAY_SHARED];
    atomic_bool over;
};

/* A thread, and what it has seen. */
struct actor {
    struct play *play;
    unsigned number;
    uint64_t random; /* never 0 */
    uint64_t commands;
    ISCard *card; /* its own */
    ISCardCmd *cmd;
    ISCardISO7816 *builder;
    wchar_t *reader;
    _Atomic unsigned long calls, replies, faults; /* so far */
    pthread_t thread;
};

/* Makes its objects / gives them back; fails the test where that is not possible. */
void actor_begin(struct actor *actor, struct play *play, unsigned number, uint64_t seed);
void actor_end(struct actor *actor);

/* The body of its thread: until play->over. A reply that is not the command's fails the test. */
void *actor_run(void *argument);

/* When all is quiet again, the actor's card and the shared ones answer. */
void actor_must_work(struct actor *actor);

#endif
