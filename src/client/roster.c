/* All readers and what they held: see roster.h. */
#include "client/roster.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_TRIES 5

/* One state for each name on the list. */
static rm_status look_into(struct roster *roster, struct rm_context *context) {
    const char *name = NULL;
    roster->count = names_count(&roster->names);
    roster->states = calloc(roster->count + 1, sizeof *roster->states);
    if (!roster->states)
        return RM_E_NO_MEMORY;
    for (size_t i = 0; i < roster->count; i++)
        roster->states[i] = (struct rm_reader_state){.reader = name = names_next(&roster->names, name)};
    const rm_status status =
        roster->count ? rm_wait(context, roster->states, roster->count, RM_WITHIN(0)) : RM_OK;
    return status == RM_E_TIMEOUT ? RM_OK : status;
}

/* The list of a moment ago is worth nothing where a reader has gone since. */
rm_status roster_take(struct roster *out, struct rm_context *context) {
    rm_status status = RM_E_UNKNOWN_READER;
    for (int tries = 0; tries < LOOK_TRIES && status == RM_E_UNKNOWN_READER; tries++) {
        roster_clear(out);
        status = rm_list_readers(context, RM_WITHIN(RM_INFINITE), &out->names);
        if (status == RM_OK)
            status = look_into(out, context);
    }
    for (size_t i = 0; i < out->count; i++)
        out->states[i].event &= ~(uint32_t)RM_STATE_CHANGED;
    if (status != RM_OK)
        roster_clear(out);
    return status;
}

void roster_clear(struct roster *roster) {
    free(roster->states);
    names_clear(&roster->names);
    *roster = (struct roster){.count = 0};
}

/*
 * Looks from *at on, which is left behind the reader that was found: two looks have nearly the same order, so
 * that nearly each is found at once, also among thousands.
 */
static const struct rm_reader_state *find(const struct roster *roster, const char *reader, size_t *at) {
    for (size_t i = 0; i < roster->count; i++) {
        const size_t place = (*at + i) % roster->count;
        if (strcmp(roster->states[place].reader, reader) != 0)
            continue;
        *at = place + 1;
        return &roster->states[place];
    }
    return NULL;
}

static bool differ(const struct rm_reader_state *before, const struct rm_reader_state *now) {
    return before->event != now->event || before->atr_size != now->atr_size ||
           memcmp(before->atr, now->atr, now->atr_size) != 0;
}

size_t roster_compare(const struct roster *before, const struct roster *now, roster_visitor visit,
                      void *user) {
    size_t count = 0, at_now = 0, at_before = 0;
    for (size_t i = 0; i < before->count; i++) {
        if (find(now, before->states[i].reader, &at_now))
            continue;
        ++count;
        if (visit)
            visit(user, &before->states[i], NULL);
    }
    for (size_t i = 0; i < now->count; i++) {
        const struct rm_reader_state *former = find(before, now->states[i].reader, &at_before);
        if (former && !differ(former, &now->states[i]))
            continue;
        ++count;
        if (visit)
            visit(user, former, &now->states[i]);
    }
    return count;
}

rm_status roster_wait(const struct roster *roster, struct rm_context *context, roster_waiter wait, void *user,
                      struct rm_bound *bound) {
    struct rm_reader_state *states = calloc(roster->count + 1, sizeof *states);
    if (!states)
        return RM_E_NO_MEMORY;
    for (size_t i = 0; i < roster->count; i++)
        states[i] =
            (struct rm_reader_state){.reader = roster->states[i].reader, .current = roster->states[i].event};
    states[roster->count] =
        (struct rm_reader_state){.reader = RM_PNP_NOTIFICATION, .current = (uint32_t)roster->count << 16};
    const rm_status status = wait(user, context, states, roster->count + 1, bound);
    free(states);
    return status == RM_E_UNKNOWN_READER ? RM_OK : status; /* a reader went: that is a change */
}
