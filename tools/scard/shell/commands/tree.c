/* The shell's tree: all that is below a directory. */
#include "shell/entry.h"
#include "shell/shellcommands.h"
#include "shell/walk.h"
#include "terminal/exitcode.h"

struct tree_settings {
    const char *directory;
};

static void show(void *user, const struct listing_entry *entry, unsigned depth) {
    entry_tell(user, entry, depth);
}

static int run(const struct invocation *invocation) {
    const struct tree_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    const char *path = settings->directory ? settings->directory : ".";
    char place[PLACE_MAX];
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    HRESULT hr = session_resolve(session, path, place);
    if (SUCCEEDED(hr))
        hr = walk_below(session, place, show, session);
    session_free(session);
    return FAILED(hr) ? session_complain(hr, "list", path) : EXIT_GOOD;
}

static const struct tree_settings defaults = {.directory = NULL};

static const struct operand_row operands[] = {{.name = OPERAND_DIRECTORY,
                                               .help = "the current one by default",
                                               .optional = true,
                                               VALUE_AT(struct tree_settings, directory)},
                                              {0}};

const struct command shell_tree = {.name = "tree",
                                   .line = "lists a directory and all below it",
                                   .summary = "Lists a directory and all below it, as 'ls' finds it.",
                                   .operands = operands,
                                   .examples = "  tree /\n",
                                   SETTINGS(defaults),
                                   .run = run};
