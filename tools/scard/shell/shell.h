/* Runs lines of the shell. Called by `scard shell`. */
#ifndef SCARD_SHELL_SHELL_H
#define SCARD_SHELL_SHELL_H

#include "shell/session.h"

/* All commands of the shell, as a family. */
extern const struct command shell_family;

/*
 * Runs the commands of a line, in order, up to the first one that fails. Returns an exit code, after a
 * message unless it is EXIT_GOOD; a line without commands is EXIT_GOOD.
 */
int shell_line(struct session *session, const char *line);

#endif
