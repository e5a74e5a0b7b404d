/* Counts, clock and chance: see plan.h. */
#include "backends/faults/plan.h"

#include <stdlib.h>
#include <string.h>

bool plan_begin(struct plan *plan, struct script *script, uint64_t now) {
    *plan = (struct plan){.script = *script, .start = now, .random = script->seed * 2 + 1};
    plan->rows = calloc(script->count + 1, sizeof *plan->rows);
    *script = (struct script){.rules = NULL};
    if (plan->rows)
        return true;
    plan_end(plan);
    return false;
}

void plan_end(struct plan *plan) {
    fault_script_clear(&plan->script);
    free(plan->rows);
    *plan = (struct plan){.rows = NULL};
}

/* A linear congruential generator (Knuth's MMIX): the same seed gives the same faults everywhere. */
uint32_t plan_random(struct plan *plan, uint32_t limit) {
    plan->random = plan->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(plan->random >> 33) % limit;
}

/* Does it wait for the clock alone? */
static bool is_by_clock(const struct script_rule *rule) {
    return rule->has_at && !rule->has_ins && !rule->after && !rule->every && rule->chance == 100 &&
           !script_is_of_command(rule->fault);
}

static bool is_due(const struct plan *plan, const struct script_rule *rule, uint64_t now) {
    return !rule->has_at || now - plan->start >= rule->at_ms;
}

/* Counts the command; does the rule strike it? */
static bool strikes(struct plan *plan, size_t place, const char *reader, const uint8_t *command, size_t size,
                    uint64_t now) {
    const struct script_rule *rule = &plan->script.rules[place];
    struct plan_row *row = &plan->rows[place];
    if (is_by_clock(rule) || row->struck >= rule->times || !is_due(plan, rule, now))
        return false;
    if (*rule->reader && strcmp(rule->reader, reader) != 0)
        return false;
    if (rule->has_ins && (size < 2 || command[1] != rule->ins))
        return false;
    const uint32_t met = row->met++;
    if (met < rule->after || (rule->every && (met - rule->after + 1) % rule->every != 0))
        return false;
    return rule->chance == 100 || plan_random(plan, 100) < rule->chance;
}

static const struct script_rule *strike(struct plan *plan, size_t place) {
    plan->rows[place].struck++;
    plan->struck++;
    return &plan->script.rules[place];
}

const struct script_rule *plan_command(struct plan *plan, const char *reader, const uint8_t *command,
                                       size_t size, uint64_t now) {
    size_t first = plan->script.count;
    for (size_t i = 0; i < plan->script.count; i++)
        if (strikes(plan, i, reader, command, size, now) && first == plan->script.count)
            first = i;
    return first < plan->script.count ? strike(plan, first) : NULL;
}

const struct script_rule *plan_clock(struct plan *plan, uint64_t now) {
    for (size_t i = 0; i < plan->script.count; i++) {
        const struct script_rule *rule = &plan->script.rules[i];
        if (is_by_clock(rule) && !plan->rows[i].struck && is_due(plan, rule, now))
            return strike(plan, i);
    }
    return NULL;
}

bool plan_has_struck(const struct plan *plan, size_t place, uint64_t *when) {
    const struct script_rule *rule = &plan->script.rules[place];
    *when = plan->start + rule->at_ms;
    return is_by_clock(rule) && plan->rows[place].struck;
}
