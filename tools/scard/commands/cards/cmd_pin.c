/* scard pin: codes of a card (PIN, CHV) shown, changed, unblocked, asked about. In the table of main.c. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "talk/choose.h"
#include "talk/pin.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/options.h"
#include "terminal/text.h"

struct pin_settings {
    const char *reader; /* NULL: the only one with a card */
    struct pin_place place;
    struct secret_source source;
    bool last_try, renew, keyboard, json;
};

/* What a command is at: the reader, and what its owner has given. */
struct pin_job {
    const struct pin_settings *settings;
    const char *reader;
    struct secret secrets[2]; /* the code, or the resetting one; the new code */
    bool at_pad;              /* they are typed at the reader, for the card alone */
};

/* A command's own half: asks for its secrets, and uses them. */
struct pin_way {
    bool guarded; /* a wrong code costs a try of this one */
    int (*get)(struct pin_job *job);
    bool padded, changes; /* the reader's PIN pad may do: for two codes */
    int (*use)(const struct pin_job *job, struct pin *pin);
};

/* The JSON and the text of all four: what has become of the code. */
static void tell(const struct pin_job *job, const char *result, long tries) {
    if (job->settings->json) {
        struct json json = {.file = stdout};
        json_object(&json, NULL);
        json_text(&json, "reader", job->reader);
        json_text(&json, "code", job->settings->place.code);
        json_text(&json, "result", result);
        if (tries < 0)
            json_text(&json, "triesLeft", NULL);
        else
            json_number(&json, "triesLeft", (uint64_t)tries);
        json_end(&json, '}');
        return;
    }
    printf("Code %s: %s", job->settings->place.code, result);
    if (tries >= 0)
        printf(", tries left: %ld", tries);
    putchar('\n');
}

/* Attaches, locks, and runs `use` on the code; without one only looks whether the code may be shown. */
static int with_card(struct pin_job *job, const struct pin_way *way, bool look) {
    ISCardManage *manage = NULL;
    struct pin pin = {0};
    int code = manager_open(job->reader, &manage);
    if (code == EXIT_GOOD) {
        const HRESULT hr = ISCardManage_SCardLock(manage);
        if (FAILED(hr))
            code = failure(hr, NULL, "cannot lock the card in '%s'", job->reader);
    }
    if (code == EXIT_GOOD)
        code = pin_open(manage, &job->settings->place, &pin);
    if (code == EXIT_GOOD && way->guarded)
        code = pin_guard(&pin, job->settings->last_try);
    if (code == EXIT_GOOD && look)
        job->at_pad = way->padded && !job->settings->keyboard &&
                      pin_wants_pad(&pin, &job->settings->source, way->changes);
    else if (code == EXIT_GOOD)
        code = way->use(job, &pin);
    pin_close(&pin);
    manager_close(manage);
    return code;
}

/* The card is free while its owner looks for the PIN: then it may have changed, and is looked at again. */
static int run_way(const struct invocation *invocation, const struct pin_way *way) {
    struct pin_job job = {.settings = invocation->settings};
    char *reader = NULL;
    int code = reader_choose(job.settings->reader, READER_WITH_CARD, "READER", &reader);
    job.reader = reader;
    if (code == EXIT_GOOD && way->get) {
        code = with_card(&job, way, true);
        if (code == EXIT_GOOD && !job.at_pad)
            code = way->get(&job);
    }
    if (code == EXIT_GOOD)
        code = with_card(&job, way, false);
    secret_wipe(&job.secrets[0]);
    secret_wipe(&job.secrets[1]);
    free(reader);
    return code;
}

static int get_code(struct pin_job *job) {
    return pin_get(&job->settings->source, "PIN", job->settings->place.code, &job->secrets[0]);
}

#define RESETTING "Resetting code (PUK) for PIN"

static int get_resetting(struct pin_job *job) {
    const char *code = job->settings->place.code;
    return job->settings->renew
               ? pin_get_both(&job->settings->source, RESETTING, code, &job->secrets[0], &job->secrets[1])
               : pin_get(&job->settings->source, RESETTING, code, &job->secrets[0]);
}

static int get_both(struct pin_job *job) {
    return pin_get_both(&job->settings->source, "Old PIN", job->settings->place.code, &job->secrets[0],
                        &job->secrets[1]);
}

/* Tells, in JSON too, that a code was refused. */
static int complain(const struct pin_job *job, struct pin *pin, HRESULT hr) {
    struct pin_state state;
    const int code = pin_complain(pin, hr, &state);
    if (code == EXIT_CODE && job->settings->json)
        tell(job, state.tries == 0 ? "blocked" : "wrong", state.tries);
    return code;
}

static int use_verify(const struct pin_job *job, struct pin *pin) {
    const HRESULT hr = job->at_pad ? pin_show_on_pad(pin) : pin_show(pin, &job->secrets[0]);
    if (FAILED(hr))
        return complain(job, pin, hr);
    tell(job, "verified", -1);
    return EXIT_GOOD;
}

static int use_change(const struct pin_job *job, struct pin *pin) {
    const HRESULT hr =
        job->at_pad ? pin_change_on_pad(pin) : pin_change(pin, &job->secrets[0], &job->secrets[1]);
    if (FAILED(hr))
        return complain(job, pin, hr);
    tell(job, "changed", -1);
    return EXIT_GOOD;
}

static int use_unblock(const struct pin_job *job, struct pin *pin) {
    const HRESULT hr = job->settings->renew ? pin_renew(pin, &job->secrets[0], &job->secrets[1])
                                            : pin_unblock(pin, &job->secrets[0]);
    if (FAILED(hr)) {
        const int code = pin_complain_of_resetting(pin, hr);
        if (code == EXIT_CODE && job->settings->json)
            tell(job, hr == (HRESULT)SCARD_W_CHV_BLOCKED ? "blocked" : "wrong", -1);
        return code;
    }
    tell(job, "unblocked", -1);
    return EXIT_GOOD;
}

static int use_status(const struct pin_job *job, struct pin *pin) {
    struct pin_state state;
    const int code = pin_ask(pin, &state);
    if (code == EXIT_GOOD)
        tell(job,
             SUCCEEDED(state.status)                        ? "verified"
             : state.status == (HRESULT)SCARD_W_CHV_BLOCKED ? "blocked"
                                                            : "not verified",
             state.tries);
    return code;
}

static int verify_run(const struct invocation *invocation) {
    return run_way(invocation, &(const struct pin_way){
                                   .guarded = true, .get = get_code, .padded = true, .use = use_verify});
}

static int change_run(const struct invocation *invocation) {
    return run_way(invocation,
                   &(const struct pin_way){
                       .guarded = true, .get = get_both, .padded = true, .changes = true, .use = use_change});
}

static int unblock_run(const struct invocation *invocation) {
    return run_way(invocation, &(const struct pin_way){.get = get_resetting, .use = use_unblock});
}

static int status_run(const struct invocation *invocation) {
    return run_way(invocation, &(const struct pin_way){.use = use_status});
}

static int check(const struct invocation *invocation) {
    const struct pin_settings *settings = invocation->settings;
    LONG reference = 0;
    return pin_parse(settings->place.code, &reference)
               ? EXIT_GOOD
               : options_complain(
                     invocation->command,
                     "--code wants the number of a code, two hexadecimal digits, and never a PIN");
}

static const struct pin_settings defaults = {.place = {.code = "01"},
                                             .source = {.descriptor = SECRET_NO_DESCRIPTOR}};

#define CODE_OPTION                                                                                          \
    {                                                                                                        \
        .name = "code", .letter = 'c', .argument = "NUMBER",                                                 \
        .help = "which code: its number (P2) in hexadecimal; 01 by default",                                 \
        VALUE_AT(struct pin_settings, place.code)                                                            \
    }
#define DIRECTORY_OPTION                                                                                     \
    {                                                                                                        \
        .name = "directory", .letter = 'd', .argument = "DIRECTORY",                                         \
        .help = "where the code belongs to: identifiers, or the name (AID) of an application",               \
        VALUE_AT(struct pin_settings, place.directory)                                                       \
    }
#define FD_OPTION                                                                                            \
    {                                                                                                        \
        .name = "pin-fd", .letter = 'f', .argument = "N",                                                    \
        .help = "reads PINs from this descriptor, a line each, instead of the terminal",                     \
        VALUE_AT(struct pin_settings, source.descriptor)                                                     \
    }
#define ASKPASS_OPTION                                                                                       \
    {                                                                                                        \
        .name = "askpass", .letter = 'a', .argument = "PROGRAM",                                             \
        .help = "lets this program ask: it gets the question and writes the PIN; without a terminal, the "   \
                "one that SSH_ASKPASS names",                                                                \
        VALUE_AT(struct pin_settings, source.askpass)                                                        \
    }
#define LAST_TRY_OPTION                                                                                      \
    {                                                                                                        \
        .name = "last-try", .letter = 'l', .help = "also where one try is left, and a wrong one blocks it",  \
        VALUE_AT(struct pin_settings, last_try)                                                              \
    }

static const struct option_row guarded_options[] = {CODE_OPTION,
                                                    DIRECTORY_OPTION,
                                                    {.name = "keyboard",
                                                     .letter = 'k',
                                                     .help = "asks here also where the reader has a PIN pad",
                                                     VALUE_AT(struct pin_settings, keyboard)},
                                                    FD_OPTION,
                                                    ASKPASS_OPTION,
                                                    LAST_TRY_OPTION,
                                                    JSON_OPTION(struct pin_settings),
                                                    {0}};
static const struct option_row unblock_options[] = {
    CODE_OPTION,
    DIRECTORY_OPTION,
    {.name = "new",
     .letter = 'n',
     .help = "gives the PIN a new value, too, as SIMs and UICCs want it",
     VALUE_AT(struct pin_settings, renew)},
    FD_OPTION,
    ASKPASS_OPTION,
    JSON_OPTION(struct pin_settings),
    {0}};
static const struct option_row status_options[] = {
    CODE_OPTION, DIRECTORY_OPTION, JSON_OPTION(struct pin_settings), {0}};

static const struct operand_row operands[] = {READER_OPERAND(struct pin_settings), {0}};

#define NOTES                                                                                                \
    "JSON: {\"reader\",\"code\",\"result\",\"triesLeft\"}.\n"                                                \
    "Exit code 3: the code was wrong, is blocked, or has one try left.\n"

static const struct command verify_command = {
    .name = "scard pin verify",
    .line = "shows a PIN to the card",
    .summary =
        "Shows a PIN to the card, which keeps it for verified until it is reset or loses its power. The "
        "PIN is asked for at the reader's PIN pad or, without one, on the terminal, where it is not shown; it never "
        "stands on the command line.",
    .options = guarded_options,
    .operands = operands,
    .notes = NOTES,
    .examples = "  scard pin verify                     PIN 01 of the only card\n"
                "  scard pin verify 0 --code 80 -d A000000308000010000100\n"
                "  scard pin verify --pin-fd 3 3< FILE  for programs\n",
    SETTINGS(defaults),
    .check = check,
    .run = verify_run};

static const struct command change_command = {
    .name = "scard pin change",
    .line = "changes a PIN",
    .summary =
        "Changes a PIN: asks for the old one, the new one, and the new one again. With --pin-fd the old "
        "and the new one, a line each.",
    .options = guarded_options,
    .operands = operands,
    .notes = NOTES,
    .examples = "  scard pin change\n"
                "  scard pin change 0 --code 81\n",
    SETTINGS(defaults),
    .check = check,
    .run = change_run};

static const struct command unblock_command = {
    .name = "scard pin unblock",
    .line = "unblocks a PIN with its resetting code",
    .summary =
        "Unblocks a PIN with its resetting code (PUK): all its tries are back. The PIN itself stays as it was, or with "
        "--new gets a new value, which is asked for; with --pin-fd it is the second line. Without --new the resetting "
        "code has 8 digits, or 9 without a zero in front.",
    .options = unblock_options,
    .operands = operands,
    .notes = "Cards do not tell how many tries the resetting code has: be sure of it.\n" NOTES,
    .examples = "  scard pin unblock --code 01\n"
                "  scard pin unblock --new       of a SIM\n",
    SETTINGS(defaults),
    .check = check,
    .run = unblock_run};

static const struct command status_command = {
    .name = "scard pin status",
    .line = "asks whether a PIN is verified, and its tries",
    .summary =
        "Asks the card about a PIN, without showing one: whether it has been verified or is not wanted, "
        "is blocked, or how many tries are left.",
    .options = status_options,
    .operands = operands,
    .notes = "JSON: {\"reader\",\"code\",\"result\",\"triesLeft\"}; triesLeft null: the card does not say.\n",
    .examples = "  scard pin status\n"
                "  scard pin status --code 81 -d DF02\n",
    SETTINGS(defaults),
    .check = check,
    .run = status_run};

static const struct command *const family[] = {&verify_command, &change_command, &unblock_command,
                                               &status_command, NULL};

const struct command cmd_pin = {
    .name = "scard pin",
    .line = "PINs of a card: verify, change, unblock, status",
    .summary = "PINs of a card. They are typed without being shown, or come through a descriptor or from a "
               "program that asks; never from the command line, where everybody could read them.",
    .family = family};
