/* The watch over calls that wait, with sockets of the test's own in the library's place. */
#include "backends/pcsc/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

struct fixture {
    struct pcsc_watch watch;
    struct pcsc_watched call;
    int ours;   /* the library's end */
    int theirs; /* the daemon's */
    int open;   /* descriptors before: as many at the end of each case */
};

static int count_open(void) {
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) != -1;
    return count;
}

static int setup(void **state) {
    static struct fixture fixture;
    int pair[2];

    *state = &fixture;
    fixture.open = count_open();
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
    return count_open() == fixture->open ? 0 : -1;
}

/* Nothing is known of a call before the first, whatever was where it lies. */
static void test_add__begins_with_nothing(void **state) {
    struct fixture *const fixture = *state;
    struct pcsc_watched call;

    memset(&call, 0xA5, sizeof call);
    pcsc_watch_add(&fixture->watch, &call, &call);
    assert_int_equal(atomic_load(&call.ticket), 0);
    assert_ptr_equal(call.owner, &call);
    assert_int_equal(call.library, -1);
    assert_int_equal(call.number, 0);
    assert_int_equal(call.socket, -1);
    assert_null(call.opening);
    assert_int_equal(call.standin.peer, -1);
    assert_int_equal(atomic_load(&call.seen), 0);
    assert_int_equal(call.overdue, 0);
    assert_int_equal(call.quiet, 0);
    assert_int_equal(call.cancelled, 0);
    assert_int_equal(call.reason, RM_OK);
    assert_ptr_equal(call.next, &fixture->call);
    pcsc_watch_remove(&fixture->watch, &call);
    assert_ptr_equal(fixture->watch.calls, &fixture->call);
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

#ifdef SYS_nanosleep
/* However the library sleeps between two tries: the C library has had two ways. */
static void test_loop__sleeps_the_old_way(void **state) {
    struct fixture *const fixture = *state;
    bool ended = false;

    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, 100);
    for (int i = 0; i < 100 && !ended; i++) {
        const long pause[] = {0, 50000000};
        ended = send(fixture->ours, "x", 1, MSG_NOSIGNAL) < 0 && errno == EPIPE;
        (void)syscall(SYS_nanosleep, pause, NULL);
    }
    assert_true(ended);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_TIMEOUT);
}
#endif

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

/* A daemon that comes back by itself is waited for beyond the limit. */
static void test_daemon__is_left_alone(void **state) {
    struct fixture *const fixture = *state;
    pthread_t thread;
    char byte;
    void *failed = NULL;

    assert_int_equal(pthread_create(&thread, NULL, answer_later, fixture), 0);
    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_DAEMON, 50);
    assert_int_equal(recv(fixture->ours, &byte, 1, 0), 1);
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_OK);
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
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
 * A call that is over its limit has a moment to answer from its cancellation on; who cancels it once more
 * does not give it another.
 */
static void test_cancel__counts_from_the_first(void **state) {
    struct fixture *const fixture = *state;
    const uint64_t start = clock_ms();

    pcsc_watch_cancel(&fixture->watch, fixture); /* nothing is to be ended: nobody need look */
    assert_false(fixture->watch.started);
    const uint32_t ticket = pcsc_watch_enter(&fixture->watch, &fixture->call, PCSC_WAIT_LOOP, RM_INFINITE);
    fixture->call.seen = ticket;
    fixture->call.overdue = 1;
    pcsc_watch_cancel(&fixture->watch, fixture);
    pthread_mutex_lock(&fixture->watch.lock);
    assert_true(fixture->call.overdue >= start);
    fixture->call.overdue = start > PCSC_ASK_MS ? start - PCSC_ASK_MS : 1;
    pthread_mutex_unlock(&fixture->watch.lock);
    pcsc_watch_cancel(&fixture->watch, fixture);
    assert_true(pcsc_watch_is_broken(&fixture->call));
    assert_int_equal(pcsc_watch_leave(&fixture->watch, &fixture->call, ticket), RM_E_CANCELLED);
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

/* The duplicate goes before the last call; the socket is shut with it where nobody would answer. */
static void test_let_go__shuts_what_nobody_answers(void **state) {
    struct fixture *const fixture = *state;
    char byte;

    for (int silent = 0; silent < 2; silent++) {
        const int copy = dup(fixture->ours);
        atomic_store(&fixture->watch.silent, silent);
        pcsc_watch_know(&fixture->watch, &fixture->call, -1, 0, copy);
        pcsc_watch_let_go(&fixture->watch, &fixture->call);
        assert_int_equal(fixture->call.socket, -1);
        assert_int_equal(fcntl(copy, F_GETFD), -1);
        assert_int_equal(send(fixture->ours, "x", 1, MSG_NOSIGNAL), silent ? -1 : 1);
        assert_int_equal(recv(fixture->theirs, &byte, 1, MSG_DONTWAIT), silent ? 0 : 1);
    }
}

/* That nobody answers is known until somebody does. */
static void test_silence__until_something_is_heard(void **state) {
    struct fixture *const fixture = *state;
    struct pcsc_watch *const watch = &fixture->watch;
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    watch->pulse.fd = pair[0];
    atomic_store(&watch->silent, true);
    pcsc_watch_wake(watch);
    for (int i = 0; i < 300 && !atomic_load(&watch->parked); i++)
        pcsc_pause(100);
    assert_true(atomic_load(&watch->parked)); /* it has looked many times */
    assert_true(atomic_load(&watch->silent));
    assert_int_equal(send(pair[1], "v", 1, MSG_NOSIGNAL), 1);
    pcsc_watch_wake(watch);
    for (int i = 0; i < 300 && atomic_load(&watch->silent); i++)
        pcsc_pause(100);
    assert_false(atomic_load(&watch->silent));
    assert_int_equal(pcsc_watch_pulse(watch), -1);
    close(pair[1]);
}

/* Where it was silent it is asked before anything else; one that is not there will be noticed. */
static void test_await__nobody_to_ask(void **state) {
    struct fixture *const fixture = *state;

    assert_int_equal(setenv("PCSCLITE_CSOCK_NAME", "/tmp/scardssp-nobody/pcscd.comm", 1), 0);
    atomic_store(&fixture->watch.silent, true);
    assert_int_equal(pcsc_watch_await_daemon(&fixture->watch, &fixture->call, 200), RM_OK);
    assert_false(atomic_load(&fixture->watch.silent));
    assert_int_equal(unsetenv("PCSCLITE_CSOCK_NAME"), 0);
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
        CASE(test_add__begins_with_nothing),
        CASE(test_loop__is_broken_at_its_limit),
#ifdef SYS_nanosleep
        CASE(test_loop__sleeps_the_old_way),
#endif
        CASE(test_loop__thread_that_is_not_known),
        CASE(test_loop__work_is_left_alone),
        CASE(test_daemon__is_left_alone),
        CASE(test_service__is_broken_at_its_limit),
        CASE(test_cancel__all_kinds),
        CASE(test_cancel__counts_from_the_first),
        CASE(test_let_go__shuts_what_nobody_answers),
        CASE(test_silence__until_something_is_heard),
        CASE(test_await__nobody_to_ask),
        CASE(test_silence__is_told_from_waiting),
        CASE(test_park__and_wake),
        CASE(test_park__until_a_far_limit),
        CASE(test_unknown_socket),
        CASE(test_number__not_of_what_the_watch_opened),
    };
    return cmocka_run_group_tests_name("pcsc_watch", tests, NULL, NULL);
}
