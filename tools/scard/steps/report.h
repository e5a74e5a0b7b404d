/*
 * What is told of the steps of a list: lines for people, what goes out (>) and what comes back (<), or a line
 * of JSON for each. Commands that carry a secret are told without it. Used by `scard apdu`.
 */
#ifndef SCARD_REPORT_H
#define SCARD_REPORT_H

#include <stdbool.h>

#include "steps/step.h"

struct report {
    bool json;
    bool ascii;      /* data also as characters, sixteen bytes a line */
    uint64_t number; /* of steps told so far */
};

/* The step that is about to be sent. */
void report_step(struct report *report, const struct script_step *step);

/* What came. expected: what was to come; NULL: nothing was. met: it did. */
void report_answer(const struct report *report, const struct script_step *step,
                   const struct step_answer *answer, const char *expected, bool met);

/* In JSON: that nothing came, with the code. For people failure() says it. */
void report_failed(const struct report *report, const struct script_step *step, HRESULT status);

#endif
