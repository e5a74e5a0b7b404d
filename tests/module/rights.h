/*
 * Programs that run with more rights than their caller, in a folder of their own. Used by the tests of what
 * they may be told.
 */
#ifndef SCARDSSP_TESTS_MODULE_RIGHTS_H
#define SCARDSSP_TESTS_MODULE_RIGHTS_H

#include <sys/types.h>

/*
 * A folder for files that come and go, in which programs may run, also with their owner's rights: /tmp, or
 * what serves where that may not.
 */
const char *rights_place(void);

/*
 * Makes a folder anybody can read with copies of a program and of the library (beside.h) in it: wherever the
 * tree lies and whoever may read it, the program gets the library that was built. false: it could not be
 * made.
 */
int rights_make(const char *program, const char *library);

/*
 * The exit status of the program, run by nobody, with this mode and these variables; -1: it did not end by
 * itself.
 */
int rights_run(mode_t mode, char *const *environment);

/* Removes the folder. */
void rights_remove(void);

#endif
