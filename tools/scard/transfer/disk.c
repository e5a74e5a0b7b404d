/* Folders and files on disk. See disk.h. */
#include "transfer/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transfer/descriptor.h"

bool disk_has(const char *path) {
    struct stat entry;
    return lstat(path, &entry) == 0;
}

bool disk_make_folder(const char *path) {
    return mkdir(path, 0777) == 0;
}

bool disk_write(const char *path, const uint8_t *bytes, size_t size) {
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    const bool good = descriptor_write(file, bytes, size) && fsync(file) == 0;
    return descriptor_finish(file, good);
}

bool disk_rename(const char *from, const char *to) {
    if (disk_has(to)) { /* rename() would take the place of an empty folder */
        errno = EEXIST;
        return false;
    }
    return rename(from, to) == 0;
}

void disk_remove(const char *path) {
    (void)remove(path);
}

/* Not through links: they may lead round and round. */
static bool is_folder(const char *path, const char *name) {
    char whole[PATH_MAX];
    struct stat entry;
    const int length = snprintf(whole, sizeof whole, "%s/%s", path, name);
    return length > 0 && (size_t)length < sizeof whole && lstat(whole, &entry) == 0 && S_ISDIR(entry.st_mode);
}

bool disk_each(const char *path, disk_entry *entry, void *user) {
    DIR *folder = opendir(path);
    if (folder == NULL)
        return false;
    bool good = true;
    const struct dirent *next = NULL;
    errno = 0;
    while (good && (next = readdir(folder)) != NULL)
        if (strcmp(next->d_name, ".") != 0 && strcmp(next->d_name, "..") != 0)
            good = entry(user, next->d_name, is_folder(path, next->d_name));
    closedir(folder);
    return good;
}
