/* An assertion that fails while a test's threads run is told, and ends the program. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/kits/cardjob.h"

static bool on_the_thread;

static HRESULT call_failing(struct cardjob *job) {
    (void)job;
    if (on_the_thread)
        assert_string_equal("said", "heard");
    return S_OK;
}

static void failing(void **state) {
    (void)state;
    struct cardjob job = {.call = call_failing};
    cardjob_begin(&job);
    if (!on_the_thread)
        assert_string_equal("said", "heard");
    cardjob_end(&job);
}

/* The child's process: a program of one test, whose words go into the pipe. */
static void fail_into(int words) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(failing)};
    (void)dup2(words, STDERR_FILENO);
    (void)dup2(words, STDOUT_FILENO);
    (void)signal(SIGABRT, SIG_DFL);
    _exit(cmocka_run_group_tests_name("failing", tests, NULL, NULL));
}

static void test_failure__is_told(void **state) {
    (void)state;
    for (int i = 0; i < 2; ++i) {
        char words[2000] = "";
        size_t size = 0;
        int way[2], status = 0;
        on_the_thread = i == 1;
        assert_int_equal(pipe(way), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            fail_into(way[1]);
        close(way[1]);
        for (ssize_t got = 1; got > 0 && size + 1 < sizeof words; size += got > 0 ? (size_t)got : 0)
            got = read(way[0], words + size, sizeof words - 1 - size);
        close(way[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        assert_non_null(strstr(words, "\"said\" != \"heard\""));
        assert_non_null(strstr(words, "test_jobs.c:"));
    }
}

static HRESULT call_well(struct cardjob *job) {
    (void)job;
    return S_FALSE;
}

/* Afterwards a failure is one test's again. */
static void test_failure__is_one_tests_afterwards(void **state) {
    (void)state;
    struct cardjob job = {.call = call_well};
    cardjob_begin(&job);
    cardjob_end(&job);
    assert_int_equal(job.hr, S_FALSE);
    assert_string_equal(getenv("CMOCKA_TEST_ABORT"), "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failure__is_told),
        cmocka_unit_test(test_failure__is_one_tests_afterwards),
    };
    return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
