/* A program of this folder: goes through the rows of a plan in one world, a case for each kind of points. */
#ifndef SCARDSSP_TESTS_FAILURES_PROGRAM_H
#define SCARDSSP_TESTS_FAILURES_PROGRAM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failures/sweep.h"
#include "support/worlds/world.h"

struct program {
    const struct sweep_plan *plan;
    struct world **world; /* becomes the world that the first argument names */
    /* cmocka's: make and give back what the calls are made with. The world is tidied afterwards. */
    int (*set_up)(void **state);
    int (*tear_down)(void **state);
};

/* Gives back what a call has made (NULL: nothing), which it has if it succeeded; the code for the sweep. */
static inline uint32_t program_release(HRESULT hr, void *object) {
    assert_true(SUCCEEDED(hr) == (object != NULL));
    if (object)
        IUnknown_Release((IUnknown *)object);
    return (uint32_t)hr;
}

/*
 * Whether connect() succeeds. A driver's reader may take a moment to find the card again that the driver has
 * denied once: it is tried again and again there, and the card left alone meanwhile.
 */
bool program_finds_card(const struct world *world, bool (*connect)(void));

/* The body of main(). The arguments are sweep_arguments()'. */
int program_run(const struct program *program, int argc, char **argv);

#endif
