/* The shell's verify and change: PINs of the current directory. */
#include <stdio.h>

#include "shell/jsonline.h"
#include "shell/shellcommands.h"
#include "talk/pin.h"
#include "terminal/exitcode.h"
#include "terminal/options.h"

#define PIN_DEFAULT 0x01u
#define CODE_MAX 3

struct verify_settings {
    const char *code; /* NULL: the first one of the application */
    bool last_try;
};

/* What becomes of the code: at the reader's PIN pad, or once it is known. */
struct pin_use {
    bool both; /* two codes */
    HRESULT (*run)(struct pin *pin, const struct secret secrets[2]);
    HRESULT (*run_on_pad)(struct pin *pin);
    const char *done;
};

struct task {
    struct session *session;
    bool last_try;
    struct pin_place place;
    struct secret secrets[2];
    const struct pin_use *use;
    bool at_pad;
};

/*
 * With the card locked, in the current directory; look: only looks whether and where the code may be shown.
 */
static int with_card(struct task *task, bool look) {
    struct pin pin = {0};
    struct pin_state state;
    int code = session_hold(task->session);
    if (code != EXIT_GOOD)
        return code;
    code = pin_open(task->session->recovery.manage, &task->place, &pin);
    if (code == EXIT_GOOD)
        code = pin_guard(&pin, task->last_try);
    if (code == EXIT_GOOD && look)
        task->at_pad = pin_wants_pad(&pin, &task->session->source, task->use->both);
    if (code == EXIT_GOOD && !look) {
        const HRESULT hr = task->at_pad ? task->use->run_on_pad(&pin) : task->use->run(&pin, task->secrets);
        if (FAILED(hr))
            code = pin_complain(&pin, hr, &state);
    }
    pin_close(&pin);
    session_free(task->session);
    return code;
}

static int get(struct task *task) {
    const struct secret_source *source = &task->session->source;
    session_rest(task->session);
    const int code = task->use->both ? pin_get_both(source, "Old PIN", task->place.code, &task->secrets[0],
                                                    &task->secrets[1])
                                     : pin_get(source, "PIN", task->place.code, &task->secrets[0]);
    return code == EXIT_GOOD ? session_begin(task->session) : code;
}

/* The card is free while its owner looks for the PIN: then it may have changed, and is looked at again. */
static int run(const struct invocation *invocation, const struct pin_use *use) {
    const struct verify_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    const struct application *application = place_application(session->place);
    char code_text[CODE_MAX];
    (void)snprintf(code_text, sizeof code_text, "%02X",
                   application && application->pin ? (unsigned)application->pin : PIN_DEFAULT);
    struct task task = {.session = session,
                        .use = use,
                        .last_try = settings->last_try,
                        .place = {session->place, settings->code ? settings->code : code_text}};
    int code = with_card(&task, true);
    if (code == EXIT_GOOD && !task.at_pad)
        code = get(&task);
    if (code == EXIT_GOOD)
        code = with_card(&task, false);
    if (code == EXIT_GOOD && session->json)
        jsonline_code(task.place.code, use->done);
    else if (code == EXIT_GOOD)
        printf("Code %s: %s\n", task.place.code, use->done);
    secret_wipe(&task.secrets[0]);
    secret_wipe(&task.secrets[1]);
    return code;
}

static HRESULT use_verify(struct pin *pin, const struct secret secrets[2]) {
    return pin_show(pin, &secrets[0]);
}

static HRESULT use_change(struct pin *pin, const struct secret secrets[2]) {
    return pin_change(pin, &secrets[0], &secrets[1]);
}

static int verify_run(const struct invocation *invocation) {
    static const struct pin_use use = {.run = use_verify, .run_on_pad = pin_show_on_pad, .done = "verified"};
    return run(invocation, &use);
}

static int change_run(const struct invocation *invocation) {
    static const struct pin_use use = {
        .both = true, .run = use_change, .run_on_pad = pin_change_on_pad, .done = "changed"};
    return run(invocation, &use);
}

static int check(const struct invocation *invocation) {
    const struct verify_settings *settings = invocation->settings;
    LONG reference = 0;
    return settings->code == NULL || pin_parse(settings->code, &reference)
               ? EXIT_GOOD
               : options_complain(invocation->command,
                                  "wants the number of a code, two hexadecimal digits, and never a PIN");
}

static const struct verify_settings defaults = {.code = NULL};

static const struct option_row options[] = {{.name = "last-try",
                                             .letter = 'l',
                                             .help = "also where one try is left, and a wrong one blocks it",
                                             VALUE_AT(struct verify_settings, last_try)},
                                            {0}};

static const struct operand_row operands[] = {
    {.name = "NUMBER",
     .help =
         "which code: its number (P2) in hexadecimal; by default the first one of the application, 01 elsewhere",
     .optional = true,
     VALUE_AT(struct verify_settings, code)},
    {0}};

const struct command shell_verify = {
    .name = "verify",
    .line = "shows a PIN to the card",
    .summary =
        "Shows a PIN of the current directory to the card. It is asked for and not shown; it never stands on a "
        "line, nor in the history.",
    .options = options,
    .operands = operands,
    .examples = "  verify\n  cd PIV; verify 80\n",
    SETTINGS(defaults),
    .check = check,
    .run = verify_run};

const struct command shell_change = {
    .name = "change",
    .line = "changes a PIN",
    .summary =
        "Changes a PIN of the current directory: asks for the old one, the new one, and the new one again.",
    .options = options,
    .operands = operands,
    .examples = "  change 01\n",
    SETTINGS(defaults),
    .check = check,
    .run = change_run};
