/* A file on disk that is there whole or not at all. See outfile.h. */
#include "transfer/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define SUFFIX ".part-XXXXXX"

static bool write_all(int file, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        const ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* Closes, and says whether all of it went well. */
static bool finish(int file, bool good) {
    const int saved = errno;
    const bool closed = close(file) == 0;
    if (!good)
        errno = saved;
    return good && closed;
}

/* The rights of a new file, or of the one that it stands for. */
static mode_t rights(const struct stat *former) {
    if (former)
        return former->st_mode & 0777;
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool replace(const char *path, const struct stat *former, const uint8_t *bytes, size_t size) {
    char part[PATH_MAX + sizeof SUFFIX];
    (void)snprintf(part, sizeof part, "%s" SUFFIX, path);
    const int file = mkstemp(part);
    if (file < 0)
        return false;
    bool good = write_all(file, bytes, size) && fchmod(file, rights(former)) == 0 && fsync(file) == 0;
    good = finish(file, good) && rename(part, path) == 0;
    if (!good) {
        const int saved = errno;
        unlink(part);
        errno = saved;
    }
    return good;
}

static bool write_into(const char *path, const uint8_t *bytes, size_t size) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    return file >= 0 && finish(file, write_all(file, bytes, size));
}

int outfile_write(const char *path, const uint8_t *bytes, size_t size) {
    char whole[PATH_MAX];
    struct stat former;
    const bool there = stat(path, &former) == 0;
    /* A link stays one: what it leads to is replaced. */
    const char *target = there && realpath(path, whole) ? whole : path;
    const bool plain = !there || S_ISREG(former.st_mode);
    bool good = strlen(target) < PATH_MAX;
    if (!good)
        errno = ENAMETOOLONG;
    else if (plain)
        good = replace(target, there ? &former : NULL, bytes, size);
    else
        good = write_into(target, bytes, size);
    return good ? EXIT_GOOD
                : failure_plain(
                      "see whether there is room, and whether you may write there; nothing was changed",
                      "cannot write '%s': %s", path, strerror(errno));
}
