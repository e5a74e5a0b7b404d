/*
 * A line of text that grows and, since it may hold a secret, is wiped where it moves and where it ends. Used
 * by whoever reads lines.
 */
#ifndef SCARD_TEXTLINE_H
#define SCARD_TEXTLINE_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}. */
struct textline {
    char *text; /* NULL: nothing has been added yet; else ended by NUL */
    size_t size, room;
};

/* Adds a character. false: out of memory, and the line is as it was. */
bool textline_add(struct textline *line, char letter);

/* Adds `size` characters. false: out of memory, and a part of them may have been added. */
bool textline_append(struct textline *line, const char *text, size_t size);

/* Forgets what is in it, and keeps the memory. */
void textline_clear(struct textline *line);

/* Wipes and frees it; it is {0} again. */
void textline_free(struct textline *line);

#endif
