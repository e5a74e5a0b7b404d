/*
 * The rows of the benchmark: what each measures is told where it is made. bench.c runs the families, report.h
 * shows what came out.
 */
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
    int at_least;      /* the target is the least that is wanted, not the most */
    int decimals;      /* in which value and target are printed */
    const char *limit; /* what limits it: said in the report; NULL: nothing to say */
    char skipped[160]; /* not empty: why there is no value */
};

/*
 * A family is measured in a process of its own, with a resource manager of its own. It fills in rows, as many
 * as bench.c has room for, and returns how many; effort scales the number of measurements (1: as it should
 * be).
 */
#define ROWS_MAX 12
typedef size_t (*rows_family)(struct row *rows, double effort);

size_t rows_service(struct row *rows, double effort);   /* P1, P1b, P2, P6, P16 */
size_t rows_simulator(struct row *rows, double effort); /* P5 */
size_t rows_byname(struct row *rows, double effort);    /* P17 */
size_t rows_names(struct row *rows, double effort);     /* P9 */
size_t rows_processes(struct row *rows, double effort); /* P10, P18 */
size_t rows_buffer(struct row *rows, double effort);    /* P12 */
size_t rows_scaling(struct row *rows, double effort);   /* P11 */
size_t rows_pcsc(struct row *rows, double effort);      /* D1, D2 */
size_t rows_handover(struct row *rows, double effort);  /* P8 */
size_t rows_listener(struct row *rows, double effort);  /* P4, P7 */
size_t rows_insertion(struct row *rows, double effort); /* P7 on the simulator */
size_t rows_memory(struct row *rows, double effort);    /* P19, on the simulator */
size_t rows_remote(struct row *rows, double effort);    /* P13, P14 */
size_t rows_rack(struct row *rows, double effort);      /* P15 */
size_t rows_driver(struct row *rows, double effort);    /* P3 */

/*
 * What P5 measures: that many transactions on the simulator; prints the nanoseconds of one. An exit status.
 */
int transactions(unsigned long count);

#endif
