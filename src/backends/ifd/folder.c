/* Files of /etc, /sys and /proc: short, and as long as they turn out to be. */
#include "backends/ifd/folder.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/textfile.h"

char *ifd_path_join(const char *folder, const char *name) {
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

char *ifd_text_read(const char *folder, const char *name, size_t *size) {
    char *path = folder ? ifd_path_join(folder, name) : strdup(name);
    char *text = NULL;
    size_t bytes = 0;
    const bool read = path && textfile_read(path, IFD_TEXT_MAX, &text, &bytes) == TEXTFILE_OK;
    free(path);
    if (!read)
        return NULL;
    if (size)
        *size = bytes;
    return text;
}

static int is_visible(const struct dirent *entry) {
    return *entry->d_name != '.';
}

char **ifd_folder_read(const char *folder) {
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_visible, alphasort);
    char **names = count >= 0 ? calloc((size_t)count + 1, sizeof *names) : NULL;
    bool whole = names != NULL;
    for (int i = 0; i < count; ++i) {
        whole = whole && (names[i] = strdup(entries[i]->d_name)) != NULL;
        free(entries[i]);
    }
    free(entries);
    if (whole)
        return names;
    ifd_folder_free(names); /* a list that ends early would pass for the whole one */
    return NULL;
}

void ifd_folder_free(char **names) {
    for (char **at = names; at && *at; ++at)
        free(*at);
    free(names);
}
