/*
 * Lines that a person types: tools/scard/lineedit/lineeditor.c. A child reads lines on a terminal of its own
 * and tells through a pipe what it got; the test has the other end of the terminal.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "lineedit/lineeditor.h"
#include "support/kits/environment.h"
#include "support/kits/scratch.h"

#define PATIENCE_MS 10000
#define TOLD_MAX 2048

static char scratch[SCRATCH_ROOM];

struct child {
    pid_t process;
    int terminal;          /* where keys go and what is shown comes from */
    int told;              /* what it has read */
    struct termios before; /* how the terminal is set while nobody reads */
    char shown[TOLD_MAX];
    size_t shown_size;
    unsigned asked; /* the number of the line that is typed */
};

static void complete(void *context, const char *line, size_t size, struct completion *out) {
    static const char *const words[] = {"read", "readers", "select", "folder/", "k\xC3\xA4se", NULL};
    (void)context;
    assert_int_equal(strlen(line), size);
    for (size_t i = 0; words[i]; ++i)
        completion_offer(out, line + out->start, words[i]);
}

static bool is_secret(void *context, const char *line) {
    (void)context;
    return strstr(line, "1234") != NULL;
}

/* In the child: reads until the end, and tells. */
static int read_all(int told) {
    const struct line_manner manner = {
        .program = "test", .history = "test", .complete = complete, .is_secret = is_secret};
    struct line_editor *editor = line_editor_open(&manner);
    const char *line = NULL;
    enum line_result result = LINE_HERE;
    char prompt[20];
    if (editor == NULL)
        return 1;
    dprintf(told, "%s\n", line_editor_is_conversation(editor) ? "conversation" : "plain");
    for (unsigned number = 1; result == LINE_HERE || result == LINE_DROPPED; ++number) {
        snprintf(prompt, sizeof prompt, "%u> ", number);
        result = line_editor_read(editor, prompt, &line);
        dprintf(told, "%s\n",
                result == LINE_HERE      ? line
                : result == LINE_DROPPED ? "dropped"
                : result == LINE_END     ? "end"
                                         : "failed");
    }
    line_editor_close(editor);
    return result == LINE_END ? 0 : 1;
}

static void child_begin(struct child *child) {
    int ends[2];
    *child = (struct child){.terminal = posix_openpt(O_RDWR | O_NOCTTY)};
    assert_true(child->terminal >= 0);
    assert_int_equal(grantpt(child->terminal), 0);
    assert_int_equal(unlockpt(child->terminal), 0);
    char name[100];
    assert_int_equal(ptsname_r(child->terminal, name, sizeof name), 0);
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    assert_int_equal(ioctl(child->terminal, TIOCSWINSZ, &size), 0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(tcgetattr(child->terminal, &child->before), 0);
    fflush(NULL);
    child->process = fork();
    assert_true(child->process >= 0);
    if (child->process == 0) {
        alarm(60);
        setsid();
        const int own = open(name, O_RDWR);
        for (int number = 0; number <= 2; ++number)
            dup2(own, number);
        close(own);
        close(child->terminal);
        close(ends[0]);
        exit(read_all(ends[1])); /* with what sanitizers say at the end */
    }
    close(ends[1]);
    child->told = ends[0];
}

/* Takes what there is on the terminal, lest the child wait for room there. */
static void look(struct child *child) {
    const ssize_t got =
        read(child->terminal, child->shown + child->shown_size, sizeof child->shown - 1 - child->shown_size);
    if (got > 0)
        child->shown_size += (size_t)got;
    child->shown[child->shown_size] = '\0';
}

/* The next thing that the child tells is this. */
static void tells(struct child *child, const char *wanted) {
    char line[TOLD_MAX];
    size_t size = 0;
    for (;;) {
        struct pollfd waits[] = {{.fd = child->told, .events = POLLIN},
                                 {.fd = child->terminal, .events = POLLIN}};
        assert_true(poll(waits, 2, PATIENCE_MS) > 0);
        if (waits[1].revents & POLLIN)
            look(child);
        if (waits[0].revents == 0)
            continue;
        assert_true(size < sizeof line);
        assert_int_equal(read(child->told, line + size, 1), 1);
        if (line[size++] == '\n')
            break;
    }
    line[size - 1] = '\0';
    assert_string_equal(line, wanted);
}

/* Waits until this has been shown, behind what the last call has found. */
static void shows(struct child *child, const char *wanted) {
    while (strstr(child->shown, wanted) == NULL) {
        struct pollfd wait = {.fd = child->terminal, .events = POLLIN};
        assert_true(child->shown_size < sizeof child->shown - 1);
        if (poll(&wait, 1, PATIENCE_MS) <= 0)
            fail_msg("'%s' is not in what is shown: %s", wanted, child->shown);
        look(child);
    }
    const char *rest = strstr(child->shown, wanted) + strlen(wanted);
    child->shown_size = strlen(rest);
    memmove(child->shown, rest, child->shown_size + 1);
}

static void press(const struct child *child, const char *keys) {
    assert_int_equal(write(child->terminal, keys, strlen(keys)), strlen(keys));
}

/*
 * Types a line, once it is asked for: the terminal edits by itself what is typed before, and takes Ctrl-C for
 * a signal.
 */
static void type(struct child *child, const char *keys) {
    char prompt[20];
    snprintf(prompt, sizeof prompt, "%u> ", ++child->asked);
    shows(child, prompt);
    struct termios now;
    for (unsigned i = 0; i < PATIENCE_MS; ++i) { /* the prompt comes a moment before */
        assert_int_equal(tcgetattr(child->terminal, &now), 0);
        if ((now.c_lflag & ICANON) == 0)
            break;
        poll(NULL, 0, 1);
    }
    press(child, keys);
}

static void child_end(struct child *child) {
    int status = 0;
    assert_int_equal(waitpid(child->process, &status, 0), child->process);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(child->told);
    close(child->terminal);
}

static int begin(void **state) {
    (void)state;
    if (!scratch_create(scratch))
        return -1;
    environment_set("XDG_STATE_HOME", scratch);
    environment_set("HOME", scratch);
    environment_set("TERM", "xterm");
    return 0;
}

static int end(void **state) {
    char path[2 * SCRATCH_ROOM];
    (void)state;
    snprintf(path, sizeof path, "%s/scardssp/test.history", scratch);
    unlink(path);
    snprintf(path, sizeof path, "%s/scardssp", scratch);
    rmdir(path);
    return scratch_remove(scratch) ? 0 : -1;
}

static void test_read__edited_on_a_terminal(void **state) {
    struct child child;
    (void)state;
    child_begin(&child);
    tells(&child, "conversation");
    type(&child, "tow\x7F\x7Fwo\001o\005!\n"); /* Backspace twice; Ctrl-A, Ctrl-E */
    tells(&child, "otwo!");
    type(&child, "\xC3\xA4rger\n");
    tells(&child, "\xC3\xA4rger");
    type(&child, "\n");
    tells(&child, "");
    type(&child, "\020\020\n"); /* Ctrl-P: the line before the last */
    tells(&child, "otwo!");
    type(&child, "not this\003");
    tells(&child, "dropped");
    shows(&child, "^C");
    type(&child, "and on\n");
    tells(&child, "and on");
    type(&child, "\004");
    tells(&child, "end");
    child_end(&child);
}

static void test_read__completes_words(void **state) {
    struct child child;
    (void)state;
    child_begin(&child);
    tells(&child, "conversation");
    type(&child, "s\tx\n");
    tells(&child, "select x");
    type(&child, "go r\tx\n");
    tells(&child, "go readx");
    type(&child, "fo\tx\n");
    tells(&child, "folder/x");
    type(&child, "k\tx\n");
    tells(&child, "k\xC3\xA4se x");
    type(&child, "k\xC3\xA4\tx\n");
    tells(&child, "k\xC3\xA4se x");
    type(&child, "\xC3\xA4 k\xC3\xA4\002\002\006\006\tx\n"); /* Ctrl-B, Ctrl-F */
    tells(&child, "\xC3\xA4 k\xC3\xA4se x");
    type(&child, "none\tx\n");
    tells(&child, "nonex");
    type(&child, "read\t");
    shows(&child, "read     readers");
    press(&child, "e\t\n");
    tells(&child, "readers ");
    type(&child, "\004");
    tells(&child, "end");
    child_end(&child);
}

static void test_history__outlives_the_program_without_secrets(void **state) {
    char path[2 * SCRATCH_ROOM];
    struct stat about;
    struct child child;
    (void)state;
    child_begin(&child);
    tells(&child, "conversation");
    type(&child, "kept\n");
    tells(&child, "kept");
    type(&child, "PIN 1234\n");
    tells(&child, "PIN 1234");
    type(&child, "\020\n");
    tells(&child, "kept");
    type(&child, "\004");
    tells(&child, "end");
    child_end(&child);
    child_begin(&child);
    tells(&child, "conversation");
    type(&child, "\020\n");
    tells(&child, "kept");
    type(&child, "\004");
    tells(&child, "end");
    child_end(&child);
    snprintf(path, sizeof path, "%s/scardssp/test.history", scratch);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    char text[TOLD_MAX] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(text, "kept"));
    assert_null(strstr(text, "1234"));
}

/* A signal that ends the program leaves the terminal as it was. */
static void test_read__terminal_after_a_signal(void **state) {
    struct child child;
    struct termios now;
    int status = 0;
    (void)state;
    child_begin(&child);
    tells(&child, "conversation");
    type(&child, "begun");
    shows(&child, "begun");
    assert_int_equal(tcgetattr(child.terminal, &now), 0);
    assert_true((child.before.c_lflag & ICANON) != 0 && (now.c_lflag & ICANON) == 0);
    assert_int_equal(kill(child.process, SIGTERM), 0);
    assert_int_equal(waitpid(child.process, &status, 0), child.process);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(tcgetattr(child.terminal, &now), 0);
    assert_int_equal(now.c_lflag, child.before.c_lflag);
    assert_int_equal(now.c_cc[VINTR], child.before.c_cc[VINTR]);
    close(child.told);
    close(child.terminal);
}

/* From a pipe: no prompt, nothing to edit. */
static void test_read__plain_from_a_pipe(void **state) {
    int in[2], out[2], told[2];
    (void)state;
    assert_int_equal(pipe(in) | pipe(out) | pipe(told), 0);
    fflush(NULL);
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        alarm(60);
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        exit(read_all(told[1]));
    }
    static const char lines[] = "one\r\n\ntab\there\nlast";
    assert_int_equal(write(in[1], lines, sizeof lines - 1), sizeof lines - 1);
    close(in[0]);
    close(in[1]);
    close(out[1]);
    close(told[1]);
    int status = 0;
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    char text[TOLD_MAX] = "";
    assert_true(read(told[0], text, sizeof text - 1) > 0);
    assert_string_equal(text, "plain\none\n\ntab\there\nlast\nend\n");
    assert_int_equal(read(out[0], text, sizeof text), 0);
    close(told[0]);
    close(out[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read__edited_on_a_terminal),
        cmocka_unit_test(test_read__completes_words),
        cmocka_unit_test(test_history__outlives_the_program_without_secrets),
        cmocka_unit_test(test_read__terminal_after_a_signal),
        cmocka_unit_test(test_read__plain_from_a_pipe),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
