/* scard trace check: proves that a trace shows no secret, in whatever form it is. In cmd_trace.c. */
#include <stdio.h>

#include "commands/traces/traces.h"
#include "scardssp_rm.h"
#include "terminal/exitcode.h"
#include "terminal/json.h"
#include "terminal/text.h"
#include "trace/secrets.h"

#define HEADER 4u

struct check_settings {
    const char *file;
    bool json;
};

/* What tells of secrets that are shown, as they are found. */
struct report {
    const struct check_settings *settings;
    struct json json;
};

static const char *form_name(enum trace_form form) {
    static const char *const names[] = {
        [TRACE_TEXT] = "text", [TRACE_JSONL] = "jsonl", [TRACE_PCAPNG] = "pcapng", [TRACE_HTML] = "html"};
    return names[form];
}

/* Of the command only what may be shown. */
static void tell_shown(void *user, size_t place, const uint8_t *command, size_t size) {
    struct report *report = user;
    char words[160];
    (void)scardssp_apdu_text(command, size, words, sizeof words);
    const size_t header = size < HEADER ? size : HEADER;
    if (report->settings->json) {
        json_object(&report->json, NULL);
        json_number(&report->json, "place", place);
        json_hex(&report->json, "header", command, header);
        json_text(&report->json, "words", words);
        json_end(&report->json, '}');
        return;
    }
    text_print(stdout, report->settings->file);
    printf(":%zu: a secret is shown: ", place);
    text_print_hex(stdout, command, header, " ");
    printf(" ...  | %s\n", words);
}

static void print_sum(const struct check_settings *settings, const struct secrets_found *found) {
    text_print(stdout, settings->file);
    printf(": %zu command%s, %zu with a secret, %zu of them shown\n", found->commands,
           found->commands == 1 ? "" : "s", found->secrets, found->shown);
}

static int run(const struct invocation *invocation) {
    const struct check_settings *settings = invocation->settings;
    struct report report = {.settings = settings, .json = {.file = stdout}};
    struct secrets_found found;
    if (settings->json) {
        json_object(&report.json, NULL);
        json_text(&report.json, "file", settings->file);
        json_array(&report.json, "shown");
    }
    const int code = secrets_check(settings->file, tell_shown, &report, &found);
    if (settings->json) {
        json_end(&report.json, ']');
        json_text(&report.json, "form", form_name(found.form));
        json_number(&report.json, "commands", found.commands);
        json_number(&report.json, "secrets", found.secrets);
        json_flag(&report.json, "clean", code == EXIT_GOOD && found.shown == 0);
        json_end(&report.json, '}');
    } else if (code == EXIT_GOOD) {
        print_sum(settings, &found);
    }
    return code == EXIT_GOOD && found.shown ? EXIT_CARD : code;
}

static const struct check_settings defaults = {.file = NULL};

static const struct option_row options[] = {JSON_OPTION(struct check_settings), {0}};

static const struct operand_row operands[] = {
    {.name = "FILE",
     .help = "a trace in any form: JSON Lines, pcapng, text, also that of --trace 2, or a page",
     VALUE_AT(struct check_settings, file)},
    {0}};

const struct command trace_check = {
    .name = "scard trace check",
    .line = "proves that a trace shows no PIN and no key",
    .summary =
        "Judges every command in a trace by the rule that says which carry a PIN or a key, and tells those "
        "that are not masked: before a trace is given away. What a card answers is not judged.",
    .options = options,
    .operands = operands,
    .notes =
        "Exit code: 0 when nothing is shown; 1 when something is, or the file cannot be read to its end.\n"
        "JSON: {\"file\",\"shown\":[{\"place\",\"header\",\"words\"}],\"form\", \"commands\",\"secrets\",\"clean\"}.\n",
    .examples = "  scard trace check said.jsonl && mail -A said.jsonl support@example.org\n",
    SETTINGS(defaults),
    .leaves_rm = true,
    .run = run};
