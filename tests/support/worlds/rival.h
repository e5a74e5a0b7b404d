/*
 * The other program of a test: on the real service a process of its own that calls libpcsclite, elsewhere an
 * object of the same process. Used by the rows of the recovery table.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_WORLDS_RIVAL_H
#define SCARDSSP_TESTS_SUPPORT_WORLDS_RIVAL_H

#include <sys/types.h>

#include "support/worlds/world.h"

enum rival_act {
    RIVAL_RESETS,   /* connects, resets the card and stays connected */
    RIVAL_POWERS,   /* connects and leaves, switching the card off */
    RIVAL_EXCLUDES, /* has the card alone */
    RIVAL_LOCKS     /* holds a transaction */
};

struct rival {
    ISCard *card; /* in this process; NULL: it is another one */
    pid_t process;
    int commands; /* closed: it is to leave */
};

/* It comes and acts; returns when that is done. The test fails when it cannot. */
struct rival rival_begin(struct world *world, enum rival_act act);

/* It leaves, the card as it is. */
void rival_end(struct rival *rival);

/*
 * The body of main() in the process of its own: `test --rival ACT READER`. Returns the exit status; -1: the
 * arguments say that this is the test.
 */
int rival_main(int argc, char **argv);

#endif
