/*
 * A line of the shell taken apart: commands, and the words of each. Used by shell.c, typing.c and the
 * commands.
 */
#ifndef SCARD_SHELL_WORDS_H
#define SCARD_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_MAX 64

/* The words of a command; ended by words_free(). */
struct words {
    char *text; /* all of them, with NULs between; wiped at the end */
    size_t size;
    char *values[WORDS_MAX + 1]; /* NULL behind the last one */
    size_t count;
    size_t start; /* where the last word begins in the line */
    bool open;    /* the line ends in the middle of the last word, or of quotes */
};

enum words_result {
    WORDS_HERE,     /* here is a command; it may have no words */
    WORDS_END,      /* the line is at its end */
    WORDS_QUOTE,    /* a quote is not closed; the words are there all the same */
    WORDS_TOO_MANY, /* more than WORDS_MAX */
    WORDS_NO_MEMORY
};

/*
 * Takes the command that begins at line[*at], and steps behind it. Blanks are between words, ';' ends a
 * command, '#' at the beginning of a word the line. Quotes of both kinds hold a word together; so does '\'
 * before a character. With WORDS_HERE and WORDS_QUOTE *out is to be ended; otherwise it is empty.
 */
enum words_result words_take(const char *line, size_t *at, struct words *out);
void words_free(struct words *words);

/*
 * All words with a blank behind each, in new memory for wipe_free(), *size_out bytes of it. NULL: no memory.
 */
char *words_join(char *const *values, size_t count, size_t *size_out);

#endif
