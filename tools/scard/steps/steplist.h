/*
 * Steps that are all read and judged before the first is sent, so that a mistake leaves the card alone. Used
 * by `scard apdu`.
 */
#ifndef SCARD_STEPLIST_H
#define SCARD_STEPLIST_H

#include <stddef.h>
#include <stdio.h>

#include "steps/step.h"
#include "terminal/table.h"

/* Starts as {0}; ended by steplist_free(). */
struct steplist {
    struct script_step *rows;
    size_t count, room;
};

/*
 * Reads one good step of a file, whose name is for messages. *line counts lines and begins as 0. EXIT_GOOD
 * and not *more: the list has ended. With *more, *step is ended by script_step_free().
 */
int steplist_read(FILE *file, const char *name, bool raw, unsigned long *line, struct script_step *step,
                  bool *more);

/* Adds all the steps of the file of that name. An exit code, after a message. */
int steplist_add_file(struct steplist *list, const char *name, bool raw);

/*
 * Adds a step for each argument of a command line; where each is one byte only, they are the bytes of one
 * command. What carries a secret is refused: others can read a command line. An exit code, after a message.
 */
int steplist_add_arguments(struct steplist *list, const struct command *command,
                           const struct operand_list *arguments, bool raw);

/* Tells what is wrong with a line that script_parse() or step_check() refuses. Returns EXIT_CARD. */
int steplist_complain(const char *where, enum script_result result, HRESULT status);

/* Wipes and frees the steps; it is {0} again. */
void steplist_free(struct steplist *list);

#endif
