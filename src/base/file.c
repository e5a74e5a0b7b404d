/*
 * Files by their names in UTF-8: see file.h. Called by who reads card images, lists of readers and of ATRs.
 */
#include "base/file.h"

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
    return fopen(path, mode);
}

int file_open_descriptor(const char *path, int flags) {
    return open(path, flags);
}

bool file_is_readable(const char *path) {
    return access(path, R_OK) == 0;
}
