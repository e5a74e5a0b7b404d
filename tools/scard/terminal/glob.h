/* Patterns for names, as shells have them. Used where a user means a reader. */
#ifndef SCARD_GLOB_H
#define SCARD_GLOB_H

#include <stdbool.h>

/* Whether a text is a pattern: it has '*' or '?'. Brackets are none: readers have them in their names. */
bool glob_is(const char *text);

/*
 * Whether the pattern fits the whole text: '*' any characters, '?' one (a byte where the text is not UTF-8);
 * the case of ASCII letters does not count. Takes time in proportion to both sizes multiplied.
 */
bool glob_fits(const char *text, const char *pattern);

#endif
