/* Where configuration files are, by the XDG base directories: see configplace.h. */
#include "terminal/configplace.h"

#include <stdio.h>
#include <string.h>

#include "base/env.h"

#define FILE_NAME "/scardssp/scard.conf"
#define SYSTEM "/etc/xdg"

static void join(const char *folder, size_t size, const char *rest, char *out, size_t room) {
    const bool usable = folder && size > 0 && folder[0] == '/'; /* XDG asks to ignore relative ones */
    const int length = usable ? snprintf(out, room, "%.*s%s" FILE_NAME, (int)size, folder, rest) : -1;
    if (length < 0 || (size_t)length >= room)
        out[0] = '\0';
}

static void user_place(char *out, size_t room) {
    const char *config = env_get("XDG_CONFIG_HOME"), *home = env_get("HOME");
    if (config && config[0] == '/')
        join(config, strlen(config), "", out, room);
    else
        join(home, home ? strlen(home) : 0, "/.config", out, room);
}

bool configplace_get(size_t place, char *out, size_t room) {
    const char *set = env_get("SCARDSSP_CONFIG");
    const char *folders = env_get("XDG_CONFIG_DIRS");
    out[0] = '\0';
    if (set)
        return place == 0 && snprintf(out, room, "%s", set) >= 0;
    if (place == 0) {
        user_place(out, room);
        return true;
    }
    folders = folders ? folders : SYSTEM;
    for (size_t i = 1; i < place && folders; ++i) {
        folders = strchr(folders, ':');
        folders = folders ? folders + 1 : NULL;
    }
    if (folders)
        join(folders, strcspn(folders, ":"), "", out, room);
    return folders != NULL;
}
