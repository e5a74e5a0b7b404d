/* A file on disk that is there whole or not at all, on Windows. See outfile.h. */
#include "transfer/outfile.h"

#include <stdbool.h>
#include <stdlib.h>

#include "scardssp.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/text.h"

#define SUFFIX ".part"

static bool write_part(const wchar_t *part, const uint8_t *bytes, size_t size) {
    DWORD written = 0;
    HANDLE file = CreateFileW(part, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    const bool good = WriteFile(file, bytes, (DWORD)size, &written, NULL) && written == size;
    return CloseHandle(file) && good;
}

static bool replace(const char *path, const char *part, const uint8_t *bytes, size_t size) {
    wchar_t *wide_path = text_to_wide(path), *wide_part = text_to_wide(part);
    bool good = wide_path && wide_part && write_part(wide_part, bytes, size);
    if (good && !MoveFileExW(wide_part, wide_path, MOVEFILE_REPLACE_EXISTING)) {
        DeleteFileW(wide_part);
        good = false;
    }
    free(wide_path);
    free(wide_part);
    return good;
}

int outfile_write(const char *path, const uint8_t *bytes, size_t size) {
    char part[2048];
    const int length = snprintf(part, sizeof part, "%s" SUFFIX, path);
    const bool fits = length > 0 && (size_t)length < sizeof part;
    return fits && replace(path, part, bytes, size)
               ? EXIT_GOOD
               : failure_plain("see whether there is room, and whether you may write there",
                               "cannot write '%s'", path);
}
