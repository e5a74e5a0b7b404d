/* Folders that a test makes for its files: see scratch.h. */
#include "support/kits/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef _WIN32

#include <direct.h>
#include <windows.h>

bool scratch_create(char path[SCRATCH_ROOM]) {
    char temporary[SCRATCH_ROOM / 2];
    const DWORD size = GetTempPathA(sizeof temporary, temporary);
    if (!size || size >= sizeof temporary)
        return false;
    /* As the tests write the paths of files. */
    for (char *at = temporary; *at; ++at)
        if (*at == '\\')
            *at = '/';
    for (unsigned i = 0; i < 1000; ++i) {
        snprintf(path, SCRATCH_ROOM, "%sscardssp-%lu-%u", temporary, GetCurrentProcessId(), i);
        if (_mkdir(path) == 0)
            return true;
    }
    return false;
}

#else

/* Some of those who write here wait for every byte to be on the disk. */
bool scratch_create(char path[SCRATCH_ROOM]) {
    snprintf(path, SCRATCH_ROOM, "%s/scardssp-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    return mkdtemp(path) != NULL;
}

#endif

void scratch_empty(const char *path) {
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        char file[SCRATCH_ROOM];
        if (snprintf(file, sizeof file, "%s/%s", path, entry->d_name) < (int)sizeof file)
            (void)unlink(file);
    }
    if (folder)
        closedir(folder);
}

bool scratch_remove(const char *path) {
    scratch_empty(path);
    return rmdir(path) == 0;
}
