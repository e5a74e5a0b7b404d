/* A program, and what is recorded of it: see follow.h. */
#include "commands/traces/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "terminal/failure.h"

#define PIECE 65536u
#define LOOK_MS 100 /* where the system does not tell what happens */

/* The file that is read as it grows. */
struct following {
    int file;
    size_t at;  /* what has been read */
    char *line; /* what has come of the next line */
    size_t size, room;
    follow_visitor visit;
    void *user;
};

static void tell_lines(struct following *following) {
    char *start = following->line, *end = following->line + following->size, *newline;
    while ((newline = memchr(start, '\n', (size_t)(end - start))) != NULL) {
        following->visit(following->user, start, (size_t)(newline - start));
        start = newline + 1;
    }
    following->size = (size_t)(end - start);
    memmove(following->line, start, following->size);
}

/* Reads what is new. */
static void read_on(struct following *following) {
    size_t got = 1;
    while (following->file >= 0 && got > 0) {
        if (following->room - following->size < PIECE) {
            char *larger = realloc(following->line, following->size + 2 * PIECE);
            if (larger == NULL)
                return; /* is tried again with the next change */
            following->line = larger;
            following->room = following->size + 2 * PIECE;
        }
        if (!file_read_at(following->file, following->line + following->size, PIECE, following->at, &got))
            return;
        following->at += got;
        following->size += got;
        if (got > 0)
            tell_lines(following);
    }
}

static volatile sig_atomic_t program; /* its number, for what asks this process to end */

static void pass_on(int number) {
    if (program > 0)
        (void)kill((pid_t)program, number);
}

/* Ctrl-C reaches the program by itself. */
static void set_signals(void) {
    struct sigaction pass = {.sa_handler = pass_on}, ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGTERM, &pass, NULL);
    (void)sigaction(SIGHUP, &pass, NULL);
    (void)sigaction(SIGINT, &ignore, NULL);
    (void)sigaction(SIGQUIT, &ignore, NULL);
}

/* The program's own process, from here on. It gets the signals as this process had them. */
static void become(const struct launch *launch, const struct sigaction former[4]) {
    (void)sigaction(SIGTERM, &former[0], NULL);
    (void)sigaction(SIGHUP, &former[1], NULL);
    (void)sigaction(SIGINT, &former[2], NULL);
    (void)sigaction(SIGQUIT, &former[3], NULL);
    const int code = launch_program(launch);
    (void)fflush(NULL);
    _exit(code);
}

/* Its number; below 0: it cannot be started, errno says why. */
static pid_t start(const struct launch *launch) {
    static const int numbers[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    struct sigaction former[4];
    for (size_t i = 0; i < 4; ++i)
        (void)sigaction(numbers[i], NULL, &former[i]);
    (void)fflush(NULL);
    set_signals();
    const pid_t child = fork();
    if (child == 0)
        become(launch, former);
    program = (sig_atomic_t)child;
    return child;
}

/* Reads on whenever there is more, until the program has ended. Its status, as waitpid() has it. */
static int read_until_end(struct following *following, pid_t child, const char *path) {
    struct pollfd events[2] = {{.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN},
                               {.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .events = POLLIN}};
    const bool told = events[0].fd >= 0 && inotify_add_watch(events[1].fd, path, IN_MODIFY) >= 0;
    char changes[4096];
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        (void)poll(events, 2, told ? -1 : LOOK_MS);
        while (read(events[1].fd, changes, sizeof changes) > 0)
            ;
        read_on(following);
    }
    program = 0;
    (void)close(events[0].fd);
    (void)close(events[1].fd);
    read_on(following);
    return status;
}

int follow_program(const struct launch *launch, follow_visitor visit, void *user) {
    struct following following = {
        .file = visit ? file_open_descriptor(launch->record) : -1, .visit = visit, .user = user};
    const pid_t child = start(launch);
    if (child < 0) {
        (void)failure_plain("close other programs and try again", "cannot start another program: %s",
                            strerror(errno));
        return LAUNCH_NOT_STARTED;
    }
    const int status = read_until_end(&following, child, launch->record);
    if (following.file >= 0)
        (void)close(following.file);
    free(following.line);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

char *follow_make_file(void) {
    const char *folder = getenv("TMPDIR");
    char *path = NULL;
    if (asprintf(&path, "%s/scard-trace-XXXXXX", folder && *folder ? folder : "/tmp") < 0)
        path = NULL;
    const int file = path ? mkstemp(path) : -1;
    if (file < 0) {
        (void)failure_plain("set TMPDIR to a folder with room", "cannot make a file for the trace: %s",
                            strerror(errno));
        free(path);
        return NULL;
    }
    (void)close(file);
    return path;
}
