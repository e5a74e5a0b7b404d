/* A file on disk, or standard input, read whole into memory. Used by the commands that write to cards. */
#ifndef SCARD_INFILE_H
#define SCARD_INFILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads a file (NULL or "-": standard input). On EXIT_GOOD *out is new memory, for wipe_free(), *size_out
 * bytes of it; otherwise an exit code after a message: it cannot be read, or is larger than FILECOPY_MAX.
 */
int infile_read(const char *path, uint8_t **out, size_t *size_out);

#endif
