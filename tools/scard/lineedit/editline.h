/* Lines edited with libedit, which is loaded here. Used by lineeditor.c; Linux only. */
#ifndef SCARD_EDITLINE_H
#define SCARD_EDITLINE_H

#include "lineedit/linemanner.h"
#include "lineedit/textline.h"

struct editline;

/*
 * Begins on the terminal of standard input and output, with the history of earlier runs. manner: its pointers
 * are kept. NULL: the library is not there, or out of memory.
 */
struct editline *editline_open(const struct line_manner *manner);

/* As line_editor_read(), into `line`, in place of what is in it. */
enum line_result editline_read(struct editline *editline, const char *prompt, struct textline *line);

/* Saves the history and ends. NULL: does nothing. */
void editline_close(struct editline *editline);

#endif
