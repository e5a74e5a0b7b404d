/*
 * P11: 1, 2, 4 ... 64 simulated readers, a thread and a card object for each: how much more commands they do
 * than one reader, against how much more a loop does that touches no memory, on as many threads. That is as
 * many times as there are cores where the machine has them to give at that moment.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "pairs.h"
#include "rows.h"
#include "subject.h"

#define READERS_MAX 64u
#define ROWS 6u /* 2, 4 ... 64 */
#define ROUNDS_MAX 60u
#define SLICE_NS 20000000u
#define BATCH 64u

static struct subject subjects[READERS_MAX];
static atomic_uint ready;
static atomic_bool begun, ended;

/* One thread's part of a slice. */
struct runner {
    pthread_t thread;
    struct subject *subject; /* NULL: the loop */
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
        if (!runner->subject)
            loop_batch();
        for (unsigned i = 0; runner->subject && good && i < BATCH; ++i)
            good = ISCard_Transaction(runner->subject->card, &runner->subject->cmd) == S_OK;
        done += good;
    }
    runner->done = done;
    return NULL;
}

static void sleep_ns(uint64_t ns) {
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = (long)ns};
    nanosleep(&pause, NULL);
}

/* Batches a second of that many threads together; below 0: it failed. */
static double rate_of(unsigned threads, bool cards) {
    static struct runner runners[READERS_MAX];
    uint64_t done = 0;
    unsigned started = 0;
    atomic_store(&ready, 0);
    atomic_store(&begun, false);
    atomic_store(&ended, false);
    for (; started < threads; ++started) {
        runners[started] = (struct runner){.subject = cards ? &subjects[started] : NULL};
        if (pthread_create(&runners[started].thread, NULL, run, &runners[started]) != 0)
            break;
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
    return started == threads ? (double)done * 1e9 / (double)(end - start) : -1;
}

static bool open_subjects(void) {
    const char *why = "";
    if (FAILED(scardssp_use_rm("sim:", NULL, 0)))
        return false;
    for (unsigned i = 0; i < READERS_MAX; ++i) {
        char name[40];
        (void)snprintf(name, sizeof name, "Bench Reader %02u", i);
        if (FAILED(scardssp_sim_plug(name, "demo", 0, NULL, 0)) ||
            !subject_open(&subjects[i], name, T1, &why)) {
            fprintf(stderr, "%s cannot be used: %s\n", name, why);
            return false;
        }
    }
    return true;
}

/* Takes all cores that this process may have. */
static void free_cores(void) {
    cpu_set_t set;
    memset(&set, 0xFF, sizeof set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

/* How much more that many threads do than one. */
static double gain_of(unsigned threads, bool cards, double *rate) {
    const double one = rate_of(1, cards);
    *rate = rate_of(threads, cards);
    return *rate / one;
}

/* Measures a row: cards and the loop in turn, so that neighbours favour none. */
static bool measure(struct row *row, unsigned threads, size_t rounds) {
    double shares[ROUNDS_MAX], gains[ROUNDS_MAX], loops[ROUNDS_MAX];
    for (size_t i = 0; i < rounds; ++i) {
        double rate = 0, ignored = 0;
        gains[i] = gain_of(threads, true, &rate);
        loops[i] = gain_of(threads, false, &ignored);
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

size_t rows_scaling(struct row *rows, double effort) {
    static const struct row plan[ROWS] = {
        {.number = "P11", .what = "2 readers: gain / a loop's gain"},
        {.number = "P11", .what = "4 readers: gain / a loop's gain"},
        {.number = "P11", .what = "8 readers: gain / a loop's gain"},
        {.number = "P11", .what = "16 readers: gain / a loop's gain"},
        {.number = "P11", .what = "32 readers: gain / a loop's gain"},
        {.number = "P11", .what = "64 readers: gain / a loop's gain"},
    };
    free_cores();
    const size_t rounds = effort * ROUNDS_MAX < 1 ? 1 : (size_t)(effort * ROUNDS_MAX);
    bool good = open_subjects();
    memcpy(rows, plan, sizeof plan);
    for (unsigned i = 0; i < ROWS; ++i) {
        rows[i].target = 0.9;
        rows[i].at_least = 1;
        rows[i].decimals = 2;
        good = good && measure(&rows[i], 2u << i, rounds);
        if (!good)
            (void)snprintf(rows[i].skipped, sizeof rows[i].skipped, "the simulator cannot be used");
    }
    for (unsigned i = 0; i < READERS_MAX; ++i)
        subject_close(&subjects[i]);
    return ROWS;
}
