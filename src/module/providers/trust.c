/*
 * Walks paths from the root and looks at owner and mode of everything on the way. Called by scan.c and
 * providers.c.
 *
 * A library is looked at here and loaded by its path afterwards. That is safe although time passes in
 * between: the path has no symbolic link left, and nobody but root and the user can rename anything in the
 * directories on the way, from the root down, or write to the file. Loading the opened file by /proc/self/fd
 * would add nothing but trouble: $ORIGIN means nothing there, the loader takes equal numbers for the same
 * library, /proc may be missing.
 */
#include "module/providers/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40

struct walk {
    struct providertrust_result *out; /* out->real grows, "" for the root */
    size_t length;                    /* of out->real */
    char rest[PATH_MAX];              /* what is still to go */
    unsigned links;
    bool at_directory; /* out->real is one */
};

__attribute__((format(__printf__, 3, 4))) static enum providertrust
refuse(struct providertrust_result *out, const char *path, const char *format, ...) {
    va_list arguments;
    int used = snprintf(out->why, sizeof out->why, "%s: ", *path ? path : "/");
    if (used < 0 || (size_t)used >= sizeof out->why)
        used = 0;
    va_start(arguments, format);
    (void)vsnprintf(out->why + used, sizeof out->why - (size_t)used, format, arguments);
    va_end(arguments);
    return PROVIDERTRUST_REFUSED;
}

bool providertrust_passing(int error) {
    return error == ENOMEM || error == EMFILE || error == ENFILE || error == EINTR;
}

static enum providertrust refuse_errno(struct providertrust_result *out, const char *path) {
    const int error = errno;
    (void)refuse(out, path, "%s", strerror(error));
    out->passing = providertrust_passing(error);
    return error == ENOENT || error == ENOTDIR ? PROVIDERTRUST_ABSENT : PROVIDERTRUST_REFUSED;
}

static enum providertrust check_owner(struct providertrust_result *out, const char *path,
                                      const struct stat *found) {
    if (found->st_uid != 0 && found->st_uid != geteuid())
        return refuse(out, path, "belongs to user %u, neither to root nor to the user of this program",
                      (unsigned)found->st_uid);
    return PROVIDERTRUST_GOOD;
}

static enum providertrust check(struct providertrust_result *out, const char *path,
                                const struct stat *found) {
    const enum providertrust owned = check_owner(out, path, found);
    if (owned != PROVIDERTRUST_GOOD)
        return owned;
    /* In a sticky directory only their owners, who are looked at as well, move and remove entries. */
    if (S_ISDIR(found->st_mode) && (found->st_mode & S_ISVTX))
        return PROVIDERTRUST_GOOD;
    if (found->st_mode & S_IWOTH)
        return refuse(out, path, "everybody may write to it");
    if ((found->st_mode & S_IWGRP) && found->st_gid != 0 && found->st_gid != getegid())
        return refuse(out, path, "group %u may write to it", (unsigned)found->st_gid);
    return PROVIDERTRUST_GOOD;
}

static enum providertrust check_directory(const struct walk *walk) {
    struct stat found;
    const char *path = walk->length ? walk->out->real : "/";
    if (lstat(path, &found) != 0)
        return refuse_errno(walk->out, path);
    return check(walk->out, path, &found);
}

/* Takes the next name off `rest`; NULL: there is none. */
static const char *next_name(struct walk *walk, char name[NAME_MAX + 1]) {
    const char *start = walk->rest + strspn(walk->rest, "/");
    const size_t size = strcspn(start, "/");
    if (size == 0 || size > NAME_MAX) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    memcpy(name, start, size);
    name[size] = '\0';
    memmove(walk->rest, start + size, strlen(start + size) + 1);
    return name;
}

static bool is_finished(const struct walk *walk) {
    return walk->rest[strspn(walk->rest, "/")] == '\0';
}

/* Puts what a link says before the rest of the path. */
static enum providertrust follow(struct walk *walk, const char *link, const struct stat *found) {
    char target[PATH_MAX];
    const enum providertrust owned = check_owner(walk->out, link, found);
    if (owned != PROVIDERTRUST_GOOD)
        return owned;
    if (++walk->links > LINKS_MAX)
        return refuse(walk->out, link, "%s", strerror(ELOOP));
    const ssize_t size = readlink(link, target, sizeof target);
    if (size <= 0)
        return refuse_errno(walk->out, link);
    const size_t rest = strlen(walk->rest);
    if ((size_t)size + rest >= sizeof walk->rest)
        return refuse(walk->out, link, "%s", strerror(ENAMETOOLONG));
    memmove(walk->rest + size, walk->rest, rest + 1);
    memcpy(walk->rest, target, (size_t)size);
    if (*target == '/')
        walk->length = 0;
    walk->out->real[walk->length] = '\0';
    return PROVIDERTRUST_GOOD;
}

static void go_up(struct walk *walk) {
    while (walk->length && walk->out->real[--walk->length] != '/')
        ;
    walk->out->real[walk->length] = '\0';
}

/* One name further. */
static enum providertrust step(struct walk *walk) {
    char name[NAME_MAX + 1];
    char *real = walk->out->real;
    struct stat found;
    if (!next_name(walk, name))
        return refuse_errno(walk->out, real);
    if (strcmp(name, ".") == 0)
        return PROVIDERTRUST_GOOD;
    if (strcmp(name, "..") == 0) {
        go_up(walk);
        return PROVIDERTRUST_GOOD;
    }
    const size_t length = walk->length + 1 + strlen(name);
    if (length >= sizeof walk->out->real)
        return refuse(walk->out, real, "%s", strerror(ENAMETOOLONG));
    real[walk->length] = '/';
    memcpy(real + walk->length + 1, name, strlen(name) + 1);
    if (lstat(real, &found) != 0)
        return refuse_errno(walk->out, real);
    if (S_ISLNK(found.st_mode)) {
        char link[PATH_MAX];
        memcpy(link, real, length + 1);
        return follow(walk, link, &found);
    }
    walk->length = length;
    walk->at_directory = S_ISDIR(found.st_mode);
    if (walk->at_directory)
        return check(walk->out, real, &found);
    return is_finished(walk) ? PROVIDERTRUST_GOOD : refuse(walk->out, real, "%s", strerror(ENOTDIR));
}

/* To the end of the path. */
static enum providertrust walk_path(const char *path, struct providertrust_result *out, bool *at_directory) {
    struct walk walk = {.out = out, .at_directory = true};
    out->real[0] = out->why[0] = '\0';
    out->passing = false;
    if (*path != '/')
        return refuse(out, path, "is relative; a path has to begin with '/'");
    if (strlen(path) >= sizeof walk.rest)
        return refuse(out, "a path", "%s", strerror(ENAMETOOLONG));
    strcpy(walk.rest, path);
    enum providertrust result = check_directory(&walk);
    while (result == PROVIDERTRUST_GOOD && !is_finished(&walk))
        result = step(&walk);
    *at_directory = walk.at_directory;
    return result;
}

enum providertrust providertrust_directory(const char *path, struct providertrust_result *out) {
    bool at_directory = false;
    const enum providertrust result = walk_path(path, out, &at_directory);
    if (result == PROVIDERTRUST_GOOD && !at_directory)
        return refuse(out, out->real, "is not a directory");
    return result;
}

enum providertrust providertrust_file(const char *path, struct providertrust_result *out, int *fd) {
    bool at_directory = false;
    struct stat found;
    enum providertrust result = walk_path(path, out, &at_directory);
    if (result != PROVIDERTRUST_GOOD)
        return result;
    if (at_directory)
        return refuse(out, out->real, "is a directory");
    /* Not blocking: opening a pipe would wait for somebody who writes. */
    const int opened = open(out->real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (opened < 0)
        return refuse_errno(out, out->real);
    if (fstat(opened, &found) != 0)
        result = refuse_errno(out, out->real);
    else if (!S_ISREG(found.st_mode))
        result = refuse(out, out->real, "is not a regular file");
    else
        result = check(out, out->real, &found);
    if (result == PROVIDERTRUST_GOOD && fd)
        *fd = opened;
    else
        close(opened);
    return result;
}
