/* Threads of the library's own: they run, nobody joins them, and signals are not theirs. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/thread.h"

struct job {
    struct lock lock;
    struct lock_bell bell;
    unsigned runs;
    bool signals_are_blocked;
};

static void run(void *argument) {
    struct job *job = argument;
    bool blocked = true;
#ifndef _WIN32
    sigset_t mask;
    blocked = pthread_sigmask(SIG_BLOCK, NULL, &mask) == 0 && sigismember(&mask, SIGTERM) == 1 &&
              sigismember(&mask, SIGCHLD) == 1;
#endif
    lock_take(&job->lock);
    job->signals_are_blocked = blocked;
    job->runs++;
    lock_ring(&job->bell);
    lock_give(&job->lock);
}

static void test_thread__runs_once(void **state) {
    struct job job = {.runs = 0};
    const uint64_t deadline = clock_deadline(10000);
    (void)state;
    for (unsigned i = 1; i <= 50; i++) {
        assert_true(thread_start(run, &job));
        lock_take(&job.lock);
        while (job.runs < i && lock_sleep(&job.lock, &job.bell, deadline))
            continue;
        assert_int_equal(job.runs, i);
        assert_true(job.signals_are_blocked);
        lock_give(&job.lock);
    }
}

#ifndef _WIN32
static void test_thread__leaves_the_mask_alone(void **state) {
    struct job job = {.runs = 0};
    const uint64_t deadline = clock_deadline(10000);
    sigset_t before, after;
    (void)state;
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &before), 0);
    assert_true(thread_start(run, &job));
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &after), 0);
    assert_int_equal(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
    lock_take(&job.lock);
    while (job.runs < 1 && lock_sleep(&job.lock, &job.bell, deadline))
        continue;
    lock_give(&job.lock);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thread__runs_once),
#ifndef _WIN32
        cmocka_unit_test(test_thread__leaves_the_mask_alone),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
