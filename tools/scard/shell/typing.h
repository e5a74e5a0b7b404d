/*
 * What the line editor asks the shell: what a word may become, and which lines are not kept. Called by
 * lineedit/.
 */
#ifndef SCARD_SHELL_TYPING_H
#define SCARD_SHELL_TYPING_H

#include "lineedit/completion.h"
#include "shell/session.h"

/*
 * Finds what the word at the end of a line may become, as struct line_manner has it: commands, their options,
 * files on the card and on disk. context: the session.
 */
void typing_complete(void *context, const char *line, size_t size, struct completion *out);

/* Whether a line holds a PIN or a key: a command that carries one, or one behind 'verify'. */
bool typing_is_secret(void *context, const char *line);

#endif
