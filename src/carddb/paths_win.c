/* Where the public list of ATRs is on Windows, whose card database is the system's: see paths.h. */
#include "carddb/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/file.h"

#define LIST "\\scardssp\\smartcard_list.txt"

char *carddb_path_atr_list(void) {
    static const char *const places[] = {"APPDATA", "ProgramData"};
    const char *const set = env_get("SCARDSSP_ATR_LIST");
    if (set)
        return strdup(set);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *const folder = env_get(places[i]);
        char *const path = folder ? malloc(strlen(folder) + sizeof LIST) : NULL;
        if (path && sprintf(path, "%s" LIST, folder) > 0 && file_is_readable(path))
            return path;
        free(path);
    }
    return NULL;
}
