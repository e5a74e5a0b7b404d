/* The watch over calls that wait, with sockets of the test's own in the library's place. */
#include "backends/pcsc/watch.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

struct fixture {
    struct pcsc_watch watch;
    struct pcsc_watched call;
    int ours;   /* the library's end */
    int theirs; /* the daemon's */
};

static int setup(void **state) {
    static struct fixture fixture;
    int pair[2];

    *state = &fixture;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return -1;
    fixture.ours = pair[0];
    fixture.theirs = pair[1];
    pcsc_watch_init(&fixture.watch);
    pcsc_watch_add(&fixture.watch, &fixture.call, &fixture);
    pcsc_watch_know(&fixture.watch, &fixture.call, -1, 0, fixture.ours);
    return 0;
}

static int teardown(void **state) {
    struct fixture *const fixture = *state;

    pcsc_watch_remove(&fixture->watch, &fixture->call);
    pcsc_watch_destroy(&fixture->watch);
    close(fixture->ours);
    close(fixture->theirs);
    return 0;
}

/*
 * What the library does while another client is in the way: say something, sleep, again. Ends after `rounds`
 * or EPIPE.
 */
static bool loop_ended(int fd, int rounds) {
    for (int i = 0; i < rounds; i++) {
        if (send(fd, "x", 1, MSG_NOSIGNAL) < 0)
            return errno == EPIPE;
        pcsc_pause(50);
    }
    return false;
}

static void test_loop__is_broken_at_its_limit(void **state) {
    struct fixture *const fixture = *state;
    const uint64_t start = clock_ms();
    char byte;

    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, 200);
    assert_true(loop_ended(fixture->ours, 100));
    assert_int_in_range(clock_ms() - start, 180, 2000);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_TIMEOUT);
    /* The other direction is open: an answer that is under way arrives. */
    assert_int_equal(send(fixture->theirs, "y", 1, MSG_NOSIGNAL), 1);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 1);
}

/* The system does not tell what the thread does: it is taken for one that is between two tries. */
static void test_loop__thread_that_is_not_known(void **state) {
    struct fixture *const fixture = *state;

    pcsc_watch_thread = 0x3FFFFFFF;
    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, 200);
    pcsc_watch_thread = 0;
    assert_true(loop_ended(fixture->ours, 100));
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_TIMEOUT);
}

/* A thread that is not between two tries is left alone, however long it takes. */
static void *answer_later(void *argument) {
    const struct fixture *const fixture = argument;

    pcsc_pause(600);
    return send(fixture->theirs, "y", 1, MSG_NOSIGNAL) == 1 ? NULL : argument;
}

static void test_loop__work_is_left_alone(void **state) {
    struct fixture *const fixture = *state;
    pthread_t thread;
    char byte;
    void *failed = NULL;

    assert_int_equal(pthread_create(&thread, NULL, answer_later, fixture), 0);
    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, 50);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 1);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_OK);
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
    assert_int_equal(send(fixture->ours, "x", 1, MSG_NOSIGNAL), 1);
}

static void test_service__is_broken_at_its_limit(void **state) {
    struct fixture *const fixture = *state;
    char byte;

    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_SERVICE, 100);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 0);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_TIMEOUT);
}

static void *cancel_later(void *argument) {
    struct fixture *const fixture = argument;

    pcsc_pause(100);
    pcsc_watch_cancel(&fixture->watch, &fixture->call); /* somebody else's calls */
    pcsc_pause(100);
    pcsc_watch_cancel(&fixture->watch, fixture);
    return NULL;
}

static void test_cancel__all_kinds(void **state) {
    struct fixture *const fixture = *state;
    pthread_t thread;
    uint32_t ticket;
    char byte;

    assert_int_equal(pthread_create(&thread, NULL, cancel_later, fixture), 0);
    ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_SELF, RM_INFINITE);
    const uint64_t start = clock_ms();
    while (!pcsc_watch_is_broken(&fixture->call) && clock_ms() - start < 5000)
        pcsc_pause(5);
    assert_int_in_range(clock_ms() - start, 150, 4000);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(send(fixture->ours, "x", 1, MSG_NOSIGNAL), 1); /* nothing was shut */

    assert_int_equal(pthread_create(&thread, NULL, cancel_later, fixture), 0);
    ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, RM_INFINITE);
    assert_true(loop_ended(fixture->ours, 100));
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);

    assert_int_equal(pthread_create(&thread, NULL, cancel_later, fixture), 0);
    ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_SERVICE, RM_INFINITE);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 0);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/*
 * Where the other side is silent: what has nothing to do with the card is ended at its limit, work only by
 * cancelling.
 */
static void test_silence__is_told_from_waiting(void **state) {
    struct fixture *const fixture = *state;
    pthread_t thread;
    char byte;
    uint64_t start = clock_ms();

    uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_ASK, 100);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 0);
    assert_int_in_range(clock_ms() - start, PCSC_ASK_MS - 60, 2000); /* counted from before the limit */
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_TIMEOUT);
    teardown(state);
    assert_int_equal(setup(state), 0);

    start = clock_ms();
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, fixture), 0);
    ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, RM_INFINITE);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 0);
    assert_int_in_range(clock_ms() - start, 200 + PCSC_ASK_MS - 60, 2500);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    teardown(state);
    assert_int_equal(setup(state), 0);

    /* A moment is not silence. */
    void *failed = NULL;
    assert_int_equal(pthread_create(&thread, NULL, answer_later, fixture), 0); /* after 600 ms */
    ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_START, 10);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 1);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_OK);
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
}

/* Quick calls are not touched, and the thread goes to sleep when there are none and wakes when there are. */
static void test_park__and_wake(void **state) {
    struct fixture *const fixture = *state;

    for (int i = 0; i < 10000; i++) {
        const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, 0);
        assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_OK);
    }
    assert_false(atomic_load(&fixture->watch.parked));
    for (int i = 0; i < 40 && !atomic_load(&fixture->watch.parked); i++)
        pcsc_pause(100);
    assert_true(atomic_load(&fixture->watch.parked));
    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, 50);
    assert_true(loop_ended(fixture->ours, 100));
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_TIMEOUT);
}

/* What need not be looked at for a long time lets the thread rest; it ends at its limit all the same. */
static void test_park__until_a_far_limit(void **state) {
    struct fixture *const fixture = *state;
    char byte;

    uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_SERVICE, 60000);
    for (int i = 0; i < 200 && !atomic_load(&fixture->watch.parked); i++)
        pcsc_pause(100);
    assert_true(atomic_load(&fixture->watch.parked));
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_OK);
    const uint64_t start = clock_ms();
    ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_SERVICE, 2500);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 0);
    assert_true(clock_ms() - start >= 2400);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_TIMEOUT);
}

/* Without its socket a call cannot be ended; it is left in peace, and so are the others. */
static void test_unknown_socket(void **state) {
    struct fixture *const fixture = *state;
    struct pcsc_watched blind;

    pcsc_watch_add(&fixture->watch, &blind, fixture);
    const uint32_t first = pcsc_watch_enter(&fixture->watch, &blind, PCSC_WAIT_LOOP, 20);
    const uint32_t second = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, 20);
    assert_true(loop_ended(fixture->ours, 100));
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, second), RM_E_TIMEOUT);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &blind, first), RM_OK);
    pcsc_watch_remove(&fixture->watch, &blind);
}

/* The watch itself asks the daemon: what it has open for that is none of the library's, and the rest is. */
static void test_number__not_of_what_the_watch_opened(void **state) {
    struct fixture *const fixture = *state;

    const ino_t number = pcsc_watch_number(&fixture->watch, fixture->ours);
    assert_true(number != 0);
    fixture->watch.pulse.fd = dup(fixture->theirs);
    assert_int_equal(pcsc_watch_number(&fixture->watch, fixture->ours), number);
    assert_int_equal(pcsc_watch_number(&fixture->watch, fixture->watch.pulse.fd), 0);
    pcsc_pulse_close(&fixture->watch.pulse);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_loop__is_broken_at_its_limit),
        CASE(test_loop__thread_that_is_not_known),
        CASE(test_loop__work_is_left_alone),
        CASE(test_service__is_broken_at_its_limit),
        CASE(test_cancel__all_kinds),
        CASE(test_silence__is_told_from_waiting),
        CASE(test_park__and_wake),
        CASE(test_park__until_a_far_limit),
        CASE(test_unknown_socket),
        CASE(test_number__not_of_what_the_watch_opened),
    };
    return cmocka_run_group_tests_name("pcsc_watch", tests, NULL, NULL);
}
