/* Files by their names on Windows, where those are wide text. */
#include "terminal/file.h"

#include <errno.h>
#include <stdlib.h>
#include <wchar.h>

#include "terminal/text.h"

FILE *file_to_read(const char *name) {
    wchar_t *const wide = text_to_wide(name);
    errno = ENOMEM;
    FILE *const file = wide ? _wfopen(wide, L"rb") : NULL;
    free(wide);
    return file;
}
