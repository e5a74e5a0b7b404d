/*
 * For a compiler that has no C library for Windows: returns how many simulated readers there are. Built by
 * sdk.sh as Visual C++ would build it, against the import library of the package.
 */
#include "scardssp_card.h"

static int one(void *user, const char *name, const struct scardssp_reader_state *state) {
    (void)name;
    (void)state;
    ++*(int *)user;
    return 1;
}

int start(void) {
    int readers = 0;
    return scardssp_use_rm("sim", 0, 0) < 0 || scardssp_each_reader(one, &readers) < 0 ? 99 : readers;
}
