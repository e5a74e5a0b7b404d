/* Becomes another program, with the variables that lead it to our PC/SC library. See launch.h. */
#include "commands/programs/launch.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scardssp.h"
#include "scardssp_rm.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define LIBRARY "libscardssp-pcsc.so"
#define LINK "libpcsclite.so.1"
#define MESSAGE_MAX 512

const char launch_notes[] =
    "The program finds the library as libpcsclite.so.1 (LD_LIBRARY_PATH), through pcsc-lite 2 "
    "(LIBPCSCLITE_DELEGATE) and, with --preload, before all others (LD_PRELOAD). The programs that it starts do, "
    "too. Programs with more rights than their caller (sudo, set-uid) ignore these variables.\n"
    "Exit code: the program's; 127 when there is no such program, 126 when it could not be started.\n";

/* Where the library may be: from the tool's own folder, as installed and as built. */
static const char *const places[] = {"../" SCARD_DROPIN_FOLDER, "../../src/dropin"};

/* The path of the tool's folder, at most PATH_MAX bytes. */
static bool own_folder(char *out) {
    const ssize_t length = readlink("/proc/self/exe", out, PATH_MAX - 1);
    if (length <= 0)
        return false;
    out[length] = '\0';
    char *last = strrchr(out, '/');
    if (!last)
        return false;
    *last = '\0';
    return true;
}

/* The folder of the library, in PATH_MAX bytes; false, after a message: it is not there. */
static bool find_library(char *out) {
    char folder[PATH_MAX];
    const bool known = own_folder(folder);
    for (size_t i = 0; known && i < sizeof places / sizeof *places; i++) {
        char path[2 * PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s/" LINK, folder, places[i]);
        char *end = strrchr(path, '/');
        if (access(path, R_OK) != 0)
            continue;
        *end = '\0';
        if (realpath(path, out))
            return true;
    }
    failure_plain("install it (make install) beside this tool",
                  "there is no " LIBRARY " where this tool looks: "
                  "%s/%s",
                  known ? folder : "?", places[0]);
    return false;
}

/* Sets a variable; false, after a message: no memory. */
static bool set(const char *name, const char *value) {
    if (value && setenv(name, value, 1) == 0)
        return true;
    failure_plain("close other programs and try again", "no memory for %s", name);
    return false;
}

/* Puts a path before what a variable has already. */
static bool set_first(const char *name, const char *path) {
    const char *former = getenv(name);
    char *both = NULL;
    if (!former || !*former)
        return set(name, path);
    if (asprintf(&both, "%s:%s", path, former) < 0)
        both = NULL;
    const bool done = set(name, both);
    free(both);
    return done;
}

/* The program may go to another folder before it looks. */
static char *absolute(const char *path) {
    char folder[PATH_MAX];
    char *whole = NULL;
    if (*path == '/' || !getcwd(folder, sizeof folder))
        return strdup(path);
    return asprintf(&whole, "%s/%s", folder, path) < 0 ? NULL : whole;
}

/* A specification whose argument is a file that is there, with the whole path of that. */
static char *absolute_spec(const char *spec) {
    const char *colon = strchr(spec, ':');
    char *whole = NULL;
    if (!colon || access(colon + 1, F_OK) != 0)
        return strdup(spec);
    char *path = absolute(colon + 1);
    if (path && asprintf(&whole, "%.*s:%s", (int)(colon - spec), spec, path) < 0)
        whole = NULL;
    free(path);
    return whole;
}

/* Sets a variable to new memory, which it frees. */
static bool set_made(const char *name, char *value) {
    const bool done = set(name, value);
    free(value);
    return done;
}

static bool set_manager(const struct launch *launch) {
    char level[2] = {(char)('0' + launch->trace), '\0'};
    char wait[16];
    (void)snprintf(wait, sizeof wait, "%" PRIu32, launch->wait_ms);
    return (!launch->rm || set_made("SCARDSSP_RM", absolute_spec(launch->rm))) &&
           (!launch->trace || set("SCARDSSP_TRACE", level)) &&
           (!launch->wait_ms || set("SCARDSSP_CARD_TIMEOUT", wait)) &&
           (!launch->trace_file || set_made("SCARDSSP_TRACE_FILE", absolute(launch->trace_file))) &&
           (!launch->faults || set_made("SCARDSSP_FAULTS", absolute(launch->faults))) &&
           (!launch->record || set_made("SCARDSSP_TRACE_RECORD", absolute(launch->record)));
}

static bool set_library(const struct launch *launch) {
    char folder[PATH_MAX];
    char library[PATH_MAX + sizeof LIBRARY + 1];
    if (!find_library(folder))
        return false;
    (void)snprintf(library, sizeof library, "%s/" LIBRARY, folder);
    return set_first("LD_LIBRARY_PATH", folder) && set("LIBPCSCLITE_DELEGATE", library) &&
           (!launch->preload || set_first("LD_PRELOAD", library));
}

/* What is wrong with it is the library's to say. */
static int try_manager(const char *rm) {
    char message[MESSAGE_MAX] = "";
    const int32_t status = scardssp_use_rm(rm, message, sizeof message);
    if (status == S_OK)
        return EXIT_GOOD;
    return failure(status, message[0] ? message : NULL, "cannot use the resource manager '%s'", rm);
}

int launch_check(const char *rm) {
    int status = 0;
    (void)fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const int code = try_manager(rm);
        (void)fflush(NULL);
        _exit(code);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return EXIT_GOOD;
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_GOOD;
}

int launch_program(const struct launch *launch) {
    if (!set_library(launch) || !set_manager(launch))
        return LAUNCH_NOT_STARTED;
    (void)fflush(stdout);
    (void)execvp(launch->command[0], launch->command);
    const int why = errno;
    failure_plain(why == ENOENT ? "give its path, or see whether it is installed"
                                : "see whether it may be run here",
                  "cannot start '%s': %s", launch->command[0], strerror(why));
    return why == ENOENT ? LAUNCH_NOT_FOUND : LAUNCH_NOT_STARTED;
}
