/* Where the public list of ATRs is on Windows, whose card database is the system's: see paths.h. */
#include "carddb/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/file.h"

#define LIST "\\scardssp\\smartcard_list.txt"

const char *carddb_places_atr_list(void) {
    return "%APPDATA%" LIST " and %ProgramData%" LIST;
}

/* Whether there is something to read: an empty file hides no good one. */
static bool has_content(const char *path) {
    FILE *file = file_open(path, "rb");
    const bool has = file && fgetc(file) != EOF;
    if (file)
        fclose(file);
    return has;
}

bool carddb_path_atr_list(char **out) {
    /* The first is a variable of the user's, and so none of an elevated program's: env.h. */
    static const char *const places[] = {"APPDATA", "ProgramData"};
    const char *set = env_get("SCARDSSP_ATR_LIST");
    *out = NULL;
    if (set)
        return (*out = strdup(set)) != NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *folder = env_get(places[i]);
        if (!folder)
            continue;
        char *path = malloc(strlen(folder) + sizeof LIST);
        if (!path)
            return false;
        if (sprintf(path, "%s" LIST, folder) > 0 && has_content(path)) {
            *out = path;
            return true;
        }
        free(path);
    }
    return true;
}
