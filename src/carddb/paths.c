/*
 * Default places of the databases and of the ATR list (XDG base directories; pcsc-tools' order for the list).
 */
#include "carddb/paths.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/env.h"
#include "base/file.h"

#define DATABASE "/scardssp/cards.db"
#define LIST "smartcard_list.txt"

static bool join(const char *directory, const char *rest, char **out) {
    const size_t front = strlen(directory), back = strlen(rest);
    char *path = malloc(front + back + 1);
    if (path) {
        memcpy(path, directory, front);
        memcpy(path + front, rest, back + 1);
    }
    *out = path;
    return path != NULL;
}

/* An absolute path from the environment; XDG asks to ignore relative ones. */
static const char *directory_of(const char *variable) {
    const char *value = env_get(variable);
    return value && *value == '/' ? value : NULL;
}

bool carddb_path_system(char **out) {
    const char *set = env_get("SCARDSSP_DATABASE_SYSTEM");
    return set ? join(set, "", out) : join("/var/lib", DATABASE, out);
}

bool carddb_path_user(char **out) {
    const char *set = env_get("SCARDSSP_DATABASE_USER");
    if (set)
        return join(set, "", out);
    const char *data = directory_of("XDG_DATA_HOME");
    if (data)
        return join(data, DATABASE, out);
    const char *home = directory_of("HOME");
    *out = NULL;
    return !home || join(home, "/.local/share" DATABASE, out);
}

const char *carddb_places_atr_list(void) {
    return "~/.cache (or $XDG_CACHE_HOME)/" LIST ", ~/." LIST ", /usr/local/pcsc/" LIST
           ", /usr/share/pcsc/" LIST " and /usr/local/share/pcsc/" LIST;
}

/*
 * Whether there is something to read: an update that failed leaves an empty file behind, which hides no good
 * one.
 */
static bool has_content(const char *path) {
    struct stat about;
    return file_is_readable(path) && stat(path, &about) == 0 &&
           (!S_ISREG(about.st_mode) || about.st_size > 0);
}

bool carddb_path_own_list(char **out) {
    const char *set = env_get("SCARDSSP_ATR_LIST");
    if (set)
        return join(set, "", out);
    const char *cache = directory_of("XDG_CACHE_HOME");
    if (cache)
        return join(cache, "/" LIST, out);
    const char *home = directory_of("HOME");
    *out = NULL;
    return !home || join(home, "/.cache/" LIST, out);
}

bool carddb_path_atr_list(char **out) {
    const struct {
        const char *directory, *rest;
    } places[] = {
        {directory_of("HOME"), "/." LIST},
        {"/usr/local/pcsc/", LIST},
        {"/usr/share/pcsc/", LIST},
        {"/usr/local/share/pcsc/", LIST},
    };
    if (!carddb_path_own_list(out) || (*out && (env_get("SCARDSSP_ATR_LIST") || has_content(*out))))
        return *out != NULL;
    free(*out);
    *out = NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!places[i].directory)
            continue;
        if (!join(places[i].directory, places[i].rest, out))
            return false;
        if (has_content(*out))
            return true;
        free(*out);
        *out = NULL;
    }
    return true;
}
