/* The rows of the benchmark: what each measures is told where it is made. bench.c prints them. */
#ifndef SCARDSSP_BENCH_ROWS_H
#define SCARDSSP_BENCH_ROWS_H

#include <stddef.h>

struct row {
    const char *number; /* of the project's table of targets */
    const char *what;
    char measured[64]; /* absolute figures of this machine */
    double value;      /* what is held against the target */
    double low, high;  /* its spread within the run; both 0: not known */
    double target;
    int decimals;      /* in which value and target are printed */
    char skipped[160]; /* not empty: why there is no value */
};

/*
 * Each fills in rows, as many as its maximum says, and returns how many; effort scales the number of
 * measurements (1: as it should be).
 */
#define ROWS_SERVICE 8
size_t rows_service(struct row *rows, double effort); /* P1, P1b, P2, P6 */
#define ROWS_SIMULATOR 3
size_t rows_simulator(struct row *rows, double effort); /* P5 */
#define ROWS_NAMES 2
size_t rows_names(struct row *rows, double effort); /* P9; before any other has asked for a name */
#define ROWS_BUFFER 1
size_t rows_buffer(struct row *rows, double effort); /* P12 */

/*
 * What P5 measures: that many transactions on the simulator; prints the nanoseconds of one. An exit status.
 */
int transactions(unsigned long count);

#endif
