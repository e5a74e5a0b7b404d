/* Attempts to connect that were given up: who waits for their end, and what is left of them. */
#include "backends/pcsc/attempt.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

/* An attempt for the reader "Busy", by a socket to a daemon that has not answered. */
struct fixture {
    struct pcsc_attempts attempts;
    struct pcsc_watch watch;
    int ours, theirs;
};

static int setup(void **state) {
    static struct fixture fixture;
    int pair[2];
    *state = &fixture;
    fixture = (struct fixture){.attempts = {.first = NULL}};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return -1;
    fixture.ours = pair[0];
    fixture.theirs = pair[1];
    shutdown(fixture.ours, SHUT_RD); /* as who breaks a call leaves it */
    pcsc_watch_init(&fixture.watch);
    pcsc_attempt_keep(&fixture.attempts, "Busy", fixture.ours);
    return fixture.attempts.first ? 0 : -1;
}

static int teardown(void **state) {
    struct fixture *const fixture = *state;
    pcsc_attempt_forget(&fixture->attempts);
    pcsc_watch_destroy(&fixture->watch);
    if (fixture->theirs >= 0)
        close(fixture->theirs);
    return fixture->attempts.first || fcntl(fixture->ours, F_GETFD) != -1 ? -1 : 0;
}

static void daemon_is_done(struct fixture *fixture) {
    close(fixture->theirs);
    fixture->theirs = -1;
}

static rm_status await(struct fixture *fixture, const char *reader, uint32_t ms) {
    return pcsc_attempt_await(&fixture->attempts, &fixture->watch, fixture, reader, RM_WITHIN(ms));
}

/* As long as the daemon has it, nobody connects to its reader; to another he does. */
static void test_await__the_same_reader(void **state) {
    struct fixture *const fixture = *state;
    assert_int_equal(await(fixture, "Busy", 0), RM_E_TIMEOUT);
    assert_int_equal(await(fixture, "Busy", 30), RM_E_TIMEOUT);
    assert_int_equal(await(fixture, "Free", 0), RM_OK);
    assert_non_null(fixture->attempts.first);
    assert_true(fcntl(fixture->ours, F_GETFD) != -1);
    daemon_is_done(fixture);
    assert_int_equal(await(fixture, "Busy", 0), RM_OK);
    assert_null(fixture->attempts.first);
    assert_int_equal(fcntl(fixture->ours, F_GETFD), -1); /* closed with it */
}

static void *done_later(void *argument) {
    pcsc_pause(100);
    daemon_is_done(argument);
    return NULL;
}

static void test_await__its_end(void **state) {
    struct fixture *const fixture = *state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, done_later, fixture), 0);
    assert_int_equal(await(fixture, "Busy", 20000), RM_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_null(fixture->attempts.first);
}

static void *cancel_later(void *argument) {
    struct fixture *const fixture = argument;
    pcsc_pause(100);
    pcsc_watch_cancel(&fixture->watch, fixture);
    return NULL;
}

static void test_await__cancelled(void **state) {
    struct fixture *const fixture = *state;
    pthread_t thread;
    const uint64_t end = clock_deadline(20000);
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, fixture), 0);
    assert_int_equal(await(fixture, "Busy", 20000), RM_E_CANCELLED);
    assert_true(clock_left(end) > 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_non_null(fixture->attempts.first);
    assert_null(fixture->watch.calls); /* nobody is announced any more */
}

/* Several may be going on; those that are over go, wherever they stand. */
static void test_await__among_others(void **state) {
    struct fixture *const fixture = *state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pcsc_attempt_keep(&fixture->attempts, "Other", pair[0]);
    daemon_is_done(fixture);
    assert_int_equal(await(fixture, "Other", 0), RM_E_TIMEOUT);
    assert_int_equal(fcntl(fixture->ours, F_GETFD), -1);
    assert_int_equal(await(fixture, "Busy", 0), RM_OK);
    close(pair[1]);
    assert_int_equal(await(fixture, "Other", 0), RM_OK);
    assert_int_equal(fcntl(pair[0], F_GETFD), -1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_await__the_same_reader),
        CASE(test_await__its_end),
        CASE(test_await__cancelled),
        CASE(test_await__among_others),
    };
    return cmocka_run_group_tests_name("pcsc_attempt", tests, NULL, NULL);
}
