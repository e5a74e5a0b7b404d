/* Commands that a person types: see conversation.h. */
#include "steps/conversation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/wipe.h"
#include "scardssp_rm.h"
#include "steps/steplist.h"
#include "talk/cardname.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/fold.h"
#include "terminal/text.h"

#define PROMPT "apdu> "

static const char *const words[] = {"reset", "help", "exit", NULL};

static void complete(void *context, const char *line, size_t size, struct completion *out) {
    (void)context;
    (void)size;
    for (size_t i = 0; out->start == 0 && words[i]; ++i)
        completion_offer(out, line, words[i]);
}

/*
 * Also of a line with a slip in it: what stands before the slip says what command it is, and its end may be a
 * PIN.
 */
static bool is_secret(void *context, const char *line) {
    uint8_t *bytes = NULL;
    size_t size = 0, length = strspn(line, "0123456789abcdefABCDEFxX :-\t");
    (void)context;
    bool parsed = text_parse_hex(line, length, &bytes, &size);
    if (!parsed && length > 0) /* half a byte is left */
        parsed = text_parse_hex(line, length - 1, &bytes, &size);
    if (!parsed)
        return false;
    const bool secret = scardssp_apdu_secret(bytes, size, NULL, NULL) != SCARDSSP_SECRET_NONE;
    wipe_free(bytes, size);
    return secret;
}

const struct line_manner conversation_manner = {
    .program = "scard", .history = "apdu", .complete = complete, .is_secret = is_secret};

static void print_help(void) {
    static const char help[] =
        "A command (APDU) in hexadecimal, as 00A40000 or 00 A4 00 00, is sent to the card. Behind it, => 9000 "
        "or => 61?? or 9000 or => 6F..* says what the answer is to be. # begins a comment.\n"
        "reset resets the card, also one that was taken out and put back. exit or Ctrl-D ends. Ctrl-C drops a "
        "line, the arrow keys bring back earlier ones; those with a PIN or a key are not kept.\n";
    for (const char *line = help; *line;)
        line = fold_words(line, 0);
}

static void greet(const struct runner *runner, const char *reader) {
    struct card_look look;
    char name[CARDNAME_MAX];
    if (FAILED(card_look(runner->card, &look)))
        return;
    printf("Attached to ");
    text_print(stdout, reader);
    if (cardname_find(look.atr, look.atr_size, name)) {
        printf(" (");
        text_print(stdout, name);
        putchar(')');
    }
    printf(", %s. 'help' tells what may be typed, Ctrl-D ends.\n", card_protocol_text(look.protocol));
}

/* Does what a line says. false: it is "exit". */
static bool obey(struct runner *runner, const char *line) {
    struct script_step step = {0};
    if (ascii_equal(line, "help") || strcmp(line, "?") == 0) {
        print_help();
        return true;
    }
    const enum script_result result =
        ascii_equal(line, "quit") ? SCRIPT_END : script_parse(line, strlen(line), &step);
    if (result == SCRIPT_END || result == SCRIPT_NOTHING)
        return result == SCRIPT_NOTHING;
    const HRESULT hr = result == SCRIPT_STEP ? step_check(&step, runner->manner.raw) : S_OK;
    if (result == SCRIPT_STEP && SUCCEEDED(hr))
        (void)runner_step(runner, &step); /* what went wrong has been told */
    else
        (void)steplist_complain("not sent", result, hr);
    script_step_free(&step);
    return true;
}

int conversation_run(struct line_editor *editor, struct runner *runner, const char *reader) {
    const char *line = NULL;
    bool more = true;
    greet(runner, reader);
    while (more) {
        const enum line_result result = line_editor_read(editor, PROMPT, &line);
        if (result == LINE_FAILED)
            return failure_plain("begin again", "cannot read what is typed: %s", strerror(errno));
        more = result == LINE_DROPPED || (result == LINE_HERE && obey(runner, line));
    }
    return EXIT_GOOD;
}
