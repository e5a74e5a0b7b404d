/* Threads at work for a time: see workers.h. */
#include "workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#include "pairs.h"

struct worker {
    pthread_t thread;
    workers_step step;
    void *subject;
    uint64_t done;
    bool failed;
};

static atomic_bool ended;

static void *run(void *argument) {
    struct worker *worker = argument;
    while (!atomic_load_explicit(&ended, memory_order_relaxed) && !worker->failed) {
        worker->failed = !worker->step(worker->subject);
        worker->done += !worker->failed;
    }
    return NULL;
}

double workers_run(workers_step step, void *subjects, size_t size, size_t count, unsigned ms) {
    static struct worker workers[WORKERS_MAX];
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    uint64_t done = 0;
    bool failed = count > WORKERS_MAX;
    size_t started = 0;
    atomic_store(&ended, false);
    const uint64_t begun = now_ns();
    for (; started < count && !failed; started++) {
        workers[started] = (struct worker){.step = step, .subject = (char *)subjects + started * size};
        failed = pthread_create(&workers[started].thread, NULL, run, &workers[started]) != 0;
    }
    started -= failed && started > 0;
    if (!failed)
        (void)nanosleep(&time, NULL);
    atomic_store(&ended, true);
    for (size_t i = 0; i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        done += workers[i].done;
        failed |= workers[i].failed;
    }
    return failed ? -1 : (double)done * 1e9 / (double)(now_ns() - begun);
}
