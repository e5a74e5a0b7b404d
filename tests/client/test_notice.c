/*
 * Notices for the user: windows of dialog programs that the tests bring along, the terminal, and nothing at
 * all.
 */
#include <fcntl.h>
#include <ftw.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/notice.h"

#define PATIENCE_MS 5000

static char directory[64];
static char *former_path;

static void pause_ms(long ms) {
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* A program that notes its number and its arguments, one a line, in the file `said`, then does `rest`. */
static void make_program(const char *name, const char *rest, mode_t mode) {
    char path[120];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(
        file,
        "#!/bin/sh\n{ echo $$; echo %s; for a in \"$@\"; do printf '%%s\\n' \"$a\"; done; } > %s/saying\n"
        "mv %s/saying %s/said\n%s\n",
        name, directory, directory, directory, rest);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* What the program noted, waiting for it; its number is taken off. NULL: it was never started. */
static char *what_was_said(long *number, long patience_ms) {
    static char text[2000];
    char path[120];
    FILE *file = NULL;
    (void)snprintf(path, sizeof path, "%s/said", directory);
    for (long waited = 0; !(file = fopen(path, "r")) && waited < patience_ms; waited += 20)
        pause_ms(20);
    if (!file)
        return NULL;
    const size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    assert_int_equal(fclose(file), 0);
    assert_int_equal(remove(path), 0);
    char *rest = NULL;
    *number = strtol(text, &rest, 10);
    assert_int_equal(*rest, '\n');
    return rest + 1;
}

/*
 * Shows a notice through a program of this name; fails unless it got these arguments and ends with the
 * notice.
 */
static void expect_arguments(const char *name, const char *expected) {
    long number = 0;
    make_program(name, "exec sleep 60", 0755);
    struct notice *notice = notice_show("Title", "Text", 7000);
    assert_non_null(notice);
    assert_string_equal(what_was_said(&number, PATIENCE_MS), expected);
    assert_false(notice_is_closed(notice));
    assert_int_equal(kill((pid_t)number, 0), 0);
    notice_hide(notice);
    assert_int_equal(kill((pid_t)number, 0), -1);
}

/* Each program in its own language; one that is preferred comes before those already there. */
static void test_window__of_each_program(void **state) {
    (void)state;
    expect_arguments("xmessage", "xmessage\n-center\n-title\nTitle\n-buttons\nCancel:1\n-timeout\n8\nText\n");
    expect_arguments("kdialog", "kdialog\n--title\nTitle\n--msgbox\nText\n");
    expect_arguments("zenity", "zenity\n--info\n--no-markup\n--ok-label=Cancel\n--title=Title\n--text=Text\n"
                               "--timeout=8\n");
}

/* Texts are only texts. */
static void test_window__hostile_text(void **state) {
    (void)state;
    long number = 0;
    make_program("zenity", "exec sleep 60", 0755);
    struct notice *notice = notice_show("--title $(touch x) \x1B[31m",
                                        "`id`; \"'\\ \xC2\x9B"
                                        "1m\n\xC3\xA9",
                                        0);
    assert_string_equal(what_was_said(&number, PATIENCE_MS),
                        "zenity\n--info\n--no-markup\n--ok-label=Cancel\n--title=--title $(touch x)  [31m\n"
                        "--text=`id`; \"'\\   1m \xC3\xA9\n--timeout=1\n");
    notice_hide(notice);
}

/* A text that is too long ends with a whole character. */
static void test_window__long_text(void **state) {
    (void)state;
    long number = 0;
    char text[1200];
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "\xE2\x82\xAC", 4);
    make_program("zenity", "exec sleep 60", 0755);
    struct notice *notice = notice_show(text, text, 0);
    const char *const said = what_was_said(&number, PATIENCE_MS);
    const char *const title = strstr(said, "--title=") + strlen("--title=");
    const char *const body = strstr(said, "--text=") + strlen("--text=");
    assert_int_equal(strcspn(title, "\n"), 198);
    assert_int_equal(strcspn(body, "\n"), 498);
    assert_memory_equal(title, text, 198);
    assert_memory_equal(body, text, 498);
    notice_hide(notice);
}

/* Waits until the window is closed; false: it does not happen. */
static bool gets_closed(struct notice *notice, long patience_ms) {
    for (long waited = 0; waited < patience_ms; waited += 20) {
        if (notice_is_closed(notice))
            return true;
        pause_ms(20);
    }
    return false;
}

static void test_window__closed(void **state) {
    (void)state;
    static const char *const ways[] = {"exit 0", "sleep 1; exit 0", "sleep 1; exit 1", "sleep 1; kill -9 $$"};
    for (size_t i = 0; i < 4; ++i) {
        make_program("zenity", ways[i], 0755);
        struct notice *notice = notice_show("Title", "Text", 1000);
        assert_true(gets_closed(notice, PATIENCE_MS));
        assert_false(notice_is_closed(notice)); /* told once */
        notice_hide(notice);
    }
}

/* The program could not open its window: nobody has closed it. */
static void test_window__never_opened(void **state) {
    (void)state;
    make_program("zenity", "exit 1", 0755);
    struct notice *notice = notice_show("Title", "Text", 1000);
    long number = 0;
    assert_non_null(what_was_said(&number, PATIENCE_MS));
    assert_false(gets_closed(notice, 1200));
    notice_hide(notice);
}

/* No display, no right to execute it, a directory of that name, relative directories: no window. */
static void test_window__none(void **state) {
    (void)state;
    long number = 0;
    make_program("zenity", "exec sleep 60", 0755);
    assert_int_equal(unsetenv("DISPLAY"), 0);
    notice_hide(notice_show("Title", "Text", 1000));
    assert_null(what_was_said(&number, 300));
    assert_int_equal(setenv("WAYLAND_DISPLAY", "wayland-9", 1), 0);
    struct notice *notice = notice_show("Title", "Text", 1000);
    assert_non_null(what_was_said(&number, PATIENCE_MS));
    notice_hide(notice);
    make_program("zenity", "exec sleep 60", 0644);
    notice_hide(notice_show("Title", "Text", 1000));
    assert_null(what_was_said(&number, 300));
    make_program("zenity", "exec sleep 60", 0755);
    assert_int_equal(chdir(directory), 0);
    assert_int_equal(setenv("PATH", ".::", 1), 0);
    notice_hide(notice_show("Title", "Text", 1000));
    assert_int_equal(unsetenv("PATH"), 0);
    notice_hide(notice_show("Title", "Text", 1000));
    assert_int_equal(setenv("PATH", former_path, 1), 0);
    assert_int_equal(chdir("/"), 0);
    assert_null(what_was_said(&number, 300));
}

static void test_notice__null(void **state) {
    (void)state;
    assert_false(notice_is_closed(NULL));
    notice_hide(NULL);
}

/* Where the child of the next test shows its notice. */
enum place { CONTROLLING, STANDARD_ERROR, NOWHERE };

static void show_in_child(enum place place, const char *terminal, int pipe_end) {
    if (setsid() < 0)
        _exit(1);
    const int opened = open(terminal, O_RDWR | (place == CONTROLLING ? 0 : O_NOCTTY));
    if (opened < 0 || dup2(place == STANDARD_ERROR ? opened : pipe_end, STDERR_FILENO) < 0)
        _exit(2);
    struct notice *notice = notice_show("Till", "Please\aclose", 1000);
    if (!notice || notice_is_closed(notice))
        _exit(3);
    notice_hide(notice);
    _exit(0);
}

/* On the controlling terminal whatever standard error is; else on that if it is one; else nowhere. */
static void test_terminal__places(void **state) {
    (void)state;
    assert_int_equal(unsetenv("DISPLAY"), 0);
    for (int place = CONTROLLING; place <= NOWHERE; ++place) {
        int master = -1;
        int slave = -1;
        int pipes[2];
        int how = 0;
        char name[64];
        char text[200] = "";
        assert_int_equal(openpty(&master, &slave, name, NULL, NULL), 0);
        assert_int_equal(pipe(pipes), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            show_in_child((enum place)place, name, pipes[1]);
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFEXITED(how));
        assert_int_equal(WEXITSTATUS(how), 0);
        assert_int_equal(fcntl(master, F_SETFL, O_NONBLOCK), 0);
        if (read(master, text, sizeof text - 1) < 0)
            *text = '\0';
        assert_string_equal(text, place == NOWHERE ? "" : "Till: Please close\r\n");
        close(pipes[1]);
        assert_int_equal(read(pipes[0], text, sizeof text), 0);
        close(pipes[0]);
        close(slave);
        close(master);
    }
}

static int set_up(void **state) {
    (void)state;
    char path[4200];
    strcpy(directory, "/tmp/scardssp-notice-XXXXXX");
    assert_non_null(mkdtemp(directory));
    former_path = strdup(getenv("PATH"));
    assert_non_null(former_path);
    (void)snprintf(path, sizeof path, "%s/missing:relative:%s:%s", directory, directory, former_path);
    assert_int_equal(setenv("PATH", path, 1), 0);
    assert_int_equal(setenv("DISPLAY", ":nowhere", 1), 0);
    assert_int_equal(unsetenv("WAYLAND_DISPLAY"), 0);
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static int tear_down(void **state) {
    (void)state;
    assert_int_equal(unsetenv("WAYLAND_DISPLAY"), 0);
    assert_int_equal(setenv("PATH", former_path, 1), 0);
    free(former_path);
    return nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_window__of_each_program),
        CASE(test_window__hostile_text),
        CASE(test_window__long_text),
        CASE(test_window__closed),
        CASE(test_window__never_opened),
        CASE(test_window__none),
        CASE(test_notice__null),
        CASE(test_terminal__places),
    };
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
