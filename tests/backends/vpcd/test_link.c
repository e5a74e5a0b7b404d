/* The wire to vpcd by itself: connecting and pausing. What goes over it is in test_serve.c. */
#include "backends/vpcd/link.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifndef _WIN32
#include <sys/time.h>
#include <unistd.h>
#endif

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/sockets.h"

/* A port with an even number that nobody listens at. */
static uint16_t free_even_port(void) {
    for (uint16_t port = 40000; port < 50000; port = (uint16_t)(port + 2)) {
        const int fd = socket_bind(port);
        if (fd == -1)
            continue;
        socket_close(fd);
        return port;
    }
    fail_msg("no free port");
    return 0;
}

/*
 * Who keeps trying at a port of his own host is given that very port as his own, sooner or later, and TCP
 * lets him connect to himself. The kernel goes through the even ports first, one at each attempt.
 */
static void test_open__does_not_connect_to_itself(void **state) {
    static struct link link = {.fd = -1, .stop_fd = -1};
    const uint16_t port = free_even_port();
    (void)state;
    for (int i = 0; i < 20000; ++i)
        if (link_open(&link, "127.0.0.1", port, 0) != LINK_CLOSED)
            fail_msg("connected to itself at attempt %d", i);
}

/* The time, or the stop, whichever comes first. */
static void test_pause__ends(void **state) {
    static struct link link = {.fd = -1, .stop_fd = -1};
    struct stopper stopper;
    (void)state;
    uint64_t start = clock_ms();
    assert_int_equal(link_pause(&link, 50), LINK_OK);
    assert_int_in_range(clock_ms() - start, 50, 1000);
    assert_true(stopper_open(&stopper));
    link.stop_fd = stopper.fd;
    start = clock_ms();
    assert_int_equal(link_pause(&link, 50), LINK_OK);
    assert_int_in_range(clock_ms() - start, 50, 1000);
    assert_true(stopper_ask(&stopper));
    start = clock_ms();
    assert_int_equal(link_pause(&link, 5000), LINK_STOPPED);
    assert_int_in_range(clock_ms() - start, 0, 1000);
    stopper_close(&stopper);
}

#ifndef _WIN32 /* has no signals that could break into a wait */

/* A program's timer that rings more often than the pause is long, and the stop if that holds it for ever. */
struct ringing {
    int stop[2];
    sigset_t alarm_only;
};

static void on_alarm(int number) {
    (void)number;
}

static void *stop_late(void *argument) {
    const struct ringing *ringing = argument;
    (void)pthread_sigmask(SIG_BLOCK, &ringing->alarm_only, NULL);
    usleep(1000000);
    return write(ringing->stop[1], "x", 1) == 1 ? NULL : argument;
}

static void test_pause__ends_in_spite_of_signals(void **state) {
    static struct link link = {.fd = -1};
    const struct itimerval often = {.it_interval.tv_usec = 5000, .it_value.tv_usec = 5000};
    const struct itimerval never = {.it_value.tv_usec = 0};
    struct ringing ringing;
    pthread_t stopper;
    void *failed = NULL;
    (void)state;
    sigemptyset(&ringing.alarm_only);
    sigaddset(&ringing.alarm_only, SIGALRM);
    assert_int_equal(pipe(ringing.stop), 0);
    link.stop_fd = ringing.stop[0];
    assert_true(signal(SIGALRM, on_alarm) != SIG_ERR);
    assert_int_equal(pthread_create(&stopper, NULL, stop_late, &ringing), 0);
    usleep(50000); /* the stopper keeps the signals off itself */
    const uint64_t start = clock_ms();
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    const enum link_result result = link_pause(&link, 100);
    const uint64_t took = clock_ms() - start;
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(pthread_join(stopper, &failed), 0);
    assert_null(failed);
    assert_true(signal(SIGALRM, SIG_DFL) != SIG_ERR);
    assert_int_equal(result, LINK_OK);
    assert_int_in_range(took, 100, 800);
    close(ringing.stop[0]);
    close(ringing.stop[1]);
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open__does_not_connect_to_itself),
        cmocka_unit_test(test_pause__ends),
#ifndef _WIN32
        cmocka_unit_test(test_pause__ends_in_spite_of_signals),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
