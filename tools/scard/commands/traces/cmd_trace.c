/* scard trace: what programs say to cards. In the table of main.c. */
#include "command.h"
#include "commands/traces/traces.h"

static const struct command *const family[] = {&trace_run,  &trace_show,   &trace_check,
                                               &trace_diff, &trace_replay, NULL};

const struct command cmd_trace = {
    .name = "scard trace",
    .line = "what programs say to cards: run, show, check, diff, replay",
    .summary =
        "Traces any program that talks to cards, and works with traces: shows them, proves that they hold no "
        "secret, compares them, plays them again. 'scard trace -- COMMAND' is 'scard trace run'.",
    .family = family,
    .first_by_default = true};
