/* Files, descriptors and processes that cannot be had or used: see points.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "failures/points.h"

/*
 * Their names in a program whose offsets have 64 bits. That a file is not there (ENOENT) is an answer and no
 * failure.
 */

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return SYSTEM_CALL("open", EMFILE, EACCES) ? -1 : __real_open64(path, flags, mode);
}

int __real_fcntl64(int fd, int command, ...);
int __wrap_fcntl64(int fd, int command, ...);
int __wrap_fcntl64(int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    const int argument = va_arg(arguments, int);
    va_end(arguments);
    return SYSTEM_CALL("fcntl", EMFILE) ? -1 : __real_fcntl64(fd, command, argument);
}

WRAP(FILE *, fopen64, const char *path, const char *mode) {
    return SYSTEM_CALL("fopen", EMFILE, EACCES) ? NULL : __real_fopen64(path, mode);
}

WRAP(DIR *, opendir, const char *path) {
    return SYSTEM_CALL("opendir", EMFILE, EACCES) ? NULL : __real_opendir(path);
}

struct stat64;
WRAP(int, stat64, const char *path, struct stat64 *about) {
    return SYSTEM_CALL("stat", EACCES) ? -1 : __real_stat64(path, about);
}

WRAP(int, fstat64, int fd, struct stat64 *about) {
    return SYSTEM_CALL("fstat", EIO) ? -1 : __real_fstat64(fd, about);
}

WRAP(ssize_t, read, int fd, void *bytes, size_t size) {
    const enum points_verdict verdict = SYSTEM_CALL("read", EIO, EINTR, POINTS_SHORT);
    return verdict == POINTS_FAIL ? -1 : __real_read(fd, bytes, verdict && size ? 1 : size);
}

WRAP(ssize_t, pread64, int fd, void *bytes, size_t size, off_t offset) {
    const enum points_verdict verdict = SYSTEM_CALL("pread", EIO, EINTR, POINTS_SHORT);
    return verdict == POINTS_FAIL ? -1 : __real_pread64(fd, bytes, verdict && size ? 1 : size, offset);
}

WRAP(ssize_t, write, int fd, const void *bytes, size_t size) {
    const enum points_verdict verdict = SYSTEM_CALL("write", EIO, EINTR);
    return verdict == POINTS_FAIL ? -1 : __real_write(fd, bytes, size);
}

WRAP(size_t, fread, void *bytes, size_t size, size_t count, FILE *file) {
    return SYSTEM_CALL("fread", EIO) ? 0 : __real_fread(bytes, size, count, file);
}

WRAP(int, poll, struct pollfd *fds, nfds_t count, int ms) {
    return SYSTEM_CALL("poll", ENOMEM, EINTR) ? -1 : __real_poll(fds, count, ms);
}

WRAP(int, eventfd, unsigned initial, int flags) {
    return SYSTEM_CALL("eventfd", EMFILE) ? -1 : __real_eventfd(initial, flags);
}

WRAP(int, epoll_create1, int flags) {
    return SYSTEM_CALL("epoll_create1", EMFILE) ? -1 : __real_epoll_create1(flags);
}

WRAP(int, epoll_ctl, int set, int what, int fd, struct epoll_event *event) {
    /* What is taken away, or changed, needs nothing that could lack. */
    if (what == EPOLL_CTL_ADD && SYSTEM_CALL("epoll_ctl", ENOMEM, ENOSPC))
        return -1;
    return __real_epoll_ctl(set, what, fd, event);
}

WRAP(int, epoll_wait, int set, struct epoll_event *events, int most, int ms) {
    return SYSTEM_CALL("epoll_wait", EINTR) ? -1 : __real_epoll_wait(set, events, most, ms);
}

WRAP(void *, mmap64, void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return SYSTEM_CALL("mmap", ENOMEM, ENODEV) ? MAP_FAILED
                                               : __real_mmap64(at, size, protection, flags, fd, offset);
}

/* So few bytes as are asked for here come at once, or not at all (random(7)). */
WRAP(ssize_t, getrandom, void *bytes, size_t size, unsigned flags) {
    return SYSTEM_CALL("getrandom", ENOSYS) ? -1 : __real_getrandom(bytes, size, flags);
}

WRAP(locale_t, newlocale, int mask, const char *name, locale_t base) {
    return SYSTEM_CALL("newlocale", ENOMEM) ? (locale_t)0 : __real_newlocale(mask, name, base);
}
