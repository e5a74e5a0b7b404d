/*
 * A command of the tool called inside a test, its output caught: for what needs a hand at the simulated
 * reader while it runs. Used by test_watch.c and test_faults.c.
 */
#ifndef SCARD_TESTS_CAPTURE_H
#define SCARD_TESTS_CAPTURE_H

#include <stdbool.h>

#include "command.h"

#define CAPTURE_MAX 8192

/* What a command said. */
struct capture {
    int code;
    char out[CAPTURE_MAX];
    char err[CAPTURE_MAX];
};

/* Makes the files the output goes to; 0 or -1, as a group's setup. */
int capture_begin(void **state);

/* Removes them; 0 or -1, as a group's teardown. */
int capture_end(void **state);

/*
 * Calls the command with arguments, of which the first is its name and a NULL follows the last. One at a
 * time. False: the output cannot be caught.
 */
bool capture_run(const struct command *command, const char *const *arguments, struct capture *out);

/*
 * What the running command has written to stdout so far and flushed; CAPTURE_MAX bytes. From another thread.
 */
void capture_peek(char *text);

#endif
