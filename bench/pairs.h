/*
 * Two ways to do the same, measured in turn in the order A B B A, so that neither warmth nor neighbours
 * favour one. Used by the rows of the benchmark that are ratios.
 */
#ifndef SCARDSSP_BENCH_PAIRS_H
#define SCARDSSP_BENCH_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of the two ways; false: it failed, which ends the measurement. */
typedef bool (*pairs_step)(void *subject);

/* What came out. Times in nanoseconds. */
struct pairs_result {
    double ours;      /* median of one step */
    double reference; /* likewise */
    double ratio;     /* 1 + median of the differences within a turn / reference */
    double low, high; /* the same ratio over each of 20 parts of the run: lower and upper quartile */
};

/* Runs `turns` turns (each: twice either way) after some to warm up. false: a step failed, or no memory. */
bool pairs_run(pairs_step ours, pairs_step reference, void *subject, size_t turns, struct pairs_result *out);

/* The median of values, which are put in order. */
double median(double *values, size_t count);

/* Monotonic time in nanoseconds. */
uint64_t now_ns(void);

#endif
