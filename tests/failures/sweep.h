/*
 * Goes through the failure points of calls: each call is made once for each point at which it may fail, and
 * each code that it may fail with there, until nothing failed any more. Each time the code that came out is
 * looked at, the call is made again, which works, and there is no more of anything than before. Used by the
 * test_*.c.
 */
#ifndef SCARDSSP_TESTS_FAILURES_SWEEP_H
#define SCARDSSP_TESTS_FAILURES_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "failures/points.h"

/*
 * A call with what belongs to it: what it made is looked at and given back. 0 or the code that it failed
 * with. It can be made again.
 */
typedef uint32_t (*sweep_call)(void);

struct sweep_row {
    const char *name;
    sweep_call call;
};

#define SWEEP_ROW(function)                                                                                  \
    { #function, function }

/* What the rows of a program have in common. */
struct sweep_plan {
    uint32_t no_memory; /* the code for want of memory in the program's language */
    /*
     * Brings what the calls are made with back into use after a fault, as a program does; before it a call
     * may answer what the fault was. false: it cannot. NULL: there is nothing to bring back.
     */
    bool (*mend)(void);
    /*
     * Codes that a system call's failure may have, beside want of memory; 0: no more. A service's has the
     * code that the service gave.
     */
    const uint32_t *losses;
    unsigned patience_ms; /* for what others give back, before it counts as left; 0: long */
    const struct sweep_row *rows;
    size_t count;
};

/*
 * Reads the program's arguments: KIND [--sample COUNT] [--seed NUMBER]. With --sample so many points of each
 * row and kind of points are tried, chosen by the seed; else, and where the environment has
 * SCARDSSP_TEST_ALL, all. Returns KIND, NULL: none.
 */
const char *sweep_arguments(int argc, char **argv);

/* Goes through all rows, for one kind of points; tells how many there were. A failed row fails the test. */
void sweep(const struct sweep_plan *plan, enum points_kind kind);

#endif
