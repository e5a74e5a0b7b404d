/* Children of a test, by fork(): what they claim, and that they come to an end. Not on Windows. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_CHILD_H
#define SCARDSSP_TESTS_SUPPORT_KITS_CHILD_H

#include <stdio.h>

/* In a function of a child, which returns its exit status: what does not hold ends it with 1. */
#define CHILD_CLAIM(what)                                                                                    \
    do {                                                                                                     \
        if (!(what)) {                                                                                       \
            (void)fprintf(stderr, "# child, line %d: %s\n", __LINE__, #what);                                \
            return 1;                                                                                        \
        }                                                                                                    \
    } while (0)

/* Runs a child and waits for it; the test fails unless it returns 0. A hang ends it by a signal. */
void child_run(int (*run)(void *argument), void *argument);

#endif
