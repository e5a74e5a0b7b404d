/* Signals without end: see storm.h. */
#include "stress/storm.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#define PAUSE_NS 250000 /* after each round: the threads are to get on in the meantime */

static _Atomic unsigned long taken;

static void on_signal(int number) {
    (void)number;
    atomic_fetch_add_explicit(&taken, 1, memory_order_relaxed);
}

/* Each in turn, and all at once now and then. */
static void *run(void *argument) {
    struct storm *storm = argument;
    for (unsigned round = 0; !atomic_load(&storm->over); ++round) {
        const unsigned first = round % PLAY_THREADS, count = round % 64 ? 1 : PLAY_THREADS;
        for (unsigned i = 0; i < count; ++i)
            (void)pthread_kill(storm->actors[(first + i) % PLAY_THREADS].thread, SIGUSR1);
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    return NULL;
}

void storm_begin(struct storm *storm, const struct actor *actors) {
    struct sigaction action = {.sa_handler = on_signal}; /* without SA_RESTART */
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    atomic_store(&taken, 0);
    atomic_store(&storm->over, false);
    storm->actors = actors;
    assert_int_equal(pthread_create(&storm->thread, NULL, run, storm), 0);
}

unsigned long storm_end(struct storm *storm) {
    atomic_store(&storm->over, true);
    assert_int_equal(pthread_join(storm->thread, NULL), 0);
    return atomic_load(&taken);
}
