/*
 * How much more threads do together than one, each with a subject of its own, against how much more a loop
 * does that touches no memory: that is as many times as there are cores where the machine has them to give at
 * that moment. For the rows of the benchmark.
 */
#ifndef SCARDSSP_BENCH_GAIN_H
#define SCARDSSP_BENCH_GAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "rows.h"

#define GAIN_THREADS_MAX 64u

/* One piece of work with a subject; false: it failed. */
typedef bool (*gain_step)(void *subject);

/* What is measured: subjects of `size` bytes each, in a row, one for each thread. */
struct gain {
    gain_step step;
    void *subjects;
    size_t size;
};

/* Takes all cores that this process may have. */
void gain_free_cores(void);

/* How many rounds that effort is. */
size_t gain_rounds(double effort);

/*
 * Fills in value, spread and figures of a row: so many threads (at most GAIN_THREADS_MAX), cards and the loop
 * in turn, so that neighbours favour none. false: a step failed.
 */
bool gain_measure(struct row *row, const struct gain *gain, unsigned threads, size_t rounds);

#endif
