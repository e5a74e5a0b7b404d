/* The other program as a process of its own, which talks to pcscd by libpcsclite: see rival.h. */
#ifndef SCARDSSP_TESTS_SUPPORT_WORLDS_RIVALPROCESS_H
#define SCARDSSP_TESTS_SUPPORT_WORLDS_RIVALPROCESS_H

#include "support/worlds/rival.h"

/* Starts it by the test's own file, and returns when it has acted. The test fails when it cannot. */
struct rival rivalprocess_begin(struct world *world, enum rival_act act);

#endif
