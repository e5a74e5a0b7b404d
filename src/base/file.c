/*
 * Files by their names in UTF-8: see file.h. Called by what reads card images, lists of readers and of ATRs.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool file_is_absolute(const char *path) {
    return path[0] == '/';
}

size_t file_folder_size(const char *path) {
    const char *last = strrchr(path, '/');
    return last ? (size_t)(last - path) + 1 : 0;
}

FILE *file_open(const char *path, const char *mode) {
    char own[8];
    (void)snprintf(own, sizeof own, "%se", mode);
    return fopen(path, own);
}

int file_open_descriptor(const char *path) {
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

bool file_read_at(int file, void *to, size_t size, size_t offset, size_t *got) {
    size_t have = 0;
    while (have < size) {
        const ssize_t part = pread(file, (char *)to + have, size - have, (off_t)(offset + have));
        if (part < 0 && errno == EINTR)
            continue;
        if (part < 0)
            return false;
        if (part == 0)
            break;
        have += (size_t)part;
    }
    *got = have;
    return true;
}

bool file_is_readable(const char *path) {
    return access(path, R_OK) == 0;
}
