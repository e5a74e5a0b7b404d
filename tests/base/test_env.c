/*
 * Environment variables: values, numbers, and none at all in a program with more rights than its caller. For
 * that the test runs a set-uid copy of itself, which tells by its exit code what it sees.
 */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/env.h"

#define NAME "SCARDSSP_TEST_ENV"
#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ASK "--what-do-you-see"
#define SEES_NOTHING 40
#define SEES_VALUE 41
#define NOBODY 65534

static void test_get__set_empty_unset(void **state) {
    (void)state;
    assert_int_equal(setenv(NAME, "sim", 1), 0);
    assert_string_equal(env_get(NAME), "sim");
    assert_int_equal(setenv(NAME, "", 1), 0);
    assert_null(env_get(NAME));
    assert_int_equal(unsetenv(NAME), 0);
    assert_null(env_get(NAME));
}

static void test_get_ms__numbers_and_others(void **state) {
    static const struct {
        const char *text;
        uint32_t value;
    } rows[] = {
        {"0", 0},
        {"250", 250},
        {"007", 7},
        {"4294967295", UINT32_MAX},
        {"4294967296", 77}, /* 77: the fallback */
        {"18446744073709551616", 77},
        {"99999999999999999999999", 77},
        {"-1", 77},
        {"+1", 77},
        {" 1", 77},
        {"1 ", 77},
        {"1s", 77},
        {"0x10", 77},
        {"1.5", 77},
        {"", 77},
        {"never", 77},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        assert_int_equal(setenv(NAME, rows[i].text, 1), 0);
        if (env_get_ms(NAME, 77) != rows[i].value)
            fail_msg("'%s' gave %u", rows[i].text, env_get_ms(NAME, 77));
    }
    assert_int_equal(unsetenv(NAME), 0);
    assert_int_equal(env_get_ms(NAME, 77), 77);
}

static void file_copy(const char *from, const char *to) {
    char bytes[65536];
    const int in = open(from, O_RDONLY | O_CLOEXEC);
    const int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    assert_true(in >= 0 && out >= 0);
    for (ssize_t got; (got = read(in, bytes, sizeof bytes)) != 0;) {
        assert_true(got > 0);
        assert_int_equal(write(out, bytes, (size_t)got), got);
    }
    assert_int_equal(close(in), 0);
    assert_int_equal(close(out), 0);
}

/* Runs the program with the question; returns its exit code. */
static int ask(const char *path) {
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        execl(path, path, ASK, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_get__nothing_in_a_set_uid_program(void **state) {
    const char *const base = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    char directory[PATH_MAX - 8], path[PATH_MAX];
    struct statvfs mount;
    (void)state;
    if (geteuid() != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0 || statvfs(base, &mount) != 0 ||
        (mount.f_flag & ST_NOSUID))
        skip(); /* the system would not grant the other rights */
    snprintf(directory, sizeof directory, "%s/scardssp-env-XXXXXX", base);
    assert_non_null(mkdtemp(directory));
    assert_int_equal(chmod(directory, 0755), 0);
    snprintf(path, sizeof path, "%s/copy", directory);
    file_copy("/proc/self/exe", path);
    assert_int_equal(setenv(NAME, "sim", 1), 0);
    const int plain = ask(path);
    assert_int_equal(chown(path, NOBODY, NOBODY), 0);
    assert_int_equal(chmod(path, 04755), 0);
    const int privileged = ask(path);
    unlink(path);
    rmdir(directory);
    unsetenv(NAME);
    assert_int_equal(plain, SEES_VALUE);
    assert_int_equal(privileged, SEES_NOTHING);
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], ASK) == 0)
        _exit(env_get(NAME) ? SEES_VALUE : SEES_NOTHING);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get__set_empty_unset),
        cmocka_unit_test(test_get_ms__numbers_and_others),
        cmocka_unit_test(test_get__nothing_in_a_set_uid_program),
    };
    return cmocka_run_group_tests_name("env", tests, NULL, NULL);
}
