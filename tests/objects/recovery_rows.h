/*
 * The rows of the recovery specification: each plays one fault in a world and checks what calls return and
 * what ReAttach makes of it. Used by test_recovery_table.c, which has the worlds.
 */
#ifndef SCARDSSP_TESTS_OBJECTS_RECOVERY_ROWS_H
#define SCARDSSP_TESTS_OBJECTS_RECOVERY_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "support/worlds/hand.h"
#include "support/worlds/rival.h"

/* A row in a world: what is played with, and what was measured. */
struct recovery_cell {
    struct world *world;
    const struct recovery_row *row;
    bool played;
    const char *why;      /* it was not played; static */
    uint32_t call_ms;     /* what the call took that met the fault */
    uint32_t late_ms;     /* ... beyond its deadline, where it came to that */
    uint32_t reattach_ms; /* what the ReAttach took that brought the card back */
};

struct recovery_row {
    unsigned number; /* of the specification */
    const char *fault;
    /* Plays it; NULL members of the world's hand are told before by `needs`. */
    void (*play)(struct recovery_cell *cell);
    /* Why the world cannot; NULL: it can. */
    const char *(*cannot)(const struct world *world);
};

extern const struct recovery_row recovery_rows[];
extern const unsigned recovery_row_count;

#endif
