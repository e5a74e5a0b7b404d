/* Windows starts its service by itself when a reader comes, and ends it with the last one: see keeper.h. */
#include "backends/vpcd/keeper.h"

struct keeper *keeper_start(keeper_maker maker) {
    (void)maker;
    return NULL;
}

void keeper_look(struct keeper *keeper, struct keeper_report *out) {
    (void)keeper;
    *out = (struct keeper_report){.done = false};
}

void keeper_end(struct keeper *keeper) {
    (void)keeper;
}
