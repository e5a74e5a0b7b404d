/* Lines as they come, without editing. Used by the two halves of lineeditor.c. */
#ifndef SCARD_PLAINLINES_H
#define SCARD_PLAINLINES_H

#include <stdio.h>

#include "lineedit/linemanner.h"
#include "lineedit/textline.h"

/*
 * To be called before the first line: lines may have PINs in them, and a buffer of the file's would keep
 * them.
 */
void plainlines_begin(FILE *file);

/*
 * Reads a line of `file` into `line`, in place of what is in it, without its end. prompt: shown on standard
 * output before; NULL: nobody would see it. Not LINE_DROPPED.
 */
enum line_result plainlines_read(FILE *file, const char *prompt, struct textline *line);

#endif
