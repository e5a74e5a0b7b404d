/* What a tree of a card is on disk. See backup.h. */
#include "transfer/backup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "transfer/disk.h"

#define BYTES ".bin"
#define RECORDS ".records"
#define ID_DIGITS 4u
#define NAME_DIGITS 32u /* of the longest DF name */
#define DEPTH_MAX 16u
#define FILES_MAX 4096u

char *backup_name(const char *place, const struct filecopy *copy) {
    const char *ending = filecopy_has_records(copy) ? RECORDS : BYTES;
    const size_t size = strlen(place) + strlen(ending) + 1;
    char *name = malloc(size);
    if (name)
        (void)snprintf(name, size, "%s%s", place, ending);
    return name;
}

/* A folder that is being searched. */
struct search {
    struct backup *backup;
    const char *disk; /* the folder */
    const char *path; /* on the card; "" the master file */
    unsigned depth;
    bool no_memory;
};

static bool add(struct backup *backup, char *disk, char *path, bool records) {
    bool good = disk && path && backup->count < FILES_MAX;
    if (good && backup->count == backup->room) {
        const size_t room = backup->room ? 2 * backup->room : 64;
        struct backup_file *files = realloc(backup->files, room * sizeof *files);
        good = files != NULL;
        if (good) {
            backup->files = files;
            backup->room = room;
        }
    }
    if (good) {
        backup->files[backup->count++] = (struct backup_file){disk, path, records};
    } else {
        free(disk);
        free(path);
    }
    return good;
}

static char *join(const char *above, const char *quote, const char *name, size_t size) {
    const size_t room = strlen(above) + size + 4;
    char *whole = malloc(room);
    if (whole)
        (void)snprintf(whole, room, "%s/%s%.*s%s", above, quote, (int)size, name, quote);
    return whole;
}

static bool is_digits(const char *name, size_t size) {
    return strspn(name, "0123456789ABCDEF") >= size;
}

/* Whether that is the name of a file of that ending. */
static bool has_ending(const char *name, const char *ending) {
    return strlen(name) == ID_DIGITS + strlen(ending) && is_digits(name, ID_DIGITS) &&
           strcmp(name + ID_DIGITS, ending) == 0;
}

static bool search_folder(struct search *search);

/* An application without an identifier stands at the top only. */
static bool add_folder(struct search *above, const char *name) {
    const size_t size = strlen(name);
    const bool named = size != ID_DIGITS;
    if (!is_digits(name, size) || size > NAME_DIGITS || size % 2 != 0 || (named && above->depth > 0) ||
        above->depth == DEPTH_MAX)
        return true;
    char *disk = join(above->disk, "", name, size), *path = join(above->path, named ? "\"" : "", name, size);
    struct search search = {.backup = above->backup, .disk = disk, .path = path, .depth = above->depth + 1};
    const bool good = disk && path && search_folder(&search);
    above->no_memory |= search.no_memory || !disk || !path;
    free(disk);
    free(path);
    return good;
}

static bool add_entry(void *user, const char *name, bool folder) {
    struct search *search = user;
    if (folder)
        return add_folder(search, name);
    const bool records = has_ending(name, RECORDS);
    if (!records && !has_ending(name, BYTES))
        return true;
    const bool good = add(search->backup, join(search->disk, "", name, strlen(name)),
                          join(search->path, "", name, ID_DIGITS), records);
    search->no_memory |= !good;
    return good;
}

static bool search_folder(struct search *search) {
    return disk_each(search->disk, add_entry, search);
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct backup_file *)a)->path, ((const struct backup_file *)b)->path);
}

int backup_find(const char *folder, struct backup *out) {
    *out = (struct backup){0};
    struct search search = {.backup = out, .disk = folder, .path = ""};
    int code = EXIT_GOOD;
    if (!search_folder(&search))
        code = search.no_memory ? failure_plain("close other programs", "no memory for '%s'", folder)
                                : failure_plain("check its name, and whether you may read it",
                                                "cannot read '%s': %s", folder, strerror(errno));
    else if (out->count == 0)
        code =
            failure_plain("'scard dump' makes such a folder", "there is no file of a card in '%s'", folder);
    if (code != EXIT_GOOD)
        backup_free(out);
    else
        qsort(out->files, out->count, sizeof *out->files, by_path);
    return code;
}

void backup_free(struct backup *backup) {
    for (size_t i = 0; i < backup->count; ++i) {
        free(backup->files[i].disk);
        free(backup->files[i].path);
    }
    free(backup->files);
    *backup = (struct backup){0};
}
