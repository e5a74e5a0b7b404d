/* The shell's ls: what is in a directory. */
#include <stdio.h>
#include <string.h>

#include "shell/entry.h"
#include "shell/shellcommands.h"
#include "terminal/exitcode.h"

struct ls_settings {
    const char *directory;
    bool names;
};

static void print_names(const struct listing *listing) {
    char text[PLACE_MAX], parent[PLACE_MAX];
    for (size_t i = 0; i < listing->count; ++i) {
        const char *last = NULL;
        place_text(listing->entries[i].place, text);
        place_parent(text, parent, &last);
        printf("%s%s\n", last, listing->entries[i].directory ? "/" : "");
    }
}

static int run(const struct invocation *invocation) {
    const struct ls_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    const struct listing *listing = NULL;
    char place[PLACE_MAX];
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    const char *path = settings->directory ? settings->directory : ".";
    HRESULT hr = session_resolve(session, path, place);
    if (SUCCEEDED(hr))
        hr = session_list(session, place, &listing);
    session_free(session);
    if (FAILED(hr))
        return session_complain(hr, "list", path);
    if (settings->names && !session->json) {
        print_names(listing);
        return EXIT_GOOD;
    }
    for (size_t i = 0; i < listing->count; ++i)
        entry_tell(session, &listing->entries[i], 0);
    return EXIT_GOOD;
}

static const struct ls_settings defaults = {.names = false};

static const struct option_row options[] = {
    {.name = "names", .letter = '1', .help = "names alone, one a line", VALUE_AT(struct ls_settings, names)},
    {0}};

static const struct operand_row operands[] = {{.name = OPERAND_DIRECTORY,
                                               .help = "the current one by default",
                                               .optional = true,
                                               VALUE_AT(struct ls_settings, directory)},
                                              {0}};

const struct command shell_ls = {
    .name = "ls",
    .line = "lists a directory",
    .summary =
        "Lists a directory, as far as the card lets its files be found: ISO/IEC 7816-4 has no command that "
        "lists, so those are found that answer to an identifier which standards or the card's profile use.",
    .options = options,
    .operands = operands,
    .examples = "  ls\n  ls /DF.GSM\n",
    SETTINGS(defaults),
    .run = run};
