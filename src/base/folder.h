/* Folders. Linux only. */
#ifndef SCARDSSP_BASE_FOLDER_H
#define SCARDSSP_BASE_FOLDER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Makes the folders above a file, those that are not there with just these rights, over which the umask has
 * no say. false with errno: one cannot be made.
 */
bool folder_make_above(const char *path, mode_t mode);

#endif
