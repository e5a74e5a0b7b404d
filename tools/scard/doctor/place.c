/* Files of the system: see place.h. */
#include "doctor/place.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/root.h"

const char *place_path(const char *path, char *out) {
    const char *root = root_folder();
    (void)snprintf(out, PLACE_MAX, "%s%s", root ? root : "", path);
    return out;
}

bool place_is_there(const char *path) {
    char full[PLACE_MAX];
    struct stat info;
    return lstat(place_path(path, full), &info) == 0;
}

bool place_leads_to(const char *path, const char *target) {
    char full[PLACE_MAX], found[PATH_MAX];
    const ssize_t size = readlink(place_path(path, full), found, sizeof found - 1);
    if (size <= 0)
        return false;
    found[size] = '\0';
    return strcmp(found, target) == 0;
}
