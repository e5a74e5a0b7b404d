/*
 * A storm of signals: a thread that interrupts others all the time, whatever they wait in, by a signal whose
 * handler does nothing else than count. Used by test_stress.c.
 */
#ifndef SCARDSSP_TESTS_STRESS_STORM_H
#define SCARDSSP_TESTS_STRESS_STORM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "stress/play.h"

struct storm {
    const struct actor *actors; /* PLAY_THREADS of them, whose threads run until storm_end() at least */
    atomic_bool over;
    pthread_t thread;
};

/* Begins it; fails the test where that is not possible. */
void storm_begin(struct storm *storm, const struct actor *actors);

/* Ends it. Returns how often a thread was interrupted. */
unsigned long storm_end(struct storm *storm);

#endif
