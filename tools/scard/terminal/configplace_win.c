/* Where configuration files are on Windows: see configplace.h. */
#include "terminal/configplace.h"

#include <stdio.h>

#include "base/env.h"

#define FILE_NAME "\\scardssp\\scard.conf"

bool configplace_get(size_t place, char *out, size_t room) {
    static const char *const folders[] = {"APPDATA", "ProgramData"};
    const char *set = env_get("SCARDSSP_CONFIG");
    out[0] = '\0';
    if (set)
        return place == 0 && snprintf(out, room, "%s", set) >= 0;
    if (place >= sizeof folders / sizeof *folders)
        return false;
    const char *folder = env_get(folders[place]);
    const int length = folder ? snprintf(out, room, "%s" FILE_NAME, folder) : -1;
    if (length < 0 || (size_t)length >= room)
        out[0] = '\0';
    return true;
}
