/*
 * Multi-strings: names one after the other, each NUL-terminated, an empty one at the end. The only iterator.
 */
#ifndef SCARDSSP_RM_MSTRING_H
#define SCARDSSP_RM_MSTRING_H

#include <stddef.h>

/*
 * Steps through a multi-string of `size` bytes. Start with previous NULL; returns the next name or NULL at
 * the end. A list that is not terminated within `size` ends before its unterminated name.
 */
const char *mstring_next(const char *names, size_t size, const char *previous);

/* How many names it holds. */
size_t mstring_count(const char *names, size_t size);

/* Bytes the multi-string takes once `name` has been appended to one of `size` bytes (size 0 or 1: empty). */
size_t mstring_size_with(size_t size, const char *name);

/*
 * Appends `name` to the multi-string of *size bytes in a buffer with `room` bytes; *size is updated.
 * Returns 0 when it does not fit or the name is empty, then nothing has changed.
 */
int mstring_append(char *names, size_t room, size_t *size, const char *name);

#endif
