/*
 * A file on disk that is there whole or not at all: written under another name in the same folder, then given
 * its own. Used by the commands that bring files of cards to disk.
 */
#ifndef SCARD_OUTFILE_H
#define SCARD_OUTFILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Puts these bytes into the file, in place of what it had; it keeps its rights. A new one gets those of the
 * umask. What is no plain file (/dev/null, a pipe) is written to directly. Failures are told, and leave the
 * former file as it was: an exit code.
 */
int outfile_write(const char *path, const uint8_t *bytes, size_t size);

#endif
