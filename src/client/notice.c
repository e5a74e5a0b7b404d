/*
 * Notices for the user: see notice.h. A dialog program is started without a shell: what it shows comes from
 * callers and from files, and must not be more than text to anybody.
 */
#include "client/notice.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/env.h"

#define TITLE_ROOM 200
#define TEXT_ROOM 500
#define ARGUMENTS_MAX 12
#define NEVER_SHOWN_MS 700u /* nobody closes a window sooner: the program could not open it */

extern char **environ;

struct notice {
    char title[TITLE_ROOM];
    char text[TEXT_ROOM];
    char title_argument[TITLE_ROOM + 10]; /* "--title=..." and the like, where a program wants it so */
    char text_argument[TEXT_ROOM + 10];
    char seconds[24];
    pid_t window; /* the dialog program; 0: none */
    uint64_t shown;
};

/* Copies a text, cut at a whole character, without anything a terminal would obey. */
static void copy_clean(char *out, size_t room, const char *text) {
    size_t size = strlen(text);
    if (size >= room) {
        size = room - 1;
        while (size && ((unsigned char)text[size] & 0xC0) == 0x80)
            --size;
    }
    for (size_t i = 0; i < size; ++i) {
        const unsigned char byte = (unsigned char)text[i];
        out[i] = byte < 0x20 || byte == 0x7F ? ' ' : text[i];
        if (i && (unsigned char)text[i - 1] == 0xC2 && byte < 0xA0 && byte >= 0x80)
            out[i - 1] = out[i] = ' '; /* U+0080 to U+009F */
    }
    out[size] = '\0';
}

/* Dialog programs, the preferred first; each fills argv from index 1 on, ended by a NULL. */

static void arguments_zenity(struct notice *notice, const char **argv) {
    (void)snprintf(notice->title_argument, sizeof notice->title_argument, "--title=%s", notice->title);
    (void)snprintf(notice->text_argument, sizeof notice->text_argument, "--text=%s", notice->text);
    char seconds[sizeof notice->seconds];
    memcpy(seconds, notice->seconds, sizeof seconds);
    (void)snprintf(notice->seconds, sizeof notice->seconds, "--timeout=%.10s", seconds);
    const char *const arguments[] = {
        "--info",       "--no-markup", "--ok-label=Cancel", notice->title_argument, notice->text_argument,
        notice->seconds};
    memcpy(argv + 1, arguments, sizeof arguments);
}

static void arguments_kdialog(struct notice *notice, const char **argv) {
    const char *const arguments[] = {"--title", notice->title, "--msgbox", notice->text};
    memcpy(argv + 1, arguments, sizeof arguments);
}

static void arguments_xmessage(struct notice *notice, const char **argv) {
    const char *const arguments[] = {"-center",  "-title",   notice->title,   "-buttons",
                                     "Cancel:1", "-timeout", notice->seconds, notice->text};
    memcpy(argv + 1, arguments, sizeof arguments);
}

static const struct {
    const char *name;
    void (*arguments)(struct notice *notice, const char **argv);
} programs[] = {
    {"zenity", arguments_zenity},
    {"kdialog", arguments_kdialog},
    {"xmessage", arguments_xmessage},
};

/* Finds a program in PATH, in absolute directories only; the caller frees the path. NULL: there is none. */
static char *find_program(const char *name) {
    const char *path = env_get("PATH");
    while (path && *path) {
        const size_t length = strcspn(path, ":");
        char *file = NULL;
        struct stat info;
        if (*path == '/' && asprintf(&file, "%.*s/%s", (int)length, path, name) < 0)
            return NULL;
        if (file && stat(file, &info) == 0 && S_ISREG(info.st_mode) && access(file, X_OK) == 0)
            return file;
        free(file);
        path += length + (path[length] == ':');
    }
    return NULL;
}

/* Starts a program with nothing to read and nowhere to write; 0: it could not be. */
static pid_t start(const char *file, const char *const *argv) {
    char *copies[ARGUMENTS_MAX] = {NULL};
    pid_t pid = 0;
    sigset_t signals;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    for (size_t i = 0; argv[i]; ++i)
        memcpy(&copies[i], &argv[i], sizeof copies[i]); /* posix_spawn() only reads them */
    if (posix_spawn_file_actions_init(&actions) != 0)
        return 0;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return 0;
    }
    for (int fd = 0; fd <= 2; ++fd)
        (void)posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd ? O_WRONLY : O_RDONLY, 0);
    sigemptyset(&signals);
    (void)posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGPIPE);
    (void)posix_spawnattr_setsigdefault(&attributes, &signals);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (posix_spawn(&pid, file, &actions, &attributes, copies, environ) != 0)
        pid = 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

static bool show_window(struct notice *notice) {
    if (!env_get("DISPLAY") && !env_get("WAYLAND_DISPLAY"))
        return false;
    for (size_t i = 0; !notice->window && i < sizeof programs / sizeof programs[0]; ++i) {
        const char *argv[ARGUMENTS_MAX] = {programs[i].name};
        char *file = find_program(programs[i].name);
        if (!file)
            continue;
        programs[i].arguments(notice, argv);
        notice->window = start(file, argv);
        free(file);
    }
    notice->shown = clock_ms();
    return notice->window != 0;
}

static void show_line(const struct notice *notice) {
    char line[TITLE_ROOM + TEXT_ROOM + 4];
    const int size = snprintf(line, sizeof line, "%s: %s\n", notice->title, notice->text);
    int terminal = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);
    const bool opened = terminal >= 0;
    if (!opened && isatty(STDERR_FILENO))
        terminal = STDERR_FILENO;
    if (terminal >= 0 && size > 0)
        (void)!write(terminal, line, (size_t)size); /* there is no other way to reach the user */
    if (opened)
        close(terminal);
}

struct notice *notice_show(const char *title, const char *text, uint32_t timeout_ms) {
    struct notice *notice = calloc(1, sizeof *notice);
    if (!notice)
        return NULL;
    copy_clean(notice->title, sizeof notice->title, title);
    copy_clean(notice->text, sizeof notice->text, text);
    (void)snprintf(notice->seconds, sizeof notice->seconds, "%u", (unsigned)(timeout_ms / 1000 + 1));
    if (!show_window(notice))
        show_line(notice);
    return notice;
}

bool notice_is_closed(struct notice *notice) {
    int how = 0;
    if (!notice || !notice->window)
        return false;
    const pid_t ended = waitpid(notice->window, &how, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return false;
    notice->window = 0;
    const bool failed = ended > 0 && !(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    if (!failed || clock_ms() - notice->shown >= NEVER_SHOWN_MS)
        return true;
    show_line(notice);
    return false;
}

bool notice_has_window(const struct notice *notice) {
    return notice && notice->window;
}

void notice_hide(struct notice *notice) {
    if (!notice)
        return;
    if (notice->window) {
        (void)kill(notice->window, SIGKILL);
        while (waitpid(notice->window, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    free(notice);
}
