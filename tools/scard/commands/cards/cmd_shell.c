/* scard shell: a card explored command by command. In the table of main.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "lineedit/lineeditor.h"
#include "shell/shell.h"
#include "shell/typing.h"
#include "talk/choose.h"
#include "terminal/failure.h"

#define PROMPT_MAX (PLACE_MAX + 16)

struct shell_settings {
    const char *reader;
    const char *commands; /* NULL: from standard input */
    struct secret_source source;
    uint32_t wait_seconds;
    bool json;
};

/* Lines from standard input. A conversation goes on after what fails; a script ends, as sh -e does. */
static int converse(struct session *session) {
    const struct line_manner manner = {.program = "scard",
                                       .history = "shell",
                                       .complete = typing_complete,
                                       .is_secret = typing_is_secret,
                                       .context = session};
    struct line_editor *editor = line_editor_open(&manner);
    if (editor == NULL)
        return failure(E_OUTOFMEMORY, NULL, "cannot read commands");
    const bool person = line_editor_is_conversation(editor);
    int code = EXIT_GOOD;
    while (!session->quit && (person || code == EXIT_GOOD)) {
        char prompt[PROMPT_MAX], text[PLACE_MAX];
        const char *line = NULL;
        place_text(session->place, text);
        (void)snprintf(prompt, sizeof prompt, "card:%s> ", text);
        const enum line_result result = line_editor_read(editor, prompt, &line);
        if (result == LINE_HERE)
            code = shell_line(session, line);
        else if (result == LINE_FAILED)
            code = failure_plain(NULL, "cannot read commands: %s", strerror(errno));
        if (result == LINE_FAILED || result == LINE_END)
            break;
    }
    line_editor_close(editor);
    return person ? EXIT_GOOD : code;
}

static int run(const struct invocation *invocation) {
    const struct shell_settings *settings = invocation->settings;
    struct session session;
    char *reader = NULL;
    int code = reader_choose(settings->reader, READER_WITH_CARD, "READER", &reader);
    if (code == EXIT_GOOD)
        code = session_attach(reader, settings->wait_seconds, &settings->source, &session);
    free(reader);
    if (code != EXIT_GOOD)
        return code;
    session.commands = &shell_family;
    session.json = settings->json;
    code = settings->commands ? shell_line(&session, settings->commands) : converse(&session);
    session_detach(&session);
    return code;
}

static const struct shell_settings defaults = {.source = {.descriptor = SECRET_NO_DESCRIPTOR},
                                               .wait_seconds = RECOVERY_WAIT_SECONDS};

static const struct option_row options[] = {
    {.name = "command",
     .letter = 'c',
     .argument = "COMMANDS",
     .help = "runs these commands, with ';' between them, instead of those from standard input",
     VALUE_AT(struct shell_settings, commands)},
    {.name = "pin-fd",
     .letter = 'f',
     .argument = "N",
     .help = "reads PINs from this descriptor, a line each, instead of the terminal",
     VALUE_AT(struct shell_settings, source.descriptor)},
    {.name = "askpass",
     .letter = 'a',
     .argument = "PROGRAM",
     .help = "lets this program ask for PINs",
     VALUE_AT(struct shell_settings, source.askpass)},
    {.name = "wait",
     .letter = 'w',
     .argument = "SECONDS",
     .help = "how long a command waits for a card that is taken out; 60 by default",
     VALUE_AT(struct shell_settings, wait_seconds)},
    {.name = "json",
     .letter = 'j',
     .help = "what commands tell, as JSON, a line for each entry, file or answer",
     VALUE_AT(struct shell_settings, json)},
    {0}};

static const struct operand_row operands[] = {READER_OPERAND(struct shell_settings), {0}};

const struct command cmd_shell = {
    .name = "scard shell",
    .line = "explores a card: its files, by name, command by command",
    .summary =
        "Explores a card command by command: ls, cd, tree, cat, get, put, select, info, apdu, verify, change, find, help, "
        "quit. On SIMs, UICCs, PIV and OpenPGP cards files have their names. On a terminal lines are edited, kept as a "
        "history and completed with Tab; the shell goes on after a mistake, after Ctrl-C, which ends the command, and "
        "when the card was taken out and put back.",
    .options = options,
    .operands = operands,
    .notes =
        "Commands from a file or a pipe, and those of -c, end at the first one that fails, with its exit code.\n"
        "Other programs may use the card between two commands.\n",
    .examples = "  scard shell\n"
                "  scard shell -c 'ls; cat EF.DIR'\n"
                "  scard shell -c 'cd PIV; get CHUID chuid.bin'\n"
                "  scard shell < SCRIPT\n"
                "  scard shell --json -c 'tree /'\n",
    SETTINGS(defaults),
    .run = run};
