/*
 * What the word at the cursor may become: found by the command whose line it is, shown and inserted by the
 * line editor.
 */
#ifndef SCARD_COMPLETION_H
#define SCARD_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Starts as {.start = where the word begins}; ended by completion_free(). */
struct completion {
    size_t
        start; /* the words stand in the place of what is between here and the cursor, in bytes of the line */
    char **words; /* each whole, with what has been typed of it */
    size_t count, room;
};

/*
 * Adds a word; a copy is taken. One that ends with '/' goes on behind it, others get a blank. For want of
 * memory it is left out.
 */
void completion_add(struct completion *completion, const char *word);

/* Adds a word if it begins with `typed`. */
void completion_offer(struct completion *completion, const char *typed, const char *word);

/* How many bytes all the words begin with alike; 0: there is no word. Whole characters of UTF-8. */
size_t completion_common(const struct completion *completion);

/* Prints the words in columns for a terminal of so many columns, sorted. */
void completion_print(FILE *file, struct completion *completion, size_t columns);

/* Frees the words. */
void completion_free(struct completion *completion);

#endif
