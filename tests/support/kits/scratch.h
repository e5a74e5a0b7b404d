/* Folders that a test makes for its files and takes away with them. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_SCRATCH_H
#define SCARDSSP_TESTS_SUPPORT_KITS_SCRATCH_H

#include <stdbool.h>

#define SCRATCH_ROOM 300 /* for the path of a folder, or of a file with a short name in it */

/*
 * Makes a new folder where the system has its temporary files, in memory if it can; `path` has no separator
 * at its end.
 */
bool scratch_create(char path[SCRATCH_ROOM]);

/* Removes the files in the folder. */
void scratch_empty(const char *path);

/* Removes the folder and the files in it. false: something is left. */
bool scratch_remove(const char *path);

#endif
