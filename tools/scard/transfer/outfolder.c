/* A folder on disk that is there whole or not at all. See outfolder.h. */
#include "transfer/outfolder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "transfer/disk.h"

/* Programs that end in the middle of it leave one: then the next number is taken. */
#define PARTS_MAX 100u

static const char remedy[] =
    "see whether there is room, and whether you may write there; nothing is left of it";

static int complain(const char *path) {
    return failure_plain(remedy, "cannot write '%s': %s", path, strerror(errno));
}

/* Both in one, with a separator; NULL: no memory. */
static char *join(const char *folder, const char *name) {
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *whole = malloc(size);
    if (whole)
        (void)snprintf(whole, size, "%s/%s", folder, name);
    return whole;
}

/* "card" without separators at its end, with the number of a part behind it. */
static char *part_name(const char *path, unsigned number) {
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        --size;
    char *part = malloc(size + sizeof ".part-99");
    if (part)
        (void)snprintf(part, size + sizeof ".part-99", "%.*s.part-%02u", (int)size, path, number);
    return part;
}

int outfolder_begin(const char *path, struct outfolder *out) {
    *out = (struct outfolder){.path = path};
    if (disk_has(path))
        return failure_plain("give the name of a folder that is to be made", "'%s' is there already", path);
    bool made = false;
    int why = 0;
    for (unsigned number = 0; !made && number < PARTS_MAX; ++number) {
        free(out->part);
        out->part = part_name(path, number);
        if (out->part == NULL)
            return failure_plain("close other programs", "no memory for '%s'", path);
        made = disk_make_folder(out->part);
        why = errno;
        if (!made && !disk_has(out->part))
            break;
    }
    errno = why;
    if (made)
        return EXIT_GOOD;
    const int code = complain(path);
    free(out->part);
    out->part = NULL;
    return code;
}

/* Remembers what was made; takes over the text. */
static bool note(struct outfolder *folder, char *path) {
    if (folder->count == folder->room) {
        const size_t room = folder->room ? 2 * folder->room : 64;
        char **made = realloc(folder->made, room * sizeof *made);
        if (made == NULL)
            return false;
        folder->made = made;
        folder->room = room;
    }
    folder->made[folder->count++] = path;
    return true;
}

/* One entry: noted first, so that whatever comes of it can be taken away. */
static int add(struct outfolder *folder, const char *relative, bool is_folder, const uint8_t *bytes,
               size_t size) {
    char *path = join(folder->part, relative);
    if (path == NULL || !note(folder, path)) {
        free(path);
        return failure_plain("close other programs", "no memory for '%s'", folder->path);
    }
    const bool good = is_folder ? disk_make_folder(path) : disk_write(path, bytes, size);
    return good ? EXIT_GOOD : complain(folder->path);
}

int outfolder_add_folder(struct outfolder *folder, const char *relative) {
    return add(folder, relative, true, NULL, 0);
}

int outfolder_add_file(struct outfolder *folder, const char *relative, const uint8_t *bytes, size_t size) {
    return add(folder, relative, false, bytes, size);
}

static void forget(struct outfolder *folder) {
    for (size_t i = 0; i < folder->count; ++i)
        free(folder->made[i]);
    free(folder->made);
    free(folder->part);
    *folder = (struct outfolder){.path = folder->path};
}

int outfolder_commit(struct outfolder *folder) {
    if (!disk_rename(folder->part, folder->path)) {
        const int code = complain(folder->path);
        outfolder_abandon(folder);
        return code;
    }
    forget(folder);
    return EXIT_GOOD;
}

void outfolder_abandon(struct outfolder *folder) {
    for (size_t i = folder->count; i > 0; --i)
        disk_remove(folder->made[i - 1]);
    if (folder->part)
        disk_remove(folder->part);
    forget(folder);
}
