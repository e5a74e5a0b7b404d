/* The other program, as an object of this process: see rival.h. */
#include "support/worlds/rival.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/worlds/hand.h"

struct rival rival_begin(struct world *world, enum rival_act act) {
    if (world->hand->rival)
        return world->hand->rival(world, act);
    struct rival rival = {.card = world_attached(world, act == RIVAL_EXCLUDES ? EXCLUSIVE : SHARED)};
    if (act == RIVAL_RESETS)
        assert_hr(ISCard_ReAttach(rival.card, SHARED, RESET), S_OK);
    if (act == RIVAL_POWERS)
        assert_hr(ISCard_Detach(rival.card, UNPOWER), S_OK);
    if (act == RIVAL_LOCKS)
        assert_hr(ISCard_LockSCard(rival.card), S_OK);
    return rival;
}

#ifdef _WIN32
void rival_end(struct rival *rival) {
    if (rival->card)
        ISCard_Release(rival->card);
    rival->card = NULL;
}

int rival_main(int argc, char **argv) {
    (void)argc, (void)argv;
    return -1;
}
#endif
