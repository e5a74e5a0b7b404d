/* scard apdu: sends commands from the command line, a file or stdin to a card. In the table of main.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command.h"
#include "scardssp_rm.h"
#include "talk/card.h"
#include "talk/choose.h"
#include "talk/script.h"
#include "talk/step.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/text.h"

/* What a command must look like. */
#define APDU_FORM ": CLA INS P1 P2, then [Lc data] [Le], in hexadecimal (--raw sends any bytes)"

static const char unreadable[] = "check its name, and whether you may read it";

struct apdu_settings {
    const char *reader;           /* NULL: the only one */
    const char *file;             /* NULL: the operands */
    struct operand_list commands; /* "-" alone: standard input */
    int protocol;
    bool exclusive, lock, stop_on_error, raw;
};

/* Steps that are all read before the first is sent, so that a mistake leaves the card alone. */
struct steps {
    struct script_step *rows;
    size_t count, room;
};

static void steps_free(struct steps *steps) {
    for (size_t i = 0; i < steps->count; ++i)
        script_step_free(&steps->rows[i]);
    free(steps->rows);
    *steps = (struct steps){0};
}

/* Takes over the step's bytes, also when it fails. */
static int steps_add(struct steps *steps, struct script_step *step) {
    if (steps->count == steps->room) {
        const size_t room = steps->room ? 2 * steps->room : 16;
        struct script_step *rows = realloc(steps->rows, room * sizeof *rows);
        if (rows == NULL) {
            script_step_free(step);
            return failure(E_OUTOFMEMORY, NULL, "cannot keep so many commands");
        }
        steps->rows = rows;
        steps->room = room;
    }
    steps->rows[steps->count++] = *step;
    return EXIT_GOOD;
}

/* Tells what is wrong with a command of the command line that is hexadecimal. EXIT_GOOD: nothing. */
static int judge_argument(const struct command *command, bool raw, const struct script_step *step,
                          size_t number) {
    const HRESULT hr = step_check(step, raw);
    if (hr == E_INVALIDARG)
        return options_complain(command, "command %zu is not well-formed" APDU_FORM, number);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot check command %zu", number);
    if (step_is_secret(step))
        return options_complain(
            command,
            "command %zu carries a secret (a PIN or a key): others can read a command line in "
            "the list of processes and the shell's history; put it in a file (-f FILE) or on "
            "standard input (-)",
            number);
    return EXIT_GOOD;
}

static int add_argument(const struct command *command, bool raw, struct steps *steps, const char *text) {
    struct script_step step = {0};
    const size_t number = steps->count + 1;
    errno = 0;
    if (!text_parse_hex(text, strlen(text), &step.bytes, &step.size))
        return errno ? failure(E_OUTOFMEMORY, NULL, "cannot keep command %zu", number)
                     : options_complain(command, "command %zu is not hexadecimal", number);
    const int code = judge_argument(command, raw, &step, number);
    if (code == EXIT_GOOD)
        return steps_add(steps, &step);
    script_step_free(&step);
    return code;
}

/* "00", "A4", ... as one text in new memory; none has more than two characters. NULL: out of memory. */
static char *join_bytes(const struct operand_list *arguments) {
    const size_t room = 3 * arguments->count + 1;
    char *text = calloc(room, 1);
    size_t used = 0;
    for (size_t i = 0; text && i < arguments->count; ++i)
        used += (size_t)snprintf(text + used, room - used, "%s ", arguments->values[i]);
    return text;
}

/* Each argument is a command; where each is one byte only, they are the bytes of one. */
static int steps_from_arguments(const struct command *command, bool raw, struct steps *steps,
                                const struct operand_list *arguments) {
    bool bytes = arguments->count > 1;
    for (size_t i = 0; i < arguments->count; ++i)
        bytes = bytes && strlen(arguments->values[i]) <= 2;
    int code = EXIT_GOOD;
    if (bytes) {
        char *text = join_bytes(arguments);
        code = text ? add_argument(command, raw, steps, text)
                    : failure(E_OUTOFMEMORY, NULL, "cannot keep the command");
        free(text);
        return code;
    }
    for (size_t i = 0; i < arguments->count && code == EXIT_GOOD; ++i)
        code = add_argument(command, raw, steps, arguments->values[i]);
    return code;
}

/* Reads one good step of a script. SCRIPT_END is EXIT_GOOD with *more false. */
static int step_from_file(FILE *file, const char *name, bool raw, unsigned long *line,
                          struct script_step *step, bool *more) {
    *more = false;
    switch (script_read(file, line, step)) {
    case SCRIPT_END:
        return EXIT_GOOD;
    case SCRIPT_FAILED:
        return failure_plain(unreadable, "cannot read '%s': %s", name, strerror(errno));
    case SCRIPT_BAD:
        return failure_plain("'scard help apdu' says what a line may be",
                             "%s:%lu: neither hexadecimal bytes nor 'reset' or 'exit'", name, step->line);
    case SCRIPT_WIDE:
        return failure_plain("save it as UTF-8 or plain ASCII", "%s: the text is UTF-16 or UTF-32", name);
    case SCRIPT_STEP:
        break;
    }
    const HRESULT hr = step_check(step, raw);
    if (SUCCEEDED(hr)) {
        *more = true;
        return EXIT_GOOD;
    }
    script_step_free(step);
    if (hr != E_INVALIDARG)
        return failure(hr, NULL, "%s:%lu: cannot check the command", name, step->line);
    return failure_plain(NULL, "%s:%lu: the command is not well-formed" APDU_FORM, name, step->line);
}

static int steps_from_file(bool raw, struct steps *steps, const char *name) {
    FILE *file = file_open(name, "rb");
    if (file == NULL)
        return failure_plain(unreadable, "cannot read '%s': %s", name, strerror(errno));
    unsigned long line = 0;
    bool more = true;
    int code = EXIT_GOOD;
    while (more && code == EXIT_GOOD) {
        struct script_step step = {0};
        code = step_from_file(file, name, raw, &line, &step, &more);
        if (code == EXIT_GOOD && more)
            code = steps_add(steps, &step);
    }
    fclose(file);
    return code;
}

static int run_step(ISCard *card, const struct apdu_settings *settings, const struct script_step *step) {
    uint16_t sw = 0;
    const struct step_manner manner = {.share = settings->exclusive ? EXCLUSIVE : SHARED,
                                       .raw = settings->raw};
    const HRESULT hr = step_run(card, &manner, step, &sw);
    if (FAILED(hr))
        return failure(hr, NULL, step->bytes ? "cannot send the command" : "cannot reset the card");
    if (settings->stop_on_error && sw != 0x9000)
        return failure_plain("the answer says why, and without --stop-on-error the rest is sent all the same",
                             "stopped: the status word is not 9000");
    return EXIT_GOOD;
}

/* Step by step, so that a person or a program can answer to the card's replies. */
static int run_stdin(ISCard *card, const struct apdu_settings *settings) {
    unsigned long line = 0;
    for (;;) {
        struct script_step step = {0};
        bool more = false;
        int code = step_from_file(stdin, "standard input", settings->raw, &line, &step, &more);
        if (code != EXIT_GOOD || !more)
            return code;
        code = run_step(card, settings, &step);
        script_step_free(&step);
        if (code != EXIT_GOOD)
            return code;
    }
}

/* steps NULL: from stdin. */
static int run_all(ISCard *card, const struct apdu_settings *settings, const struct steps *steps) {
    int code = steps ? EXIT_GOOD : run_stdin(card, settings);
    for (size_t i = 0; steps && i < steps->count && code == EXIT_GOOD; ++i)
        code = run_step(card, settings, &steps->rows[i]);
    return code;
}

/* The same in a transaction of the card's. */
static int run_locked(ISCard *card, const struct apdu_settings *settings, const struct steps *steps) {
    const HRESULT hr = ISCard_LockSCard(card);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot lock the card");
    const int code = run_all(card, settings, steps);
    ISCard_UnlockSCard(card, LEAVE); /* a card that is gone has been reported before */
    return code;
}

static int run_steps(const struct apdu_settings *settings, const struct steps *steps) {
    char *reader = NULL;
    ISCard *card = NULL;
    int code = reader_choose(settings->reader, READER_WITH_CARD, "-r READER", &reader);
    if (code != EXIT_GOOD)
        return code;
    code = card_open(reader, settings->exclusive ? EXCLUSIVE : SHARED, settings->protocol, &card);
    if (code == EXIT_GOOD && settings->lock)
        code = run_locked(card, settings, steps);
    else if (code == EXIT_GOOD)
        code = run_all(card, settings, steps);
    card_close(card);
    free(reader);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct apdu_settings *settings = invocation->settings;
    if (settings->file && settings->commands.count > 0)
        return options_complain(invocation->command, "either -f FILE or commands, not both");
    return settings->file == NULL && settings->commands.count == 0
               ? options_complain(invocation->command, "which command (APDU)?")
               : EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct apdu_settings *settings = invocation->settings;
    const struct operand_list *commands = &settings->commands;
    if (settings->file == NULL && commands->count == 1 && strcmp(commands->values[0], "-") == 0)
        return run_steps(settings, NULL);
    struct steps steps = {0};
    int code = settings->file ? steps_from_file(settings->raw, &steps, settings->file)
                              : steps_from_arguments(invocation->command, settings->raw, &steps, commands);
    if (code == EXIT_GOOD)
        code = run_steps(settings, &steps);
    steps_free(&steps);
    return code;
}

static const struct apdu_settings defaults = {.protocol = T0 | T1};

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
    {0}};

static const struct operand_row operands[] = {
    {.name = "HEX",
     .form = "HEX... | -",
     .help = "a command each, '00A40000' or '00 A4 00 00' in quotes; arguments of one byte each make one "
             "command. '-' reads standard input, line by line",
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
    .notes = "In a file: one command per line in hexadecimal; '#' begins a comment; 'reset' resets the card, "
             "'exit' ends the list; '\\' at the end continues a line (as scriptor of pcsc-tools has it).\n"
             "Commands that carry a PIN or a key (VERIFY, LOAD KEYS, PUT KEY and their kin) are taken from a "
             "file or standard input only, and are printed without it.\n",
    .examples = "  scard apdu 0084000008                      GET CHALLENGE of 8 bytes\n"
                "  scard apdu -r 1 00A4000C023F00 00C0000000  two commands to reader 1\n"
                "  scard apdu --raw 00A4040000                61xx stays 61xx\n"
                "  scard apdu --lock -f commands.txt          a script, nobody in between\n"
                "  echo 0084000008 | scard apdu -             from a pipe\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
