/* The shell's apdu: commands to the card as they stand. */
#include "base/wipe.h"
#include "shell/shellcommands.h"
#include "shell/words.h"
#include "steps/runner.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

struct apdu_settings {
    struct operand_list words;
    bool raw;
};

/*
 * A connection of its own beside the session's, which is free meanwhile: what is selected and verified is the
 * card's, and the same for both.
 */
static int submit(struct session *session, const struct script_step *step, bool raw) {
    struct runner runner = {.manner = {.share = SHARED, .raw = raw, .class = STEP_NO_CLASS},
                            .report = {.json = session->json, .number = session->steps++}};
    int code = session_hold(session); /* mends what has happened to the card */
    if (code != EXIT_GOOD)
        return code;
    session_free(session);
    code = card_open(session->reader, SHARED, T0 | T1, &runner.card);
    if (code == EXIT_GOOD)
        code = runner_step(&runner, step);
    card_close(runner.card);
    return code;
}

static int run(const struct invocation *invocation) {
    const struct apdu_settings *settings = invocation->settings;
    struct script_step step = {.bytes = NULL};
    size_t size = 0;
    char *text = words_join(settings->words.values, settings->words.count, &size);
    const enum script_result result = text ? script_parse(text, size, &step) : SCRIPT_FAILED;
    wipe_free(text, size);
    if (result != SCRIPT_STEP)
        return failure_plain(
            "write bytes as two digits each, and what is to come behind =>: apdu 00A40000023F00 => 9000",
            result == SCRIPT_ANSWER ? "that is no pattern for an answer" : "that is no hexadecimal");
    const HRESULT hr = step_check(&step, settings->raw);
    const int code = FAILED(hr) ? failure(hr, "A command has CLA, INS, P1, P2, then Lc and data, then Le.",
                                          "that is no command")
                                : submit(invocation->context, &step, settings->raw);
    script_step_free(&step);
    return code;
}

static const struct apdu_settings defaults = {.raw = false};

static const struct option_row options[] = {{.name = "raw",
                                             .letter = 'r',
                                             .help = "sends the bytes as they stand, and shows 61xx and 6Cxx",
                                             VALUE_AT(struct apdu_settings, raw)},
                                            {0}};

static const struct operand_row operands[] = {
    {.name = "HEX",
     .help = "the command's bytes; behind => what the answer is to be, as 'scard apdu' has it: => 9000",
     VALUE_AT(struct apdu_settings, words)},
    {0}};

const struct command shell_apdu = {
    .name = "apdu",
    .line = "sends a command as it stands",
    .summary =
        "Sends a command to the card as it stands, and shows the answer with its status word in words. What 'cd' "
        "and 'select' have selected is selected. For PINs there are 'verify' and 'change'.",
    .options = options,
    .operands = operands,
    .examples = "  apdu 00 A4 00 00 02 2F 00\n  apdu 0084000008 => 9000\n",
    SETTINGS(defaults),
    .run = run};
