/* A file's text, of which no copy stays behind: see textfile.h. */
#include "base/text/textfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/wipe.h"

#define FIRST_ROOM ((size_t)16 * 1024)

/* Twice as much room; the former is erased, which realloc() would not do. */
static char *grow(char *bytes, size_t size) {
    char *const larger = malloc(size * 2);
    if (larger)
        memcpy(larger, bytes, size);
    wipe_free(bytes, size);
    return larger;
}

/* All there is, and whether there is more than `max`: as many bytes as there is room for say so. */
static enum textfile_result read_all(FILE *file, size_t max, char **text, size_t *size) {
    size_t room = FIRST_ROOM;
    char *bytes = malloc(room);
    *size = 0;
    while (bytes) {
        *size += fread(bytes + *size, 1, room - *size, file);
        if (*size < room || *size > max)
            break;
        bytes = grow(bytes, room);
        room *= 2;
    }
    if (!bytes)
        return TEXTFILE_NO_MEMORY;
    if (ferror(file) || *size > max) {
        wipe_free(bytes, *size);
        return ferror(file) ? TEXTFILE_BROKEN : TEXTFILE_TOO_LARGE;
    }
    bytes[*size] = '\0';
    *text = bytes;
    return TEXTFILE_OK;
}

enum textfile_result textfile_read(const char *path, size_t max, char **text, size_t *size) {
    FILE *const file = file_open(path, "rb");
    if (!file)
        return errno == ENOMEM ? TEXTFILE_NO_MEMORY : TEXTFILE_ABSENT;
    /* A buffer of the stream's own would keep what it held. */
    (void)setvbuf(file, NULL, _IONBF, 0);
    const enum textfile_result result = read_all(file, max, text, size);
    fclose(file);
    return result;
}
