/* Where the lines of earlier runs are kept: see historyfile.h. */
#include "lineedit/historyfile.h"

#include <stdio.h>

#include "base/env.h"
#include "base/folder.h"

bool historyfile_path(const char *name, char *out, size_t room) {
    const char *state = env_get("XDG_STATE_HOME"), *home = env_get("HOME");
    int length = -1;
    if (state && state[0] == '/') /* XDG asks to ignore relative ones */
        length = snprintf(out, room, "%s/scardssp/%s.history", state, name);
    else if (home && home[0] == '/')
        length = snprintf(out, room, "%s/.local/state/scardssp/%s.history", home, name);
    return length >= 0 && (size_t)length < room;
}

bool historyfile_prepare(const char *path) {
    return folder_make_above(path, 0700);
}
