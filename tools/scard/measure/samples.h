/* Times that were measured, and what is said of them. For `scard bench`. */
#ifndef SCARD_SAMPLES_H
#define SCARD_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts zeroed; ended by samples_free(). */
struct samples {
    uint64_t *ns; /* one time each, in nanoseconds */
    size_t count, room;
};

/* Adds a time. false: out of memory, it is missing. */
bool samples_add(struct samples *samples, uint64_t ns);

/* Sorts them; the functions below want that, after the last addition. */
void samples_sort(struct samples *samples);

/* The time that so many percent do not exceed: 0 the shortest, 50 the median, 100 the longest; none: 0. */
uint64_t samples_percent(const struct samples *samples, unsigned percent);

/*
 * How many of them are in each of `parts` equal stretches between the shortest and the one at 95 percent;
 * longer ones count to the last.
 */
void samples_spread(const struct samples *samples, size_t *counts, size_t parts);

/* Frees them, and is as at the start. */
void samples_free(struct samples *samples);

#endif
