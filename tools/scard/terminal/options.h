/*
 * Takes options and operands from a command line, by the tables of a command. Used by main.c and
 * subcommand.c.
 */
#ifndef SCARD_OPTIONS_H
#define SCARD_OPTIONS_H

#include "terminal/table.h"

/* What options_parse() returns instead of an index. */
enum { OPTIONS_HELPED = -1, OPTIONS_BAD = -2 };

/*
 * Takes the options from argv[1..] into `settings`. --help and -h print the help and return OPTIONS_HELPED; a
 * mistake is told on stderr and returns OPTIONS_BAD. Otherwise operands stand behind the options in argv, and
 * the index of the first one is returned; of a family, and of a command whose operands are another program's,
 * options end at the first operand.
 */
int options_parse(const struct command *command, void *settings, int argc, char **argv);

/* Takes the operands argv[0..count - 1]. EXIT_USAGE, after a message: too few of them or too many. */
int options_take_operands(const struct command *command, void *settings, int count, char **argv);

/*
 * Whether each option that was given has those beside it that it needs. EXIT_USAGE, after a message: one has
 * not.
 */
int options_check_needs(const struct command *command, const void *settings);

/* The exit code that belongs to OPTIONS_HELPED or OPTIONS_BAD. */
int options_exit(int parsed);

/* Tells a mistake in the command line on stderr, and where help is. Returns EXIT_USAGE. */
int options_complain(const struct command *command, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

#endif
