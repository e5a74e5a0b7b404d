/* Folders: see folder.h. */
#include "base/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make(const char *path, mode_t mode) {
    if (mkdir(path, mode) == 0) {
        (void)chmod(path, mode);
        return true;
    }
    if (errno == EEXIST)
        return true;
    const int why = errno; /* a file system that is read only says so of what is there, too */
    const bool there = access(path, F_OK) == 0;
    errno = why;
    return there;
}

bool folder_make_above(const char *path, mode_t mode) {
    char *part = strdup(path);
    bool made = part != NULL;
    for (char *slash = part ? strchr(part + 1, '/') : NULL; slash && made; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = make(part, mode);
        *slash = '/';
    }
    const int why = errno;
    free(part);
    errno = why;
    return made;
}
