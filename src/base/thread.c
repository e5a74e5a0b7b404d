/* Threads of the library's own, on POSIX: see thread.h. */
#include "base/thread.h"

#include <stdlib.h>

#include "base/quietthread.h"

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
    struct start *start = malloc(sizeof *start);
    if (!start)
        return false;
    *start = (struct start){.run = run, .argument = argument};
    const bool started = quietthread_create(&thread, enter, start);
    if (started)
        pthread_detach(thread);
    else
        free(start);
    return started;
}
