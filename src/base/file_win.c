/* Files by their names in UTF-8, on Windows, which has a second separator and drives: see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>

#include <windows.h>

#include <io.h>

#include "base/utf.h"

#define READABLE 4 /* _waccess() has no name for it */
#define MODE_ROOM 8
#define PART_MAX ((DWORD)1 << 30) /* that one ReadFile() is asked for */

static bool is_separator(char letter) {
    return letter == '/' || letter == '\\';
}

bool file_is_absolute(const char *path) {
    return is_separator(path[0]) || (path[0] != '\0' && path[1] == ':');
}

size_t file_folder_size(const char *path) {
    size_t size = 0;
    for (size_t i = 0; path[i]; ++i)
        if (is_separator(path[i]))
            size = i + 1;
    return size;
}

FILE *file_open(const char *path, const char *mode) {
    wchar_t wide_mode[MODE_ROOM] = {0};
    wchar_t *wide = utf8_to_wide(path, NULL);
    FILE *file = NULL;
    for (size_t i = 0; mode[i] && i < MODE_ROOM - 1; ++i)
        wide_mode[i] = (wchar_t)mode[i]; /* ASCII */
    errno = ENOMEM;
    if (wide)
        file = _wfopen(wide, wide_mode);
    free(wide);
    return file;
}

int file_open_descriptor(const char *path) {
    wchar_t *wide = utf8_to_wide(path, NULL);
    errno = ENOMEM;
    const int descriptor = wide ? _wopen(wide, O_RDONLY | O_BINARY | O_NOINHERIT) : -1;
    free(wide);
    return descriptor;
}

bool file_read_at(int file, void *to, size_t size, size_t offset, size_t *got) {
    size_t have = 0;
    while (have < size) {
        const uint64_t at = (uint64_t)offset + have;
        const size_t left = size - have;
        OVERLAPPED place = {.Offset = (DWORD)at, .OffsetHigh = (DWORD)(at >> 32)};
        DWORD part = 0;
        if (!ReadFile((HANDLE)_get_osfhandle(file), (char *)to + have,
                      left > PART_MAX ? PART_MAX : (DWORD)left, &part, &place) &&
            GetLastError() != ERROR_HANDLE_EOF) {
            errno = EIO;
            return false;
        }
        if (part == 0)
            break;
        have += part;
    }
    *got = have;
    return true;
}

bool file_is_readable(const char *path) {
    wchar_t *wide = utf8_to_wide(path, NULL);
    const bool readable = wide && _waccess(wide, READABLE) == 0;
    free(wide);
    return readable;
}
