/*
 * Commands of the tool and commands of commands, found by their words and run. Called by main.c, which has
 * the table of all.
 */
#ifndef SCARD_SUBCOMMAND_H
#define SCARD_SUBCOMMAND_H

#include "terminal/table.h"

/* The command of that word in a family; NULL: there is none. */
const struct command *subcommand_find(const struct command *family, const char *word);

/* Tells that there is none of that word, and which may be meant. Returns EXIT_USAGE. */
int subcommand_complain(const struct command *family, const char *word);

/*
 * Runs a command, or the one of its family that its words name. argv[0] is its word; base->root and base->rm
 * are handed on to it. Returns an exit code, after a message on stderr unless it is EXIT_GOOD.
 */
int subcommand_run(const struct command *command, const struct invocation *base, int argc, char **argv);

#endif
