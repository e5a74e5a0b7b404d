/* The help of a command, from its tables. Called by options.c for --help and by `scard help`. */
#ifndef SCARD_HELP_H
#define SCARD_HELP_H

#include "terminal/table.h"

/* Room for the forms of operands and the words of choices that tables have. */
#define HELP_FORM_MAX 64
#define HELP_CHOICES_MAX 64

/* Prints usage, operands, options, notes, examples and the commands of its own to stdout. */
void help_print(const struct command *command);

/* Writes "t0|t1|any" into out, cut to `room` bytes, and returns it. */
const char *help_choices(const struct option_choice *choices, char *out, size_t room);

/* Writes an operand as the usage shows it, "[READER]", into out, cut to `room` bytes, and returns it. */
const char *help_form(const struct operand_row *row, char *out, size_t room);

/* What is typed to have the command: the last word of its name. */
const char *help_word(const struct command *command);

#endif
