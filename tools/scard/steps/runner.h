/* Steps as they are run on a card, each told and judged. Used by `scard apdu` and its conversation. */
#ifndef SCARD_RUNNER_H
#define SCARD_RUNNER_H

#include <stdbool.h>

#include "steps/report.h"
#include "steps/step.h"

struct runner {
    ISCard *card;
    struct step_manner manner;
    const char *expected; /* of steps that do not say it themselves (expectation.h); NULL: nothing is */
    bool stop_on_error;   /* of steps of which nothing is expected: 9000 is */
    const char *source;   /* the file that they are from; NULL: the command line */
    struct report report;
};

/*
 * Sends one step and tells what came. EXIT_CARD, after a message: nothing did, or something that was not
 * expected.
 */
int runner_step(struct runner *runner, const struct script_step *step);

#endif
