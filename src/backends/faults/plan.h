/* Which rule of a script strikes when: counts, clock and chance. Used by stage.c, under its lock. */
#ifndef SCARDSSP_BACKENDS_FAULTS_PLAN_H
#define SCARDSSP_BACKENDS_FAULTS_PLAN_H

#include "backends/faults/script.h"

/* What has become of a rule. */
struct plan_row {
    uint32_t met;    /* commands that its conditions let pass */
    uint32_t struck; /* how often */
};

struct plan {
    struct script script;
    struct plan_row *rows;
    uint64_t start;  /* clock_ms() when it began */
    uint64_t random; /* state of the generator */
    uint64_t struck; /* faults, all in all */
};

/* Begins with a script, which it takes over. false: no memory, and the script is freed. */
bool plan_begin(struct plan *plan, struct script *script, uint64_t now);

/* Frees what it has. All zeros: nothing. */
void plan_end(struct plan *plan);

/*
 * The rule that strikes a command of `size` bytes to this reader; NULL: none. Of several the first does; all
 * of them have counted it.
 */
const struct script_rule *plan_command(struct plan *plan, const char *reader, const uint8_t *command,
                                       size_t size, uint64_t now);

/*
 * The next rule that strikes by the clock alone, without any command, and whose time has come; NULL: none
 * (any more).
 */
const struct script_rule *plan_clock(struct plan *plan, uint64_t now);

/* Whether the rule at this place has struck by the clock alone; *when: clock_ms() of that, in theory. */
bool plan_has_struck(const struct plan *plan, size_t place, uint64_t *when);

/* A number below `limit`, which is not 0. */
uint32_t plan_random(struct plan *plan, uint32_t limit);

#endif
