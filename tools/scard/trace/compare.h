/* Two traces command by command. Used by `scard trace diff` and, for one command at a time, by replaying. */
#ifndef SCARD_TRACE_COMPARE_H
#define SCARD_TRACE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/entry.h"

/* What counts when commands are compared. */
enum compare_what {
    COMPARE_ANSWERS, /* commands, and answers whole; of a challenge, which is random, only how long it is */
    COMPARE_STATUS,  /* commands, and of answers the status word */
    COMPARE_COMMANDS /* commands alone */
};

/* Whether two answers to the same command are the same. */
bool compare_answers(const uint8_t *command, size_t command_size, const uint8_t *one, size_t one_size,
                     const uint8_t *other, size_t other_size, enum compare_what what);

/* One step of the way from one trace to the other. */
enum compare_side { COMPARE_BOTH, COMPARE_LEFT, COMPARE_RIGHT };

/* Gets a command of both, or of one of them. */
typedef void (*compare_visitor)(void *user, enum compare_side side, const struct trace_entry *entry);

/*
 * Tells both traces as one: what stands in both in the same order once, and between that what only one of
 * them has, the left one's first. As few differences as can be told; where there are more than some
 * thousand commands between the first difference and the last, those are told as all of the one and all of
 * the other. Only commands count. False: out of memory.
 */
bool compare_traces(const struct trace_list *left, const struct trace_list *right, enum compare_what what,
                    compare_visitor visit, void *user);

#endif
