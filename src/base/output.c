/*
 * Lines for people: see output.h. Called by the tracer, by the resource manager and by the search for
 * providers.
 */
#include "base/output.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include "base/daemon.h"

void output_place_take(FILE *stream, struct output_place *out) {
    struct stat file;
    const int descriptor = fileno(stream);
    *out = (struct output_place){.stream = stream, .bare = descriptor < 0};
    if (out->bare || fstat(descriptor, &file) != 0 || daemon_is_behind(descriptor))
        return;
    out->open = true;
    out->device = (uint64_t)file.st_dev;
    out->file = (uint64_t)file.st_ino;
}

static bool is_there(const struct output_place *place) {
    struct stat file;
    return place->bare || (place->open && fstat(fileno(place->stream), &file) == 0 &&
                           (uint64_t)file.st_dev == place->device && (uint64_t)file.st_ino == place->file);
}

bool output_place_lines(const struct output_place *place, const char *text, size_t size) {
    const bool there = is_there(place);
    if (there)
        output_lines(place->stream, text, size);
    return there;
}

static struct output_place errors;
static pthread_once_t errors_once = PTHREAD_ONCE_INIT;

static void errors_take(void) {
    output_place_take(stderr, &errors);
}

void output_errors(const char *text, size_t size) {
    (void)pthread_once(&errors_once, errors_take);
    (void)output_place_lines(&errors, text, size);
}

void output_lines(FILE *stream, const char *text, size_t size) {
    static const struct timespec at_once = {0};
    sigset_t pipe_signal, former, pending;
    /* A reader that has gone must not end the program: the signal is held back, and taken if it was ours. */
    (void)sigemptyset(&pipe_signal);
    (void)sigaddset(&pipe_signal, SIGPIPE);
    const bool held = pthread_sigmask(SIG_BLOCK, &pipe_signal, &former) == 0;
    const bool before = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
    (void)fwrite(text, 1, size, stream);
    (void)fflush(stream);
    if (held && !before && sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1)
        (void)sigtimedwait(&pipe_signal, NULL, &at_once);
    if (held)
        (void)pthread_sigmask(SIG_SETMASK, &former, NULL);
}
