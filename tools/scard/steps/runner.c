/* Steps as they are run: see runner.h. */
#include "steps/runner.h"

#include <inttypes.h>
#include <stdio.h>

#include "steps/expectation.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define WHERE_MAX 600
#define GOT_MAX 40

/* "FILE:3", or "command 3". */
static const char *where_of(const struct runner *runner, const struct script_step *step,
                            char out[WHERE_MAX]) {
    if (runner->source && step->line)
        (void)snprintf(out, WHERE_MAX, "%s:%lu", runner->source, step->line);
    else
        (void)snprintf(out, WHERE_MAX, "command %" PRIu64, runner->report.number);
    return out;
}

static int complain(const struct runner *runner, const struct script_step *step,
                    const struct step_answer *answer, const char *expected) {
    char where[WHERE_MAX], got[GOT_MAX] = "";
    const size_t size = step_answer_data_size(answer);
    if (size > 0)
        (void)snprintf(got, sizeof got, "%zu byte%s and ", size, size == 1 ? "" : "s");
    return failure_plain(NULL, "%s: expected %s, got %s%04X", where_of(runner, step, where), expected, got,
                         answer->sw);
}

/* What came is told, then judged. */
static int judge(const struct runner *runner, const struct script_step *step,
                 const struct step_answer *answer) {
    const char *general = step->bytes ? runner->expected : NULL;
    const char *expected = step->expected ? step->expected : general;
    const bool met = expected == NULL || expectation_is_met(expected, answer->bytes, answer->size);
    report_answer(&runner->report, step, answer, expected, met);
    if (!met)
        return complain(runner, step, answer, expected);
    if (expected == NULL && runner->stop_on_error && answer->sw != 0x9000)
        return failure_plain("the answer says why, and without --stop-on-error the rest is sent all the same",
                             "stopped: the status word is not 9000");
    return EXIT_GOOD;
}

int runner_step(struct runner *runner, const struct script_step *step) {
    struct step_answer answer = {0};
    report_step(&runner->report, step);
    const HRESULT hr = step_send(runner->card, &runner->manner, step, &answer);
    if (FAILED(hr)) {
        report_failed(&runner->report, step, hr);
        return failure(hr, NULL, step->bytes ? "cannot send the command" : "cannot reset the card");
    }
    const int code = judge(runner, step, &answer);
    step_answer_free(&answer);
    return code;
}
