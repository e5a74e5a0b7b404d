/*
 * A list of commands for a card, as text: one APDU in hexadecimal per line, "=> 9000" or "(90 00)" behind it
 * says what the answer is to be (expectation.h), '#' begins a comment, "reset" is a warm reset, "exit" ends
 * the list, '\' at the end continues a line. The format of pcsc-tools' scriptor, and more. A byte order mark
 * of UTF-8 may stand at the beginning. Read by `scard apdu`.
 */
#ifndef SCARD_SCRIPT_H
#define SCARD_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One step: an APDU, or a reset when there are no bytes. Starts as {0}. */
struct script_step {
    uint8_t *bytes; /* new memory; NULL: a reset */
    size_t size;
    char *expected;     /* of the answer, as expectation.h has it; NULL: nothing is */
    unsigned long line; /* where it begins, from 1; 0: not from a file */
};

enum script_result {
    SCRIPT_STEP,    /* here is one */
    SCRIPT_END,     /* no more, or "exit": nothing behind it is read */
    SCRIPT_NOTHING, /* of a single line: it is empty, or a comment */
    SCRIPT_BAD,     /* step->line holds neither hexadecimal bytes nor a word that is known */
    SCRIPT_ANSWER,  /* what it expects is no pattern for an answer */
    SCRIPT_WIDE,    /* the text is UTF-16 or UTF-32, not bytes of ASCII or UTF-8 */
    SCRIPT_FAILED   /* cannot read, or out of memory: errno */
};

/*
 * Reads the next step. *line counts lines and begins as 0. With SCRIPT_STEP, *step is ended by
 * script_step_free(). Not SCRIPT_NOTHING.
 */
enum script_result script_read(FILE *file, unsigned long *line, struct script_step *step);

/*
 * Reads one line of `size` characters by itself. With SCRIPT_STEP, *step, whose line is left as it is, is
 * ended by script_step_free(). Not SCRIPT_WIDE.
 */
enum script_result script_parse(const char *text, size_t size, struct script_step *step);

/* Wipes and frees what it has. */
void script_step_free(struct script_step *step);

#endif
