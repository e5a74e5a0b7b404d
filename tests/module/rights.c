/* Programs with more rights than their caller: see rights.h. */
#include "rights.h"

#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "beside.h"

#define NOBODY 65534
#define FOLDER_ROOM 60
#define PATH_ROOM (FOLDER_ROOM + 20)

static char folder[FOLDER_ROOM], helper[PATH_ROOM], beside[PATH_ROOM];

const char *rights_place(void) {
    static const char *const places[] = {"/tmp", "/var/tmp", "/run"};
    struct statvfs about;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; ++i)
        if (statvfs(places[i], &about) == 0 && (about.f_flag & (ST_NOSUID | ST_NOEXEC | ST_RDONLY)) == 0)
            return places[i];
    return places[0];
}

static bool copy_file(const char *from, const char *to) {
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    char block[65536];
    size_t size;
    bool good = in && out;
    while (good && (size = fread(block, 1, sizeof block, in)) > 0)
        good = fwrite(block, 1, size, out) == size;
    if (in)
        fclose(in);
    return out && fclose(out) == 0 && good;
}

int rights_make(const char *program, const char *library) {
    (void)snprintf(folder, sizeof folder, "%s/scardssp-rights-XXXXXX", rights_place());
    if (!mkdtemp(folder))
        return false;
    (void)snprintf(helper, sizeof helper, "%s/helper", folder);
    (void)snprintf(beside, sizeof beside, "%s/" BESIDE_LIBRARY, folder);
    return chmod(folder, 0755) == 0 && copy_file(program, helper) && copy_file(library, beside) &&
           chmod(beside, 0755) == 0;
}

int rights_run(mode_t mode, char *const *environment) {
    char *const arguments[] = {helper, NULL};
    if (chmod(helper, mode) != 0)
        return -1;
    const pid_t child = fork();
    if (child == 0) {
        if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
            setresuid(NOBODY, NOBODY, NOBODY) == 0)
            execve(helper, arguments, environment);
        _exit(100);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

void rights_remove(void) {
    (void)unlink(helper);
    (void)unlink(beside);
    (void)rmdir(folder);
}
