/* A PIN as its owner gives it. See secret.h. */
#include "terminal/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/env.h"
#include "base/wipe.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"

#define TERMINAL "/dev/tty"

void secret_wipe(struct secret *secret) {
    wipe(secret, sizeof *secret);
}

/* The program that asks: the one named, or the one for those who have no terminal. */
static const char *askpass_of(const struct secret_source *source) {
    if (source->askpass)
        return source->askpass;
    const int terminal = open(TERMINAL, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return env_get("SSH_ASKPASS");
    close(terminal);
    return NULL;
}

int secret_is_typed(const struct secret_source *source) {
    return source->descriptor == SECRET_NO_DESCRIPTOR;
}

/* What came is one secret, or none. */
static int judge(const char *question, struct secret *out, bool too_long) {
    if (too_long || out->size == 0) {
        secret_wipe(out);
        return failure_plain("nothing was sent to the card", "%s: %s", question,
                             too_long ? "that is longer than any PIN" : "no PIN was given");
    }
    return EXIT_GOOD;
}

/* One line, byte by byte: the next one is the next secret's. */
static int take_line(int descriptor, const char *question, struct secret *out) {
    bool too_long = false;
    for (char byte = 0;;) {
        const ssize_t got = read(descriptor, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            secret_wipe(out);
            return failure_plain("open it for reading: 3< FILE, or a pipe",
                                 "%s: cannot read descriptor %d: %s", question, descriptor, strerror(errno));
        }
        if (got == 0 || byte == '\n')
            break;
        too_long |= out->size == SECRET_MAX;
        if (!too_long)
            out->text[out->size++] = byte;
    }
    if (out->size > 0 && out->text[out->size - 1] == '\r')
        out->text[--out->size] = '\0';
    return judge(question, out, too_long);
}

/* In the child: becomes the program, its standard output the pipe. */
static void become(const char *program, const char *question, int pipe_end) {
    if (dup2(pipe_end, STDOUT_FILENO) >= 0)
        execlp(program, program, question, (char *)NULL);
    _exit(127);
}

static int ended_well(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int ask_program(const char *program, const char *question, struct secret *out) {
    int ends[2];
    if (pipe(ends) != 0)
        return failure_plain(INTERRUPT_REMEDY, "cannot ask for %s: %s", question, strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0)
        become(program, question, ends[1]);
    close(ends[1]);
    int code = child > 0 ? take_line(ends[0], question, out) : EXIT_CARD;
    close(ends[0]);
    const int ended = child > 0 ? ended_well(child) : -1;
    if (ended == 127 || child < 0)
        code = failure_plain("give its path, and see whether it may be run", "cannot start '%s'", program);
    else if (ended != 0 && code == EXIT_GOOD)
        code = failure_plain("nothing was sent to the card", "%s: '%s' has given no PIN", question, program);
    if (code != EXIT_GOOD)
        secret_wipe(out);
    return code;
}

/* Waits for a line; false: Ctrl-C, or the terminal has gone. */
static bool wait_for_line(int terminal, int interrupt) {
    struct pollfd waits[] = {{.fd = terminal, .events = POLLIN}, {.fd = interrupt, .events = POLLIN}};
    int count = 0;
    do
        count = poll(waits, 2, -1);
    while (count < 0 && errno == EINTR);
    return count > 0 && waits[1].revents == 0;
}

/* Takes a line that is not shown. The terminal is as it was afterwards, also after Ctrl-C. */
static int take_hidden(int terminal, int interrupt, const char *question, struct secret *out) {
    struct termios before;
    if (tcgetattr(terminal, &before) != 0)
        return failure_plain("use --pin-fd", "cannot hide what is typed: %s", strerror(errno));
    struct termios hidden = before;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    hidden.c_cc[VSUSP] = _POSIX_VDISABLE; /* whoever stops the tool here would type unseen in the shell */
    tcsetattr(terminal, TCSAFLUSH, &hidden);
    const bool came = dprintf(terminal, "%s: ", question) > 0 && wait_for_line(terminal, interrupt);
    const int code = came
                         ? take_line(terminal, question, out)
                         : failure_plain(NULL, "%s: ended by Ctrl-C, nothing was sent to the card", question);
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    return code;
}

static int ask_terminal(const char *question, struct secret *out) {
    const int terminal = open(TERMINAL, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return failure_plain("use --pin-fd N or --askpass PROGRAM", "there is no terminal to ask for %s: %s",
                             question, strerror(errno));
    int code = EXIT_CARD;
    const int interrupt = interrupt_open();
    if (interrupt < 0) {
        failure_plain(INTERRUPT_REMEDY, "cannot wait for Ctrl-C: %s", strerror(errno));
    } else {
        code = take_hidden(terminal, interrupt, question, out);
        interrupt_close();
    }
    close(terminal);
    return code;
}

int secret_get(const struct secret_source *source, const char *question, struct secret *out) {
    *out = (struct secret){.size = 0};
    if (source->descriptor != SECRET_NO_DESCRIPTOR)
        return take_line((int)source->descriptor, question, out);
    const char *program = askpass_of(source);
    return program ? ask_program(program, question, out) : ask_terminal(question, out);
}
