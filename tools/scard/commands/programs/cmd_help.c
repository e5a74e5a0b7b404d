/* scard help: what a command is for and takes, as text and as data. In the table of main.c. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "terminal/description.h"
#include "terminal/help.h"
#include "terminal/json.h"
#include "terminal/options.h"
#include "terminal/subcommand.h"

struct help_settings {
    struct operand_list words; /* none: the tool */
    bool json;
};

static const struct help_settings defaults = {.json = false};

static const struct option_row options[] = {
    {.name = "json",
     .letter = 'j',
     .help = "writes the tables of options, arguments and commands as one line of JSON",
     VALUE_AT(struct help_settings, json)},
    {0}};

static const struct operand_row operands[] = {{.name = "COMMAND",
                                               .form = "[COMMAND [ITS COMMAND]]",
                                               .help = "the command to explain; by default the tool itself",
                                               .optional = true,
                                               VALUE_AT(struct help_settings, words)},
                                              {0}};

/* Goes down from *command by the words. Returns an exit code. */
static int find(const struct operand_list *words, const struct command *root,
                const struct command **command) {
    *command = root;
    for (size_t i = 0; i < words->count; ++i) {
        const struct command *family = *command;
        if (family->family == NULL)
            return options_complain(root, "help of what? '%s' has no command '%s'", help_word(family),
                                    words->values[i]);
        *command = subcommand_find(family, words->values[i]);
        if (*command == NULL)
            return subcommand_complain(family, words->values[i]);
    }
    return EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct help_settings *settings = invocation->settings;
    const struct command *command = NULL;
    const int code = find(&settings->words, invocation->root, &command);
    if (code != EXIT_GOOD)
        return code;
    if (settings->json) {
        struct json json = {.file = stdout};
        description_write(&json, NULL, command);
    } else {
        /* Whoever asks for help on help is shown what there is help on. */
        help_print(command == invocation->command ? invocation->root : command);
    }
    return EXIT_GOOD;
}

const struct command cmd_help = {
    .name = "scard help",
    .line = "this text, or that of a command: scard help sim serve",
    .summary = "Explains the tool or a command. 'scard COMMAND --help' is the same.",
    .options = options,
    .operands = operands,
    .notes =
        "JSON: {\"name\", \"line\", \"summary\", \"options\":[{\"name\", \"letter\", \"argument\", "
        "\"choices\":[], \"repeats\", \"help\"}], \"operands\":[{\"name\", \"form\", \"optional\", "
        "\"repeats\", \"help\"}], \"notes\", \"examples\", \"firstByDefault\", \"commands\":[]}; each of commands is the same again. "
        "--help, which all commands have, is not among the options.\n",
    .examples = "  scard help\n"
                "  scard help sim serve\n"
                "  scard help --json       everything there is, for programs\n",
    SETTINGS(defaults),
    .run = run};
