/*
 * Text files that may hold secrets, whole in memory: card images, lists of readers, the configuration of
 * drivers.
 */
#ifndef SCARDSSP_BASE_TEXTFILE_H
#define SCARDSSP_BASE_TEXTFILE_H

#include <stddef.h>

enum textfile_result {
    TEXTFILE_OK,
    TEXTFILE_ABSENT, /* it cannot be opened */
    TEXTFILE_BROKEN, /* it cannot be read */
    TEXTFILE_TOO_LARGE,
    TEXTFILE_NO_MEMORY
};

/*
 * Reads the file `path`, at most `max` bytes. *text: the bytes and a NUL behind them; end it with
 * wipe_free(*text, *size). Nothing of it is left elsewhere in memory.
 */
enum textfile_result textfile_read(const char *path, size_t max, char **text, size_t *size);

#endif
