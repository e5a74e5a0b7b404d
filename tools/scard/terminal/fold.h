/* Text folded to the width of a terminal. Used by help.c and by the guided tour. */
#ifndef SCARD_FOLD_H
#define SCARD_FOLD_H

#include <stddef.h>

/*
 * Prints `size` characters that stay together, on a new line, from column `indent`, where this one (at
 * *column) is too short.
 */
void fold_item(const char *item, size_t size, size_t indent, size_t *column);

/*
 * Prints the words of `text`, up to the end of its line, from where the line stands, column `indent`. Returns
 * what follows it.
 */
const char *fold_words(const char *text, size_t indent);

/* Prints a paragraph, its words folded to lines that begin at column `indent`. */
void fold_paragraph(const char *text, size_t indent);

#endif
