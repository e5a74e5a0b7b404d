/* Threads that each do their own work as often as they can, for a time. For rows of the benchmark. */
#ifndef SCARDSSP_BENCH_WORKERS_H
#define SCARDSSP_BENCH_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#define WORKERS_MAX 1000u

/* Once. false: it failed, and the worker ends. */
typedef bool (*workers_step)(void *subject);

/*
 * Runs `step` on a thread for each of `count` subjects, of `size` bytes each in a row, for so many ms.
 * Returns how often it was done in a second, by all of them; below 0: one has failed, or there are too many.
 */
double workers_run(workers_step step, void *subjects, size_t size, size_t count, unsigned ms);

#endif
