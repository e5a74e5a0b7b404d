/*
 * Commands that a person types, one after the other, each answered at once. A typo, and a card that says no,
 * end nothing. Used by `scard apdu -` on a terminal.
 */
#ifndef SCARD_CONVERSATION_H
#define SCARD_CONVERSATION_H

#include "lineedit/lineeditor.h"
#include "steps/runner.h"

/*
 * How its lines are asked for: the history leaves out those that may hold a PIN or a key. For
 * line_editor_open().
 */
extern const struct line_manner conversation_manner;

/*
 * Talks until the user has enough. reader: its name. An exit code, after a message: lines cannot be read any
 * more.
 */
int conversation_run(struct line_editor *editor, struct runner *runner, const char *reader);

#endif
