/* A program of this folder: goes through the rows of a plan in one world, a case for each kind of points. */
#ifndef SCARDSSP_TESTS_FAILURES_PROGRAM_H
#define SCARDSSP_TESTS_FAILURES_PROGRAM_H

#include "failures/sweep.h"
#include "support/worlds/world.h"

struct program {
    const struct sweep_plan *plan;
    struct world **world; /* becomes the world that the first argument names */
    /* cmocka's: make and give back what the calls are made with. The world is tidied afterwards. */
    int (*set_up)(void **state);
    int (*tear_down)(void **state);
};

/* The body of main(). The arguments are sweep_arguments()'. */
int program_run(const struct program *program, int argc, char **argv);

#endif
