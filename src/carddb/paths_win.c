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

/* The list in the folder that a variable names; NULL where it is not set. */
static bool path_in(const char *variable, char **out) {
    const char *folder = env_get(variable);
    *out = NULL;
    if (!folder)
        return true;
    *out = malloc(strlen(folder) + sizeof LIST);
    if (*out)
        (void)sprintf(*out, "%s" LIST, folder);
    return *out != NULL;
}

bool carddb_path_own_list(char **out) {
    const char *set = env_get("SCARDSSP_ATR_LIST");
    if (set)
        return (*out = strdup(set)) != NULL;
    return path_in("APPDATA", out);
}

bool carddb_path_atr_list(char **out) {
    /* The first is a variable of the user's, and so none of an elevated program's: env.h. */
    static const char *const places[] = {"APPDATA", "ProgramData"};
    if (env_get("SCARDSSP_ATR_LIST"))
        return carddb_path_own_list(out);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!path_in(places[i], out))
            return false;
        if (*out && has_content(*out))
            return true;
        free(*out);
        *out = NULL;
    }
    return true;
}
