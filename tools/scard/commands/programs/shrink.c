/* Leaves out of a fault script what a failure does not need: see shrink.h. */
#include "commands/programs/shrink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scardssp_faults.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define LINES_MAX 1000u

struct shrink {
    const struct launch *launch;
    char *lines[LINES_MAX]; /* each its own memory */
    size_t count;
    char file[64]; /* what the program gets */
    int wanted;    /* how it ends when it fails */
    unsigned runs;
};

/* Writes the lines, but for `count` from `from` on. false: that does not work. */
static bool write_script(const struct shrink *shrink, size_t from, size_t count) {
    FILE *out = fopen(shrink->file, "we");
    if (!out)
        return false;
    for (size_t i = 0; i < shrink->count; i++)
        if (i < from || i >= from + count)
            (void)fprintf(out, "%s\n", shrink->lines[i]);
    return fclose(out) == 0;
}

static void keep_quiet(void) {
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = STDIN_FILENO; nowhere >= 0 && fd <= STDERR_FILENO; fd++)
        (void)dup2(nowhere, fd);
}

/* Runs the program with what the file has; how it ended: its exit code, or 128 and the number of a signal. */
static int run_once(struct shrink *shrink) {
    int status = 0;
    struct launch launch = *shrink->launch;
    launch.faults = shrink->file;
    (void)fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        keep_quiet();
        _exit(launch_program(&launch));
    }
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    shrink->runs++;
    return child < 0 ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Does it still fail without these lines? */
static bool fails_without(struct shrink *shrink, size_t from, size_t count) {
    return write_script(shrink, from, count) && run_once(shrink) == shrink->wanted;
}

static void leave_out(struct shrink *shrink, size_t from, size_t count) {
    for (size_t i = from; i < from + count; i++)
        free(shrink->lines[i]);
    memmove(&shrink->lines[from], &shrink->lines[from + count],
            (shrink->count - from - count) * sizeof *shrink->lines);
    shrink->count -= count;
}

/* Halves, quarters and so on, then single lines, until none can go any more. */
static void shrink_lines(struct shrink *shrink) {
    for (size_t size = shrink->count / 2 ? shrink->count / 2 : 1; size > 0; size /= 2) {
        bool gone = true;
        while (gone) {
            gone = false;
            for (size_t from = 0; from < shrink->count;) {
                const size_t count = shrink->count - from < size ? shrink->count - from : size;
                if (!fails_without(shrink, from, count)) {
                    from += count;
                    continue;
                }
                leave_out(shrink, from, count);
                gone = true;
            }
            gone = gone && size == 1;
        }
    }
}

/* Puts a number into a line instead of the one of `length` digits at `at`. NULL: no memory. */
static char *with_number(const char *line, size_t at, size_t length, uint64_t number) {
    char *made = NULL;
    return asprintf(&made, "%.*s%" PRIu64 "%s", (int)at, line, number, line + at + length) < 0 ? NULL : made;
}

/* Takes another line where the script is one and the program fails with it, too. */
static bool try_line(struct shrink *shrink, size_t place, char *line) {
    char *former = shrink->lines[place];
    if (!line || scardssp_faults_check(line, NULL, 0) < 0) {
        free(line);
        return false;
    }
    shrink->lines[place] = line;
    const bool good = fails_without(shrink, 0, 0);
    shrink->lines[place] = good ? line : former;
    free(good ? former : line);
    return good;
}

/* Is this where a decimal number begins that counts or measures? Hexadecimal ones stay as they are. */
static bool is_number(const char *line, size_t at) {
    static const char *const before[] = {"after ", "times ",    "every ",   "at ",   "for ",
                                         "delay ", "idle ",     "cut ",     "mute ", "garble ",
                                         "61 ",    "storm 6C ", "storm 6c "};
    if (line[at] < '0' || line[at] > '9')
        return false;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        const size_t length = strlen(before[i]);
        if (at >= length && strncmp(line + at - length, before[i], length) == 0)
            return true;
    }
    return false;
}

/* Each number as small as it can be: 0, or by halves, or by one. */
static void shrink_number(struct shrink *shrink, size_t place, size_t at) {
    for (;;) {
        const char *line = shrink->lines[place];
        char *end = NULL;
        const uint64_t number = strtoull(line + at, &end, 10);
        const size_t length = (size_t)(end - line) - at;
        if (number == 0 || try_line(shrink, place, with_number(line, at, length, 0)))
            return;
        line = shrink->lines[place];
        if (number > 1 && try_line(shrink, place, with_number(line, at, length, number / 2)))
            continue;
        if (!try_line(shrink, place, with_number(line, at, length, number - 1)))
            return;
    }
}

static void shrink_numbers(struct shrink *shrink) {
    for (size_t place = 0; place < shrink->count; place++)
        for (size_t at = 0; at < strlen(shrink->lines[place]); at++)
            if (is_number(shrink->lines[place], at))
                shrink_number(shrink, place, at);
}

/* Is there a rule in it? */
static bool is_empty(const char *line) {
    const size_t blanks = strspn(line, " \t\r");
    return line[blanks] == '\0' || line[blanks] == '#';
}

/* Reads the script's lines, comments left out. An exit code, after a message. */
static int read_lines(struct shrink *shrink) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    FILE *in = fopen(shrink->launch->faults, "re");
    while (in && shrink->count < LINES_MAX && (length = getline(&line, &room, in)) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        if (!is_empty(line) && (shrink->lines[shrink->count] = strdup(line)) != NULL)
            shrink->count++;
    }
    free(line);
    if (in)
        (void)fclose(in);
    return in ? EXIT_GOOD
              : failure_plain("give a file with a fault script", "cannot read '%s': %s",
                              shrink->launch->faults, strerror(errno));
}

static int shrink_all(struct shrink *shrink) {
    if (!write_script(shrink, 0, 0))
        return failure_plain("make room there", "cannot write %s: %s", shrink->file, strerror(errno));
    shrink->wanted = run_once(shrink);
    if (shrink->wanted == 0)
        return failure_plain("give a script with which it does", "'%s' does not fail with this script",
                             shrink->launch->command[0]);
    shrink_lines(shrink);
    shrink_numbers(shrink);
    (void)fprintf(stderr, "# %zu of the rules left after %u runs; the program ends with %d\n", shrink->count,
                  shrink->runs, shrink->wanted);
    for (size_t i = 0; i < shrink->count; i++)
        (void)printf("%s\n", shrink->lines[i]);
    return EXIT_GOOD;
}

int shrink_script(const struct launch *launch) {
    struct shrink shrink = {.launch = launch, .file = "/tmp/scard-faults-XXXXXX"};
    const int file = mkostemp(shrink.file, O_CLOEXEC);
    int code =
        file < 0 ? failure_plain("make room there", "cannot write in /tmp: %s", strerror(errno)) : EXIT_GOOD;
    if (file >= 0)
        (void)close(file);
    if (code == EXIT_GOOD)
        code = read_lines(&shrink);
    if (code == EXIT_GOOD)
        code = shrink_all(&shrink);
    if (file >= 0)
        (void)unlink(shrink.file);
    leave_out(&shrink, 0, shrink.count);
    return code;
}
