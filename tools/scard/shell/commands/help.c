/* The shell's help: its commands, or one of them. */
#include <stdio.h>

#include "shell/shellcommands.h"
#include "terminal/exitcode.h"
#include "terminal/help.h"
#include "terminal/subcommand.h"

struct help_settings {
    const char *command;
};

static int run(const struct invocation *invocation) {
    const struct help_settings *settings = invocation->settings;
    const struct session *session = invocation->context;
    if (settings->command) {
        const struct command *found = subcommand_find(session->commands, settings->command);
        if (found == NULL)
            return subcommand_complain(session->commands, settings->command);
        help_print(found);
        return EXIT_GOOD;
    }
    for (const struct command *const *own = session->commands->family; *own; ++own)
        printf("%-10s %s\n", (*own)->name, (*own)->line);
    printf(
        "\n'help COMMAND' explains one, with examples. ';' stands between commands, '#' before a remark.\n");
    return EXIT_GOOD;
}

static const struct help_settings defaults = {.command = NULL};

static const struct operand_row operands[] = {{.name = OPERAND_COMMAND,
                                               .help = "the command to explain; by default all are listed",
                                               .optional = true,
                                               VALUE_AT(struct help_settings, command)},
                                              {0}};

const struct command shell_help = {.name = "help",
                                   .line = "lists the commands, or explains one",
                                   .summary = "Lists the commands, or explains one.",
                                   .operands = operands,
                                   .examples = "  help\n  help cat\n",
                                   SETTINGS(defaults),
                                   .run = run};
