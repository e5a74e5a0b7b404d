/* The shell's info: what the card says of itself, of a file or of a directory. */
#include <stdio.h>

#include "scardssp_rm.h"
#include "shell/describe.h"
#include "shell/jsonline.h"
#include "shell/shellcommands.h"
#include "talk/cardname.h"
#include "terminal/exitcode.h"
#include "terminal/text.h"

struct info_settings {
    const char *path;
};

static void print_card(const char *reader, const struct scardssp_reader_state *state, const char *name) {
    printf("Reader:     ");
    (void)text_print(stdout, reader);
    if (state->atr_size > 0) {
        printf("\nATR:        ");
        text_print_hex(stdout, state->atr, state->atr_size, " ");
    }
    if (name) {
        printf("\nCard:       ");
        (void)text_print(stdout, name);
    }
    putchar('\n');
}

static void tell_card(const struct session *session) {
    struct scardssp_reader_state state = {0};
    char name[CARDNAME_MAX];
    if (scardssp_get_reader_state(session->reader, &state, 0) != S_OK)
        state.atr_size = 0;
    const bool known = state.atr_size > 0 && cardname_find(state.atr, state.atr_size, name);
    if (session->json)
        jsonline_card(session->reader, state.atr, state.atr_size, known ? name : NULL);
    else
        print_card(session->reader, &state, known ? name : NULL);
}

static int run(const struct invocation *invocation) {
    const struct info_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    const char *path = settings->path ? settings->path : ".";
    struct facts facts;
    char place[PLACE_MAX];
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    if (settings->path == NULL)
        tell_card(session);
    const HRESULT hr = describe_ask(session, path, place, &facts);
    session_free(session);
    if (FAILED(hr))
        return session_complain(hr, "ask about", path);
    describe_tell(session, place, &facts);
    return EXIT_GOOD;
}

static const struct info_settings defaults = {.path = NULL};

static const struct operand_row operands[] = {
    {.name = OPERAND_PATH,
     .help = "a file or directory; by default the card, and the current directory",
     .optional = true,
     VALUE_AT(struct info_settings, path)},
    {0}};

const struct command shell_info = {
    .name = "info",
    .line = "tells about the card, a file or a directory",
    .summary =
        "Tells in words what the card says of a file or directory (its file control parameters) or, without one, "
        "about the card and the current directory.",
    .operands = operands,
    .examples = "  info\n  info EF.DIR\n",
    SETTINGS(defaults),
    .run = run};
