/* Threads of the library's own, on POSIX: see thread.h. */
#include "base/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* What the new thread begins with; freed by it. */
struct start {
    void (*run)(void *argument);
    void *argument;
};

static void *enter(void *argument) {
    const struct start start = *(struct start *)argument;
    free(argument);
    start.run(start.argument);
    return NULL;
}

bool thread_start(void (*run)(void *argument), void *argument) {
    pthread_t thread;
    sigset_t all, before;
    struct start *start = malloc(sizeof *start);
    if (!start)
        return false;
    *start = (struct start){.run = run, .argument = argument};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool started = pthread_create(&thread, NULL, enter, start) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        pthread_detach(thread);
    else
        free(start);
    return started;
}
