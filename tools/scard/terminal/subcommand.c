/* Commands found by their words and run: see subcommand.h. */
#include "terminal/subcommand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/help.h"
#include "terminal/options.h"
#include "terminal/text.h"

const struct command *subcommand_find(const struct command *family, const char *word) {
    for (const struct command *const *own = family->family; own && *own; ++own)
        if (strcmp(help_word(*own), word) == 0)
            return *own;
    return NULL;
}

int subcommand_complain(const struct command *family, const char *word) {
    const char *closest = NULL;
    size_t least = strlen(word) / 2 + 1;
    for (const struct command *const *own = family->family; *own; ++own) {
        const size_t distance = text_distance(word, help_word(*own));
        if ((*own)->hidden)
            continue;
        if (distance < least || (distance == least && closest == NULL)) {
            closest = help_word(*own);
            least = distance;
        }
    }
    return closest ? options_complain(family, "there is no command '%s'; is '%s' meant?", word, closest)
                   : options_complain(family, "there is no command '%s'", word);
}

static int run_family(const struct command *family, const struct invocation *base, int argc, char **argv) {
    /* Options without a command belong to the first one; but --help is about the whole. */
    const bool bare =
        argc < 2 || (argv[1][0] == '-' && strcmp(argv[1], "-h") != 0 && strcmp(argv[1], "--help") != 0);
    if (bare && family->first_by_default)
        return subcommand_run(family->family[0], base, argc, argv);
    const int first = options_parse(family, NULL, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (first == argc)
        return options_complain(family, "which command?");
    const struct command *found = subcommand_find(family, argv[first]);
    return found ? subcommand_run(found, base, argc - first, argv + first)
                 : subcommand_complain(family, argv[first]);
}

/* Fills the settings from the command line, judges them and does it. */
static int run_one(const struct invocation *invocation, void *settings, int argc, char **argv) {
    const struct command *command = invocation->command;
    const int first = options_parse(command, settings, argc, argv);
    if (first < 0)
        return options_exit(first);
    int code = options_take_operands(command, settings, argc - first, argv + first);
    if (code == EXIT_GOOD)
        code = options_check_needs(command, settings);
    if (code == EXIT_GOOD && command->check)
        code = command->check(invocation);
    if (code != EXIT_GOOD)
        return code;
    return command->run ? command->run(invocation) : command->run_plain();
}

int subcommand_run(const struct command *command, const struct invocation *base, int argc, char **argv) {
    if (command->family)
        return run_family(command, base, argc, argv);
    void *settings = malloc(command->settings_size + 1);
    if (settings == NULL)
        return failure(E_OUTOFMEMORY, NULL, "cannot begin");
    if (command->defaults)
        memcpy(settings, command->defaults, command->settings_size);
    struct invocation invocation = *base;
    invocation.command = command;
    invocation.settings = settings;
    const int code = run_one(&invocation, settings, argc, argv);
    free(settings);
    return code;
}
