/* Threads against a loop: see gain.h. */
#include "gain.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pairs.h"

#define ROUNDS_MAX 60u
#define SLICE_NS 20000000u
#define BATCH 64u

static atomic_uint ready;
static atomic_bool begun, ended;

/* One thread's part of a slice. */
struct runner {
    pthread_t thread;
    gain_step step; /* NULL: the loop */
    void *subject;
    uint64_t done;
};

static void loop_batch(void) {
    for (unsigned i = 0; i < 1000; ++i)
        __asm__ volatile("" ::: "memory");
}

static void *run(void *argument) {
    struct runner *runner = argument;
    uint64_t done = 0;
    bool good = true;
    atomic_fetch_add(&ready, 1);
    while (!atomic_load_explicit(&begun, memory_order_acquire))
        sched_yield();
    while (good && !atomic_load_explicit(&ended, memory_order_relaxed)) {
        if (!runner->step)
            loop_batch();
        for (unsigned i = 0; runner->step && good && i < BATCH; ++i)
            good = runner->step(runner->subject);
        done += good;
    }
    runner->done = good ? done : 0;
    return NULL;
}

/* A core for each thread, in turns: left to itself the system may keep both of two on one for a second. */
static void place(pthread_t thread, unsigned number) {
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(number % (unsigned)(cores > 0 ? cores : 1), &set);
    (void)pthread_setaffinity_np(thread, sizeof set, &set);
}

static void sleep_ns(uint64_t ns) {
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = (long)ns};
    nanosleep(&pause, NULL);
}

/* Batches a second of that many threads together; below 0: it failed. gain NULL: of the loop. */
static double rate_of(unsigned threads, const struct gain *gain) {
    static struct runner runners[GAIN_THREADS_MAX];
    uint64_t done = 0;
    unsigned started = 0;
    atomic_store(&ready, 0);
    atomic_store(&begun, false);
    atomic_store(&ended, false);
    for (; started < threads; ++started) {
        runners[started] =
            (struct runner){.step = gain ? gain->step : NULL,
                            .subject = gain ? (char *)gain->subjects + started * gain->size : NULL};
        if (pthread_create(&runners[started].thread, NULL, run, &runners[started]) != 0)
            break;
        place(runners[started].thread, started);
    }
    while (atomic_load(&ready) < started)
        sched_yield();
    const uint64_t start = now_ns();
    atomic_store_explicit(&begun, true, memory_order_release);
    sleep_ns(SLICE_NS);
    atomic_store(&ended, true);
    const uint64_t end = now_ns(); /* a thread that is in a batch ends it: a few us */
    for (unsigned i = 0; i < started; ++i) {
        pthread_join(runners[i].thread, NULL);
        done += runners[i].done;
    }
    return started == threads && done > 0 ? (double)done * 1e9 / (double)(end - start) : -1;
}

void gain_free_cores(void) {
    cpu_set_t set;
    memset(&set, 0xFF, sizeof set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

size_t gain_rounds(double effort) {
    return effort * ROUNDS_MAX < 1 ? 1 : (size_t)(effort * ROUNDS_MAX);
}

/* How much more that many threads do than one. */
static double gain_of(unsigned threads, const struct gain *gain, double *rate) {
    const double one = rate_of(1, gain);
    *rate = rate_of(threads, gain);
    return *rate / one;
}

bool gain_measure(struct row *row, const struct gain *gain, unsigned threads, size_t rounds) {
    double shares[ROUNDS_MAX], gains[ROUNDS_MAX], loops[ROUNDS_MAX];
    for (size_t i = 0; i < rounds; ++i) {
        double rate = 0, ignored = 0;
        gains[i] = gain_of(threads, gain, &rate);
        loops[i] = gain_of(threads, NULL, &ignored);
        shares[i] = gains[i] / loops[i];
        if (rate < 0 || ignored < 0)
            return false;
    }
    row->value = median(shares, rounds); /* which are in order from here on */
    row->low = shares[rounds / 4];
    row->high = shares[rounds - 1 - rounds / 4];
    (void)snprintf(row->measured, sizeof row->measured, "x %.2f; a loop x %.2f", median(gains, rounds),
                   median(loops, rounds));
    return true;
}
