/* Commands of commands. Called by the cmd_<name>.c that have some. */
#include "subcommand.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "options.h"

static const struct subcommand *find(const struct subcommand *table, const char *name) {
    while (table->name && strcmp(table->name, name) != 0)
        ++table;
    return table->name ? table : NULL;
}

static void print_table(const struct subcommand *table) {
    printf("\nCommands:\n");
    for (; table->name; ++table)
        printf("  %-10s %s\n", table->name, table->summary);
}

int subcommand_run(const char *command, const char *summary, const struct subcommand *table, int argc,
                   char **argv) {
    const struct option_row rows[] = {{0}};
    const struct options options = {
        .command = command, .operands = "[COMMAND ...]", .summary = summary, .rows = rows, .leading = true};
    /* Options without a command belong to the first one; but --help is about the whole. */
    const bool bare =
        argc < 2 || (argv[1][0] == '-' && strcmp(argv[1], "-h") != 0 && strcmp(argv[1], "--help") != 0);
    if (bare)
        return table->run(argc, argv);
    const int first = options_parse(&options, argc, argv);
    if (first == OPTIONS_HELPED)
        print_table(table);
    if (first < 0)
        return options_exit(first);
    const struct subcommand *found = find(table, argv[first]);
    if (found == NULL)
        return options_complain(&options, "there is no command '%s'", argv[first]);
    return found->run(argc - first, argv + first);
}
