/* Commands of commands. Called by the cmd_<name>.c that have some. */
#include "terminal/subcommand.h"

#include <stdio.h>
#include <string.h>

#include "terminal/exitcode.h"
#include "terminal/options.h"

static const struct subcommand *find(const struct subcommand *table, const char *name) {
    while (table->name && strcmp(table->name, name) != 0)
        ++table;
    return table->name ? table : NULL;
}

static void print_table(const struct subcommands *commands) {
    printf("\nCommands:\n");
    for (const struct subcommand *row = commands->table; row->name; ++row)
        printf("  %-10s %s\n", row->name, row->summary);
    printf("\n'%s COMMAND --help' explains one, with examples.\n", commands->command);
}

int subcommand_run(const struct subcommands *commands, int argc, char **argv) {
    const struct option_row rows[] = {{0}};
    const struct options options = {.command = commands->command,
                                    .operands = commands->optional ? "[COMMAND ...]" : "COMMAND ...",
                                    .summary = commands->summary,
                                    .rows = rows,
                                    .leading = true};
    /* Options without a command belong to the first one; but --help is about the whole. */
    const bool bare =
        argc < 2 || (argv[1][0] == '-' && strcmp(argv[1], "-h") != 0 && strcmp(argv[1], "--help") != 0);
    if (bare && commands->optional)
        return commands->table->run(argc, argv);
    const int first = options_parse(&options, argc, argv);
    if (first == OPTIONS_HELPED)
        print_table(commands);
    if (first < 0)
        return options_exit(first);
    if (first == argc)
        return options_complain(&options, "which command?");
    const struct subcommand *found = find(commands->table, argv[first]);
    if (found == NULL)
        return options_complain(&options, "there is no command '%s'", argv[first]);
    return found->run(argc - first, argv + first);
}
