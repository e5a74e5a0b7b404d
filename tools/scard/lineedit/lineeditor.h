/*
 * Asks for lines, as a conversation does. On a terminal they are edited with libedit, with a history that
 * outlives the program and completion; without that library, and on Windows, whose console edits lines by
 * itself, they are plain; from a file or a pipe they are read as they stand, without a prompt. One at a time:
 * the lines are those of standard input.
 */
#ifndef SCARD_LINEEDITOR_H
#define SCARD_LINEEDITOR_H

#include <stdbool.h>

#include "lineedit/linemanner.h"

struct line_editor;

/* Begins; ended by line_editor_close(). NULL: out of memory. */
struct line_editor *line_editor_open(const struct line_manner *manner);

/*
 * Asks for one line, after `prompt`, which nobody sees where lines are not typed. With LINE_HERE *line_out is
 * it, without its end, in UTF-8; the editor's, and wiped with the next call and with line_editor_close().
 * Otherwise NULL.
 */
enum line_result line_editor_read(struct line_editor *editor, const char *prompt, const char **line_out);

/* Whether a person types the lines and sees what is answered: both are a terminal. */
bool line_editor_is_conversation(const struct line_editor *editor);

/* Saves the history and ends. NULL: does nothing. */
void line_editor_close(struct line_editor *editor);

#endif
