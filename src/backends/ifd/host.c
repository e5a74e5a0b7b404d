/*
 * The host's log functions, in a shared object of their own that this library carries along and loads from
 * memory for everybody (RTLD_GLOBAL).
 *
 * Why so: a handler looks for log_msg in itself, in what it is linked with, and in what the process has
 * loaded for everybody; pcscd, being a program, is the last. To export such names from libscardssp would make
 * the linker let every program's own log_msg through, which handlers would then call; it also would have to
 * load itself once more where it was loaded for its caller only (a plug-in). A second file beside the library
 * would have to be found, and be of its version.
 */
#include "backends/ifd/host.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backends/ifd/hostimage.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/lock.h"
#include "base/output.h"

enum { LOG_ERROR = 2 };
/* How many lines are remembered, how much of each, and for how long. */
enum { REPEATED_LINES = 8, REPEATED_TEXT = 160, REPEATED_MS = 10000 };

/* 0: nothing is wanted; 1: errors; 2: information, too; 3: everything. */
static int wanted(void) {
    const char *trace = env_get("SCARDSSP_TRACE");
    return trace && *trace >= '0' && *trace <= '9' ? atoi(trace) : 0;
}

/*
 * Has it been said a moment ago? A driver whose reader was pulled says the same at every look for a card. The
 * oldest of what is remembered makes room.
 */
static bool is_repeated(const char *text) {
    static struct lock mutex;
    static struct {
        char text[REPEATED_TEXT];
        uint64_t until;
    } said[REPEATED_LINES];
    static size_t oldest;
    bool found = false;
    (void)lock_take(&mutex);
    for (size_t i = 0; i < REPEATED_LINES && !found; ++i)
        found = strncmp(said[i].text, text, REPEATED_TEXT - 1) == 0 && clock_left(said[i].until);
    if (!found) {
        (void)snprintf(said[oldest].text, REPEATED_TEXT, "%s", text);
        said[oldest].until = clock_deadline(REPEATED_MS);
        oldest = (oldest + 1) % REPEATED_LINES;
    }
    lock_give(&mutex);
    return found;
}

static void print(int priority, const char *text) {
    char line[600];
    const int asked = wanted();
    if (priority + asked <= LOG_ERROR || (!asked && is_repeated(text)))
        return;
    const int size = snprintf(line, sizeof line, "ifd: %s\n", text);
    if (size > 0)
        output_errors(line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1);
}

int ifd_host_file(const char *name, const void *bytes, size_t size) {
    const int file = memfd_create(name, MFD_CLOEXEC);
    size_t written = 0;
    while (file >= 0 && written < size) {
        const ssize_t more = write(file, (const char *)bytes + written, size - written);
        if (more > 0) {
            written += (size_t)more;
        } else if (more == 0 || errno != EINTR) {
            (void)close(file);
            return -1;
        }
    }
    return file;
}

void ifd_host_path(int file, char path[IFD_HOST_PATH_MAX]) {
    (void)snprintf(path, IFD_HOST_PATH_MAX, "/proc/self/fd/%d", file);
}

/* Loads it for everybody, and for ever; so its descriptor stays open, too. */
static bool load(char *message, size_t message_size) {
    char path[IFD_HOST_PATH_MAX];
    const int file = ifd_host_file("scardssp-ifd-host", ifd_hostimage, ifd_hostimage_size);
    if (file < 0) {
        if (message)
            (void)snprintf(message, message_size, "no memory for what reader drivers need: %s",
                           strerror(errno));
        return false;
    }
    ifd_host_path(file, path);
    void *host = dlopen(path, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
    void *sink = host ? dlsym(host, "scardssp_ifd_log") : NULL;
    if (!sink) {
        if (message)
            (void)snprintf(
                message, message_size,
                "the system refuses to load what reader drivers need from memory (%s): let this program "
                "execute files in memory (sysctl vm.memfd_noexec=0, /proc mounted), or use pcscd",
                dlerror());
        (void)close(file);
        return false;
    }
    void (*function)(int, const char *) = print;
    memcpy(sink, &function, sizeof function);
    return true;
}

bool ifd_host_ready(char *message, size_t message_size) {
    static struct lock mutex;
    static bool ready;
    (void)lock_take(&mutex);
    if (!ready)
        ready = load(message, message_size);
    const bool done = ready;
    lock_give(&mutex);
    return done;
}
