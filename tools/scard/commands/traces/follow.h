/* Runs a program and reads what is recorded of its calls meanwhile. Used by trace_run.c. */
#ifndef SCARD_FOLLOW_H
#define SCARD_FOLLOW_H

#include <stddef.h>

#include "commands/programs/launch.h"

/* Gets a line of the record, `size` bytes without the newline. */
typedef void (*follow_visitor)(void *user, const char *line, size_t size);

/*
 * Starts the program, as launch_program() does, and waits for its end. Each line that it, or a program that
 * it starts, adds to the file launch->record is told at once; visit NULL: none is. Ctrl-C is the program's;
 * what else asks this process to end is passed on to it. Returns the program's exit code, as a shell has it:
 * 128 and the signal's number where one has ended it, LAUNCH_* where it did not start.
 */
int follow_program(const struct launch *launch, follow_visitor visit, void *user);

/*
 * Makes an empty file for records where the system has its temporary ones, readable for the user alone. Its
 * path, for free(), after which the file is still there; NULL, after a message: it cannot be made.
 */
char *follow_make_file(void);

#endif
