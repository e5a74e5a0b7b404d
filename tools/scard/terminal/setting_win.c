/* Environment variables on Windows, which are wide text: see setting.h. */
#include "terminal/setting.h"

#include <windows.h>

#include <stdlib.h>

#include "terminal/text.h"

#define ROOM 32768 /* no variable is longer, its NUL included */

const char *setting_get(const char *name) {
    wchar_t *const wide_name = text_to_wide(name);
    wchar_t *const wide = calloc(ROOM, sizeof *wide);
    const char *value = NULL; /* the process is short, nobody frees it */
    if (wide_name && wide && GetEnvironmentVariableW(wide_name, wide, ROOM) > 0)
        value = text_from_wide(wide);
    free(wide);
    free(wide_name);
    return value;
}
