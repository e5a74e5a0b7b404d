/* A file on disk read whole. See infile.h. */
#include "transfer/infile.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/wipe.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/screen.h"
#include "transfer/filecopy.h"

#define ROOM 65536u

/* What was there is wiped: it may be secret. */
static bool grow(uint8_t **bytes, size_t size, size_t room) {
    uint8_t *more = malloc(room);
    if (more && size > 0)
        memcpy(more, *bytes, size);
    if (more) {
        wipe_free(*bytes, size);
        *bytes = more;
    }
    return more != NULL;
}

static int read_all(FILE *file, const char *name, uint8_t **out, size_t *size_out) {
    size_t room = 0;
    do {
        if (*size_out == room) {
            room += room ? room : ROOM;
            if (!grow(out, *size_out, room))
                return failure_plain("close other programs", "no memory for '%s'", name);
        }
        *size_out += fread(*out + *size_out, 1, room - *size_out, file);
    } while (*size_out == room && room <= FILECOPY_MAX);
    if (ferror(file))
        return failure_plain("check its name, and whether you may read it", "cannot read '%s': %s", name,
                             strerror(errno));
    return *size_out > FILECOPY_MAX ? failure_plain("nothing was written", "'%s' is too large", name)
                                    : EXIT_GOOD;
}

int infile_read(const char *path, uint8_t **out, size_t *size_out) {
    const bool standard = path == NULL || strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    uint8_t *bytes = NULL;
    size_t size = 0;
    FILE *file = standard ? stdin : file_open(path, "rb");
    if (file == NULL)
        return failure_plain("check its name, and whether you may read it", "cannot open '%s': %s", name,
                             strerror(errno));
    screen_take_bytes(file);
    const int code = read_all(file, name, &bytes, &size);
    if (!standard)
        fclose(file);
    if (code != EXIT_GOOD) {
        wipe_free(bytes, size);
        return code;
    }
    *out = bytes;
    *size_out = size;
    return EXIT_GOOD;
}
