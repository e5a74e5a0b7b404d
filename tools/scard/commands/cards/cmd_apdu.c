/* scard apdu: sends commands of a command line, a file, a pipe or a person. In the table of main.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "lineedit/plainlines.h"
#include "steps/conversation.h"
#include "steps/expectation.h"
#include "steps/runner.h"
#include "steps/steplist.h"
#include "talk/card.h"
#include "talk/choose.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/options.h"
#include "terminal/screen.h"
#include "terminal/text.h"

struct apdu_settings {
    const char *reader;           /* NULL: the only one */
    const char *file;             /* NULL: the operands */
    struct operand_list commands; /* "-" alone: standard input */
    int protocol;
    bool exclusive, lock, stop_on_error, raw, ascii, json;
    const char *class;    /* of GET RESPONSE; NULL: the command's */
    const char *expected; /* of every answer; NULL: nothing is */
    uint32_t repeat;
};

/* Where commands come from, and how they are run. */
struct job {
    const struct apdu_settings *settings;
    struct steplist *steps; /* NULL: standard input */
    struct runner runner;
};

static bool is_standard_input(const struct apdu_settings *settings) {
    return settings->file == NULL && settings->commands.count == 1 &&
           strcmp(settings->commands.values[0], "-") == 0;
}

/* One byte in hexadecimal. */
static bool class_parse(const char *text, uint32_t *out) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    const bool good = text_parse_hex(text, strlen(text), &bytes, &size) && size == 1;
    if (good)
        *out = bytes[0];
    free(bytes);
    return good;
}

/* Step by step, so that a program can answer to the card's replies. */
static int run_stdin(struct runner *runner) {
    unsigned long line = 0;
    runner->source = "standard input";
    plainlines_begin(stdin);
    for (;;) {
        struct script_step step = {0};
        bool more = false;
        int code = steplist_read(stdin, runner->source, runner->manner.raw, &line, &step, &more);
        if (code != EXIT_GOOD || !more)
            return code;
        code = runner_step(runner, &step);
        script_step_free(&step);
        if (code != EXIT_GOOD)
            return code;
    }
}

static int talk(struct runner *runner, const char *reader) {
    struct line_editor *editor = line_editor_open(&conversation_manner);
    if (editor == NULL)
        return failure(E_OUTOFMEMORY, NULL, "cannot begin");
    runner->report.ascii = true;
    const int code = conversation_run(editor, runner, reader);
    line_editor_close(editor);
    return code;
}

static int run_list(struct job *job) {
    int code = EXIT_GOOD;
    for (uint32_t round = 0; round < job->settings->repeat && code == EXIT_GOOD; ++round)
        for (size_t i = 0; i < job->steps->count && code == EXIT_GOOD; ++i)
            code = runner_step(&job->runner, &job->steps->rows[i]);
    return code;
}

static int run_all(struct job *job, const char *reader) {
    if (job->steps)
        return run_list(job);
    return screen_is(stdin) && screen_is(stdout) ? talk(&job->runner, reader) : run_stdin(&job->runner);
}

/* The same in a transaction of the card's. */
static int run_locked(struct job *job, const char *reader) {
    const HRESULT hr = ISCard_LockSCard(job->runner.card);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot lock the card");
    const int code = run_all(job, reader);
    ISCard_UnlockSCard(job->runner.card, LEAVE); /* a card that is gone has been reported before */
    return code;
}

static int run_job(struct job *job) {
    const struct apdu_settings *settings = job->settings;
    char *reader = NULL;
    int code = reader_choose(settings->reader, READER_WITH_CARD, "-r READER", &reader);
    if (code != EXIT_GOOD)
        return code;
    code = card_open(reader, job->runner.manner.share, settings->protocol, &job->runner.card);
    if (code == EXIT_GOOD)
        code = settings->lock ? run_locked(job, reader) : run_all(job, reader);
    card_close(job->runner.card);
    free(reader);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct apdu_settings *settings = invocation->settings;
    uint32_t class = 0;
    if (settings->file && settings->commands.count > 0)
        return options_complain(invocation->command, "either -f FILE or commands, not both");
    if (settings->file == NULL && settings->commands.count == 0)
        return options_complain(invocation->command, "which command (APDU)?");
    if (settings->class && !class_parse(settings->class, &class))
        return options_complain(invocation->command, "--class wants one byte in hexadecimal, not '%s'",
                                settings->class);
    if (settings->class && settings->raw)
        return options_complain(invocation->command,
                                "--raw sends no GET RESPONSE: --class does not go with it");
    if (settings->repeat != 1 && (settings->repeat == 0 || is_standard_input(settings)))
        return options_complain(invocation->command,
                                settings->repeat
                                    ? "standard input is there once: --repeat does not go with it"
                                    : "--repeat wants a number from 1 on");
    return EXIT_GOOD;
}

static int run_expecting(struct job *job, const struct invocation *invocation) {
    const struct apdu_settings *settings = job->settings;
    struct steplist steps = {0};
    int code = EXIT_GOOD;
    if (settings->file)
        code = steplist_add_file(&steps, settings->file, settings->raw);
    else if (!is_standard_input(settings))
        code = steplist_add_arguments(&steps, invocation->command, &settings->commands, settings->raw);
    job->steps = is_standard_input(settings) ? NULL : &steps;
    if (code == EXIT_GOOD)
        code = run_job(job);
    steplist_free(&steps);
    return code;
}

static int run(const struct invocation *invocation) {
    const struct apdu_settings *settings = invocation->settings;
    struct job job = {.settings = settings};
    char *expected = NULL;
    if (settings->expected && !expectation_parse(settings->expected, strlen(settings->expected), &expected))
        return errno ? failure(E_OUTOFMEMORY, NULL, "cannot begin")
                     : options_complain(invocation->command,
                                        "--expect wants an answer like " EXPECTATION_FORM ", not '%s'",
                                        settings->expected);
    job.runner = (struct runner){.manner = {.share = settings->exclusive ? EXCLUSIVE : SHARED,
                                            .raw = settings->raw,
                                            .class = STEP_NO_CLASS},
                                 .expected = expected,
                                 .stop_on_error = settings->stop_on_error,
                                 .source = settings->file,
                                 .report = {.json = settings->json, .ascii = settings->ascii}};
    if (settings->class)
        (void)class_parse(settings->class, &job.runner.manner.class); /* checked before */
    const int code = run_expecting(&job, invocation);
    free(expected);
    return code;
}

static const struct apdu_settings defaults = {.protocol = T0 | T1, .repeat = 1};

static const struct option_row options[] = {
    {.name = "reader",
     .letter = 'r',
     .argument = "READER",
     .help = READER_WORDS "; by default the only one with a card",
     VALUE_AT(struct apdu_settings, reader)},
    {.name = "file",
     .letter = 'f',
     .argument = "FILE",
     .help = "commands from a file; all are checked before the first is sent",
     VALUE_AT(struct apdu_settings, file)},
    {.name = "protocol",
     .letter = 'p',
     .help = "protocols to offer; any by default",
     .choices = card_protocols,
     VALUE_AT(struct apdu_settings, protocol)},
    {.name = "exclusive",
     .letter = 'x',
     .help = "keeps other programs away; without it the card is shared",
     VALUE_AT(struct apdu_settings, exclusive)},
    {.name = "lock",
     .letter = 'l',
     .help = "all commands in one transaction (LockSCard): others wait",
     VALUE_AT(struct apdu_settings, lock)},
    {.name = "stop-on-error",
     .letter = 's',
     .help = "ends at the first status word other than 9000, with exit code 1",
     VALUE_AT(struct apdu_settings, stop_on_error)},
    {.name = "raw",
     .help =
         "sends the bytes exactly as they stand, superfluous ones too, and shows 61xx and 6Cxx instead of "
         "acting on them",
     VALUE_AT(struct apdu_settings, raw)},
    {.name = "class",
     .letter = 'c',
     .argument = "CLA",
     .help = "class byte of GET RESPONSE, for cards that want another one than the command's",
     VALUE_AT(struct apdu_settings, class)},
    {.name = "expect",
     .letter = 'e',
     .argument = "ANSWER",
     .help =
         "what every answer is to be that does not have its own behind the command; anything else ends the "
         "list, with exit code 1",
     VALUE_AT(struct apdu_settings, expected)},
    {.name = "repeat",
     .letter = 'n',
     .argument = "COUNT",
     .help = "sends all of it so many times",
     VALUE_AT(struct apdu_settings, repeat)},
    {.name = "ascii",
     .letter = 'a',
     .help = "shows data as characters, too, sixteen bytes a line",
     VALUE_AT(struct apdu_settings, ascii)},
    {.name = "json",
     .letter = 'j',
     .help = "writes a line of JSON for each command instead of text",
     VALUE_AT(struct apdu_settings, json)},
    {0}};

static const struct operand_row operands[] = {
    {.name = "HEX",
     .form = "HEX... | -",
     .help = "a command each, '00A40000' or '00 A4 00 00' in quotes; arguments of one byte each make one "
             "command. '-' reads standard input, line by line; on a terminal it asks for them",
     .optional = true,
     VALUE_AT(struct apdu_settings, commands)},
    {0}};

const struct command cmd_apdu = {
    .name = "scard apdu",
    .line = "sends commands to a card",
    .summary =
        "Sends commands (APDUs) to a card and prints what goes out (>) and what comes back (<): data, and "
        "the status word with its meaning.",
    .options = options,
    .operands = operands,
    .notes =
        "Behind a command may stand what the answer is to be: '00A40000 => 9000', '00A40000 (90 00)', "
        "'=> 61?? or 9000', '=> 6F..* 9000'. Four digits are the status word, with any data; else it is the "
        "whole answer. ? . or X is any digit, * any bytes. What is not as expected ends the list, with exit "
        "code 1.\n"
        "In a file: one command per line in hexadecimal; '#' begins a comment; 'reset' resets the card, "
        "'exit' ends the list; '\\' at the end continues a line (as scriptor of pcsc-tools has it).\n"
        "Commands that carry a PIN or a key (VERIFY, LOAD KEYS, PUT KEY and their kin) are taken from a "
        "file or standard input only, and are printed without it.\n"
        "'scard apdu -' on a terminal is a conversation: lines can be edited and come back with the arrow "
        "keys, 'help' tells what may be typed, and a typo ends nothing. Lines with a PIN or a key are not "
        "remembered.\n"
        "JSON, a line for each: {\"step\",\"kind\",\"command\",\"data\",\"status\",\"meaning\",\"atr\",\"expected\", "
        "\"met\",\"failed\"}; kind is \"command\" or \"reset\", of which only the ATR comes; bytes of the "
        "command that are not shown are **; failed is the name of a code, where nothing came.\n",
    .examples = "  scard apdu 0084000008                      GET CHALLENGE of 8 bytes\n"
                "  scard apdu -r 1 00A4000C023F00 00C0000000  two commands to reader 1\n"
                "  scard apdu --ascii 00B0000000              what a file says\n"
                "  scard apdu --raw 00A4040000                61xx stays 61xx\n"
                "  scard apdu '00A40000023F00 => 9000 or 61?\?'      an answer that must be so\n"
                "  scard apdu -n 1000 -e 9000 0084000008      does it always answer?\n"
                "  scard apdu --lock -f commands.txt          a script, nobody in between\n"
                "  echo 0084000008 | scard apdu -             from a pipe\n"
                "  scard apdu -                               a conversation\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
