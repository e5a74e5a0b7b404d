/* Where the lines of earlier runs are kept. Used by editline.c; Linux only. */
#ifndef SCARD_HISTORYFILE_H
#define SCARD_HISTORYFILE_H

#include <stdbool.h>
#include <stddef.h>

#define HISTORY_PATH_MAX 1024

/*
 * The path of the file by this name: scardssp/NAME.history in $XDG_STATE_HOME or ~/.local/state (XDG base
 * directories), into out of `room` bytes. false: there is no home, or no room.
 */
bool historyfile_path(const char *name, char *out, size_t room);

/* Makes the folders above it, for its user alone. false: they cannot be made. */
bool historyfile_prepare(const char *path);

#endif
