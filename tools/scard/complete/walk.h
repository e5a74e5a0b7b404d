/*
 * A command line that is being typed, followed by the tables of the commands to the word at its end. Used by
 * the command that the completions of shells call.
 */
#ifndef SCARD_WALK_H
#define SCARD_WALK_H

#include <stddef.h>

#include "terminal/table.h"

/* Tells what may stand in place of the last of `count` words, which may be empty; at least one. */
void walk_complete(const struct command *root, char *const *words, size_t count);

/*
 * The argument of an option of the root's that stands among the words but the last, as that of "rm" for
 * readers; NULL: it does not.
 */
const char *walk_find_option(const struct command *root, const char *name, char *const *words, size_t count);

#endif
