/* Where the public list of ATRs is on Windows, whose card database is the system's: see paths.h. */
#include "carddb/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/file.h"

#define LIST "\\scardssp\\smartcard_list.txt"

bool carddb_path_atr_list(char **out) {
    static const char *const places[] = {"APPDATA", "ProgramData"};
    const char *const set = env_get("SCARDSSP_ATR_LIST");
    *out = NULL;
    if (set)
        return (*out = strdup(set)) != NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *const folder = env_get(places[i]);
        if (!folder)
            continue;
        char *const path = malloc(strlen(folder) + sizeof LIST);
        if (!path)
            return false;
        if (sprintf(path, "%s" LIST, folder) > 0 && file_is_readable(path)) {
            *out = path;
            return true;
        }
        free(path);
    }
    return true;
}
