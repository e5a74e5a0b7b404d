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
#include "transfer/descriptor.h"

#define SUFFIX ".part-XXXXXX"

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
    bool good = descriptor_write(file, bytes, size) && fchmod(file, rights(former)) == 0 && fsync(file) == 0;
    good = descriptor_finish(file, good) && rename(part, path) == 0;
    if (!good) {
        const int saved = errno;
        unlink(part);
        errno = saved;
    }
    return good;
}

static bool write_into(const char *path, const uint8_t *bytes, size_t size) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    return file >= 0 && descriptor_finish(file, descriptor_write(file, bytes, size));
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
