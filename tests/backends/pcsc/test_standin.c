/* The stand-in for the daemon, with sockets of the test's own in the library's place. */
#include "backends/pcsc/standin.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define CODE 0x8010000Au

struct fixture {
    struct pcsc_standin standin;
    int library; /* the library's descriptor */
    int socket;  /* our duplicate of it */
    int daemon;
};

static int setup(void **state) {
    static struct fixture fixture;
    int pair[2];

    *state = &fixture;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
        return -1;
    fixture.library = pair[0];
    fixture.daemon = pair[1];
    fixture.socket = dup(pair[0]);
    pcsc_standin_init(&fixture.standin);
    return fixture.socket < 0;
}

static int teardown(void **state) {
    struct fixture *const fixture = *state;

    pcsc_standin_remove(&fixture->standin, fixture->library, fixture->socket);
    close(fixture->library);
    close(fixture->socket);
    close(fixture->daemon);
    return 0;
}

/* A request as the library sends it: header, arguments (the result last), data. */
static size_t request_make(uint8_t *out, uint32_t command, uint32_t size, uint32_t data) {
    memcpy(out, &size, 4);
    memcpy(out + 4, &command, 4);
    for (uint32_t i = 0; i < size; i++)
        out[8 + i] = (uint8_t)(0x10 + i);
    if (command == 9)
        memcpy(out + 8 + 12, &data, 4);
    memset(out + 8 + size, 0xDA, data);
    return 8 + size + data;
}

static void assert_silent(int fd) {
    uint8_t byte;
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
}

/* Begin, status and reconnect, of which each ends in its result; in one piece and byte by byte. */
static void test_answer__ends_in_the_code(void **state) {
    static const struct {
        uint32_t command, size;
    } requests[] = {
        {7, 8}, {11, 8}, {5, 24}, {7, 4}, {7, PCSC_STANDIN_REQUEST_MAX}}; /* least and most, too */
    struct fixture *const fixture = *state;

    for (size_t i = 0; i < 2 * sizeof requests / sizeof *requests; i++) {
        uint8_t request[PCSC_STANDIN_HEADER + PCSC_STANDIN_REQUEST_MAX], answer[sizeof request];
        const uint32_t size = requests[i / 2].size;
        const size_t whole = request_make(request, requests[i / 2].command, size, 0);
        assert_true(pcsc_standin_place(&fixture->standin, fixture->library, fixture->socket));
        for (size_t sent = 0, part; sent < whole; sent += part) {
            part = i % 2 ? 1 : whole;
            assert_int_equal(pcsc_standin_serve(&fixture->standin, fixture->socket, CODE),
                             PCSC_STANDIN_WAITS);
            assert_int_equal(send(fixture->library, request + sent, part, MSG_NOSIGNAL), part);
        }
        assert_int_equal(pcsc_standin_serve(&fixture->standin, fixture->socket, CODE), PCSC_STANDIN_ANSWERED);
        assert_int_equal(recv(fixture->library, answer, sizeof answer, 0), size);
        assert_memory_equal(answer, request + 8, size - 4);
        assert_memory_equal(answer + size - 4, &(uint32_t){CODE}, 4);
        pcsc_standin_remove(&fixture->standin, fixture->library, fixture->socket);
        assert_silent(fixture->daemon); /* it has heard nothing of that */
    }
    /* And the library has its own end again, as it was. */
    assert_int_equal(send(fixture->library, "x", 1, MSG_NOSIGNAL), 1);
    char byte = 0;
    assert_int_equal(recv(fixture->daemon, &byte, 1, 0), 1);
    assert_int_equal(byte, 'x');
    assert_true(fcntl(fixture->library, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fixture->library, F_GETFD) & FD_CLOEXEC);
}

/* A command's data follows its request, and must not reach the daemon afterwards. */
static void test_answer__after_the_data(void **state) {
    static const struct { uint32_t arguments, data; } sizes[] = {{32, 5}, {32, 600}, {32, 65548}, {16, 5}};
    struct fixture *const fixture = *state;
    static uint8_t request[70000];

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t answer[64];
        const uint32_t size = sizes[i].arguments;
        const size_t whole = request_make(request, 9, size, sizes[i].data);
        assert_true(pcsc_standin_place(&fixture->standin, fixture->library, fixture->socket));
        for (size_t sent = 0; sent < whole;) {
            const ssize_t part = send(fixture->library, request + sent, whole - sent, MSG_NOSIGNAL);
            assert_true(part > 0);
            sent += (size_t)part;
            assert_int_equal(pcsc_standin_serve(&fixture->standin, fixture->socket, CODE),
                             sent < whole ? PCSC_STANDIN_WAITS : PCSC_STANDIN_ANSWERED);
        }
        assert_int_equal(recv(fixture->library, answer, sizeof answer, 0), size);
        assert_memory_equal(answer + size - 4, &(uint32_t){CODE}, 4);
        pcsc_standin_remove(&fixture->standin, fixture->library, fixture->socket);
        assert_silent(fixture->daemon);
    }
}

/* What the daemon still answers reaches the library, a byte or more than is read at once. */
static void test_late_answer__is_handed_on(void **state) {
    static const size_t sizes[] = {1, 300, 5000};
    struct fixture *const fixture = *state;
    uint8_t late[5000], got[sizeof late];

    memset(late, 0x5A, sizeof late);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_true(pcsc_standin_place(&fixture->standin, fixture->library, fixture->socket));
        assert_int_equal(send(fixture->daemon, late, sizes[i], MSG_NOSIGNAL), sizes[i]);
        assert_int_equal(pcsc_standin_serve(&fixture->standin, fixture->socket, CODE), PCSC_STANDIN_WAITS);
        assert_int_equal(recv(fixture->library, got, sizes[i], MSG_WAITALL), sizes[i]);
        assert_memory_equal(got, late, sizes[i]);
        pcsc_standin_remove(&fixture->standin, fixture->library, fixture->socket);
    }
}

/* Nonsense, and a daemon that has gone: the library's connection ends. */
static void test_failure__both_ends_are_shut(void **state) {
    static const struct {
        uint32_t command, size, data;
    } nonsense[] = {{7, 3, 0}, {7, 129, 0}, {7, 0xFFFFFFFF, 0}, {9, 32, 65549}, {9, 12, 0}};
    uint8_t request[256] = {0};

    for (size_t i = 0; i <= sizeof nonsense / sizeof *nonsense; i++) {
        struct fixture *const fixture = *state;
        assert_true(pcsc_standin_place(&fixture->standin, fixture->library, fixture->socket));
        if (i < sizeof nonsense / sizeof *nonsense) {
            memcpy(request, &nonsense[i].size, 4);
            memcpy(request + 4, &nonsense[i].command, 4);
            memcpy(request + 20, &nonsense[i].data, 4);
            assert_int_equal(send(fixture->library, request, 40, MSG_NOSIGNAL), 40);
        } else {
            shutdown(fixture->daemon, SHUT_RDWR);
        }
        assert_int_equal(pcsc_standin_serve(&fixture->standin, fixture->socket, CODE), PCSC_STANDIN_FAILED);
        assert_int_equal(recv(fixture->daemon, request, sizeof request, 0), 0);
        assert_int_equal(recv(fixture->library, request, sizeof request, 0), 0);
        assert_int_equal(teardown(state), 0);
        assert_int_equal(setup(state), 0);
    }
}

/* The library gives its connection up: before it has asked, when it has, where there is an answer for it. */
static void test_failure__library_has_gone(void **state) {
    uint8_t request[64];

    for (int i = 0; i < 3; i++) {
        struct fixture *const fixture = *state;
        const size_t whole = request_make(request, 7, 8, 0);
        assert_true(pcsc_standin_place(&fixture->standin, fixture->library, fixture->socket));
        if (i == 1)
            assert_int_equal(send(fixture->library, request, whole, MSG_NOSIGNAL), whole);
        if (i == 2)
            assert_int_equal(send(fixture->daemon, "late", 4, MSG_NOSIGNAL), 4);
        shutdown(fixture->library, SHUT_RDWR);
        assert_int_equal(pcsc_standin_serve(&fixture->standin, fixture->socket, CODE), PCSC_STANDIN_FAILED);
        assert_int_equal(teardown(state), 0);
        assert_int_equal(setup(state), 0);
    }
}

/* A descriptor that has become another file is left alone. */
static void test_place__not_over_something_else(void **state) {
    struct fixture *const fixture = *state;
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_false(pcsc_standin_place(&fixture->standin, pair[0], fixture->socket));
    assert_false(pcsc_standin_place(&fixture->standin, -1, fixture->socket));
    assert_int_equal(fixture->standin.peer, -1);
    assert_int_equal(send(pair[0], "x", 1, MSG_NOSIGNAL), 1);
    close(pair[0]);
    close(pair[1]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_answer__ends_in_the_code),  CASE(test_answer__after_the_data),
        CASE(test_late_answer__is_handed_on), CASE(test_failure__both_ends_are_shut),
        CASE(test_failure__library_has_gone), CASE(test_place__not_over_something_else),
    };
    return cmocka_run_group_tests_name("pcsc_standin", tests, NULL, NULL);
}
