/* Steps that are read before the first is sent: see steplist.h. */
#include "steps/steplist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "lineedit/plainlines.h"
#include "lineedit/textline.h"
#include "steps/expectation.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/options.h"

/* What a command must look like. */
#define APDU_FORM ": CLA INS P1 P2, then [Lc data] [Le], in hexadecimal (--raw sends any bytes)"
#define WHERE_MAX 600

static const char unreadable[] = "check its name, and whether you may read it";

void steplist_free(struct steplist *list) {
    for (size_t i = 0; i < list->count; ++i)
        script_step_free(&list->rows[i]);
    free(list->rows);
    *list = (struct steplist){0};
}

/* Takes over what the step has, also when it fails. */
static int add(struct steplist *list, struct script_step *step) {
    if (list->count == list->room) {
        const size_t room = list->room ? 2 * list->room : 16;
        struct script_step *rows = realloc(list->rows, room * sizeof *rows);
        if (rows == NULL) {
            script_step_free(step);
            return failure(E_OUTOFMEMORY, NULL, "cannot keep so many commands");
        }
        list->rows = rows;
        list->room = room;
    }
    list->rows[list->count++] = *step;
    return EXIT_GOOD;
}

int steplist_complain(const char *where, enum script_result result, HRESULT status) {
    if (result == SCRIPT_BAD)
        return failure_plain("'scard help apdu' says what a line may be",
                             "%s: neither hexadecimal bytes nor 'reset' or 'exit'", where);
    if (result == SCRIPT_ANSWER)
        return failure_plain("it is written like this: " EXPECTATION_FORM,
                             "%s: that is not what an answer looks like", where);
    if (result == SCRIPT_FAILED)
        return failure(E_OUTOFMEMORY, NULL, "%s: cannot keep the command", where);
    return status == E_INVALIDARG ? failure_plain(NULL, "%s: the command is not well-formed" APDU_FORM, where)
                                  : failure(status, NULL, "%s: cannot check the command", where);
}

int steplist_read(FILE *file, const char *name, bool raw, unsigned long *line, struct script_step *step,
                  bool *more) {
    char where[WHERE_MAX];
    const enum script_result result = script_read(file, line, step);
    *more = false;
    if (result == SCRIPT_END)
        return EXIT_GOOD;
    if (result == SCRIPT_FAILED)
        return failure_plain(unreadable, "cannot read '%s': %s", name, strerror(errno));
    if (result == SCRIPT_WIDE)
        return failure_plain("save it as UTF-8 or plain ASCII", "%s: the text is UTF-16 or UTF-32", name);
    const HRESULT hr = result == SCRIPT_STEP ? step_check(step, raw) : E_INVALIDARG;
    *more = result == SCRIPT_STEP && SUCCEEDED(hr);
    if (*more)
        return EXIT_GOOD;
    if (result == SCRIPT_STEP)
        script_step_free(step);
    (void)snprintf(where, sizeof where, "%s:%lu", name, step->line);
    return steplist_complain(where, result, hr);
}

int steplist_add_file(struct steplist *list, const char *name, bool raw) {
    FILE *file = file_open(name, "rb");
    if (file == NULL)
        return failure_plain(unreadable, "cannot read '%s': %s", name, strerror(errno));
    plainlines_begin(file);
    unsigned long line = 0;
    bool more = true;
    int code = EXIT_GOOD;
    while (more && code == EXIT_GOOD) {
        struct script_step step = {0};
        code = steplist_read(file, name, raw, &line, &step, &more);
        if (code == EXIT_GOOD && more)
            code = add(list, &step);
    }
    fclose(file);
    return code;
}

/* Tells what is wrong with a command of the command line that could be read. EXIT_GOOD: nothing. */
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

static int parse_argument(const struct command *command, const char *text, size_t number,
                          struct script_step *step) {
    switch (script_parse(text, strlen(text), step)) {
    case SCRIPT_STEP:
        return EXIT_GOOD;
    case SCRIPT_FAILED:
        return failure(E_OUTOFMEMORY, NULL, "cannot keep command %zu", number);
    case SCRIPT_ANSWER:
        return options_complain(
            command, "command %zu expects what is no answer; it is written like this: " EXPECTATION_FORM,
            number);
    case SCRIPT_NOTHING: /* no bytes, which are none that are well-formed */
        return options_complain(command, "command %zu is not well-formed" APDU_FORM, number);
    case SCRIPT_END:
    case SCRIPT_BAD:
    case SCRIPT_WIDE:
        break;
    }
    return options_complain(command, "command %zu is not hexadecimal", number);
}

static int add_argument(struct steplist *list, const struct command *command, const char *text, bool raw) {
    struct script_step step = {0};
    const size_t number = list->count + 1;
    int code = parse_argument(command, text, number, &step);
    if (code != EXIT_GOOD)
        return code;
    code = judge_argument(command, raw, &step, number);
    if (code == EXIT_GOOD)
        return add(list, &step);
    script_step_free(&step);
    return code;
}

/* "00", "A4", ... as one line. */
static int add_joined(struct steplist *list, const struct command *command,
                      const struct operand_list *arguments, bool raw) {
    struct textline line = {0};
    bool joined = true;
    for (size_t i = 0; i < arguments->count && joined; ++i)
        joined = textline_append(&line, arguments->values[i], strlen(arguments->values[i])) &&
                 textline_add(&line, ' ');
    const int code = joined ? add_argument(list, command, line.text, raw)
                            : failure(E_OUTOFMEMORY, NULL, "cannot keep the command");
    textline_free(&line);
    return code;
}

int steplist_add_arguments(struct steplist *list, const struct command *command,
                           const struct operand_list *arguments, bool raw) {
    bool bytes = arguments->count > 1;
    for (size_t i = 0; i < arguments->count; ++i)
        bytes = bytes && strlen(arguments->values[i]) <= 2;
    if (bytes)
        return add_joined(list, command, arguments, raw);
    int code = EXIT_GOOD;
    for (size_t i = 0; i < arguments->count && code == EXIT_GOOD; ++i)
        code = add_argument(list, command, arguments->values[i], raw);
    return code;
}
