/* Files by their names in UTF-8, which Windows' own functions take for the code page's. */
#ifndef SCARDSSP_BASE_FILE_H
#define SCARDSSP_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * fopen() with a name in UTF-8 and a mode of C. On Linux programs that this one starts do not inherit it.
 * NULL with errno: it cannot be opened.
 */
FILE *file_open(const char *path, const char *mode);

/*
 * Opens a file that is there, with a name in UTF-8, to read its bytes. Programs that this one starts do not
 * inherit it, and where somebody has put a named pipe nothing waits for a writer. -1 with errno: it cannot be
 * opened.
 */
int file_open_descriptor(const char *path);

/*
 * Reads `size` bytes from `offset` on, whatever other threads do with the file; *got is how many: fewer only
 * at its end. False with errno: reading failed, and *got is unchanged.
 */
bool file_read_at(int file, void *to, size_t size, size_t offset, size_t *got);

/* Whether the file is there and may be read. */
bool file_is_readable(const char *path);

/* Whether a path says where it starts: with a separator or, on Windows, a drive. */
bool file_is_absolute(const char *path);

/* Bytes of the folder that a path names, its last separator included; 0: the current one. */
size_t file_folder_size(const char *path);

#endif
