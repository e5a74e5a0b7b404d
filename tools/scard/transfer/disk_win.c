/* Folders and files on disk, on Windows. See disk.h. */
#include "transfer/disk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp.h"
#include "terminal/text.h"

#define PATTERN_MAX 2048

/* Does one thing with the wide form of a path. */
static bool with(const char *path, bool (*act)(const wchar_t *wide)) {
    wchar_t *wide = text_to_wide(path);
    const bool good = wide && act(wide);
    free(wide);
    if (!good)
        errno = EACCES;
    return good;
}

static bool has(const wchar_t *wide) {
    return GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
}

static bool make_folder(const wchar_t *wide) {
    return CreateDirectoryW(wide, NULL) != 0;
}

static bool take_away(const wchar_t *wide) {
    return DeleteFileW(wide) || RemoveDirectoryW(wide);
}

bool disk_has(const char *path) {
    return with(path, has);
}

bool disk_make_folder(const char *path) {
    return with(path, make_folder);
}

bool disk_write(const char *path, const uint8_t *bytes, size_t size) {
    DWORD written = 0;
    wchar_t *wide = text_to_wide(path);
    HANDLE file = wide ? CreateFileW(wide, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL)
                       : INVALID_HANDLE_VALUE;
    bool good = file != INVALID_HANDLE_VALUE;
    if (good) {
        good = WriteFile(file, bytes, (DWORD)size, &written, NULL) && written == size;
        good = CloseHandle(file) && good;
    }
    free(wide);
    if (!good)
        errno = EACCES;
    return good;
}

bool disk_rename(const char *from, const char *to) {
    wchar_t *wide_from = text_to_wide(from), *wide_to = text_to_wide(to);
    const bool good = wide_from && wide_to && MoveFileExW(wide_from, wide_to, 0);
    free(wide_from);
    free(wide_to);
    if (!good)
        errno = EACCES;
    return good;
}

void disk_remove(const char *path) {
    (void)with(path, take_away);
}

static bool tell(const WIN32_FIND_DATAW *found, disk_entry *entry, void *user) {
    char *name = text_from_wide(found->cFileName);
    bool good = name != NULL;
    if (good && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
        good = entry(user, name, (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0);
    free(name);
    return good;
}

bool disk_each(const char *path, disk_entry *entry, void *user) {
    char pattern[PATTERN_MAX];
    WIN32_FIND_DATAW found;
    const int length = snprintf(pattern, sizeof pattern, "%s\\*", path);
    wchar_t *wide = length > 0 && (size_t)length < sizeof pattern ? text_to_wide(pattern) : NULL;
    HANDLE search = wide ? FindFirstFileW(wide, &found) : INVALID_HANDLE_VALUE;
    free(wide);
    if (search == INVALID_HANDLE_VALUE) {
        errno = ENOENT;
        return false;
    }
    bool good = true;
    do
        good = tell(&found, entry, user);
    while (good && FindNextFileW(search, &found));
    FindClose(search);
    return good;
}
