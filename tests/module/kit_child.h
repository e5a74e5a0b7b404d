/* What the files of kit.h know of children among themselves. */
#ifndef SCARDSSP_TESTS_MODULE_KIT_CHILD_H
#define SCARDSSP_TESTS_MODULE_KIT_CHILD_H

#include <stdbool.h>
#include <stdio.h>

/* This process is one that kit_child() made. */
bool kit_child_is_this(void);

/*
 * Runs the program in a child process as kit_child() does, its standard error going to `errors`. True: it
 * ended by itself and with 0; *status: how it ended, as the system tells it.
 */
bool kit_child_run(void (*program)(void), const char *const *variables, FILE *errors, int *status);

/* In a child, sets the variables as kit_child() says. */
void kit_child_set(const char *const *variables);

#endif
