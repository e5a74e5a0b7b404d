/* Asking a daemon of the test's own whether it is alive. */
#include "backends/pcsc/pulse.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static char directory[] = "/tmp/scardssp-pulse-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static int listener;

static int setup(void **state) {
    (void)state;
    strcpy(directory, "/tmp/scardssp-pulse-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/pcscd.comm", directory);
    setenv("PCSCLITE_CSOCK_NAME", address.sun_path, 1);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    return listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
           listen(listener, 4) != 0;
}

static int teardown(void **state) {
    (void)state;
    close(listener);
    unlink(address.sun_path);
    rmdir(directory);
    unsetenv("PCSCLITE_CSOCK_NAME");
    return 0;
}

/* The daemon lets the question in and reads it: 20 bytes, a request for the version. */
static int accept_question(void) {
    static const uint32_t expected[] = {12, 0x11, 4, 4, 0};
    uint32_t question[5] = {0};
    const int peer = accept(listener, NULL, NULL);
    assert_true(peer >= 0);
    assert_int_equal(recv(peer, question, sizeof question, MSG_WAITALL), sizeof question);
    assert_memory_equal(question, expected, sizeof expected);
    return peer;
}

static void test_silence__until_it_answers(void **state) {
    struct pcsc_pulse pulse;
    (void)state;
    pcsc_pulse_init(&pulse);
    assert_false(pcsc_pulse_hear(&pulse, 1000)); /* nothing was asked */
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1000), 1);
    const int peer = accept_question();
    assert_false(pcsc_pulse_hear(&pulse, 1100));
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1250), 250); /* the same question */
    const int asked = pulse.fd;
    assert_int_equal(send(peer, "v", 1, MSG_NOSIGNAL), 1);
    assert_true(pcsc_pulse_hear(&pulse, 1300));
    assert_int_equal(pulse.fd, -1);
    assert_int_equal(fcntl(asked, F_GETFD), -1); /* closed: nobody is in its way */
    /* Whoever asks within a moment takes that for an answer, later there is a new question. */
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1300 + PCSC_PULSE_FRESH_MS - 1), 0);
    assert_int_equal(pulse.fd, -1);
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1300 + PCSC_PULSE_FRESH_MS), 1);
    assert_true(pulse.fd >= 0);
    pcsc_pulse_close(&pulse);
    assert_int_equal(pulse.fd, -1);
    close(peer);
}

/* One that closes the connection does something, whatever it thinks of the question. */
static void test_hear__end_of_the_connection(void **state) {
    struct pcsc_pulse pulse;
    (void)state;
    pcsc_pulse_init(&pulse);
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1000), 1);
    close(accept_question());
    assert_true(pcsc_pulse_hear(&pulse, 1001));
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1002), 0);
    pcsc_pulse_close(&pulse);
}

/* The daemon is asked where the library has found it, whatever is configured by now. */
static void test_silence__at_the_other_end_of_a_socket(void **state) {
    struct pcsc_pulse pulse;
    int pair[2];
    (void)state;
    const int library = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(library, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(setenv("PCSCLITE_CSOCK_NAME", "/tmp/scardssp-nobody/pcscd.comm", 1), 0);
    pcsc_pulse_init(&pulse);
    assert_int_equal(pcsc_pulse_silence(&pulse, library, 1000), 1);
    close(accept(listener, NULL, NULL)); /* the library's own */
    close(accept_question());
    pcsc_pulse_close(&pulse);
    close(library);
    /* One without a name leads nowhere. */
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(pcsc_pulse_silence(&pulse, pair[0], 1000), 0);
    assert_int_equal(pulse.fd, -1);
    close(pair[0]);
    close(pair[1]);
}

/* Nobody listens: the library will notice that by itself. */
static void test_silence__nobody_to_ask(void **state) {
    struct pcsc_pulse pulse;
    (void)state;
    close(listener);
    unlink(address.sun_path);
    pcsc_pulse_init(&pulse);
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1000), 0);
    assert_int_equal(pulse.fd, -1);
    listener = -1;
}

/* Where the daemon is to listen cannot be said, or is not behind this descriptor. */
static void test_silence__no_place_to_ask(void **state) {
    struct pcsc_pulse pulse;
    char place[300];
    const int file = open("/dev/null", O_RDONLY);
    (void)state;
    memset(place, 'x', sizeof place - 1);
    place[sizeof place - 1] = '\0';
    assert_int_equal(setenv("PCSCLITE_CSOCK_NAME", place, 1), 0);
    pcsc_pulse_init(&pulse);
    assert_int_equal(pcsc_pulse_silence(&pulse, -1, 1000), 0);
    assert_int_equal(pcsc_pulse_silence(&pulse, file, 1000), 0);
    assert_int_equal(pulse.fd, -1);
    assert_int_equal(unsetenv("PCSCLITE_CSOCK_NAME"), 0);
    close(file);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_silence__until_it_answers),
        CASE(test_hear__end_of_the_connection),
        CASE(test_silence__at_the_other_end_of_a_socket),
        CASE(test_silence__nobody_to_ask),
        CASE(test_silence__no_place_to_ask),
    };
    return cmocka_run_group_tests_name("pcsc_pulse", tests, NULL, NULL);
}
