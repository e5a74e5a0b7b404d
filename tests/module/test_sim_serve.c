/*
 * scardssp_sim_serve(): a card brought to a virtual reader, with the driver's side of the wire played by the
 * test.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kit.h"

static char message[400];

struct server {
    struct scardssp_sim_serve_options options;
    int stop_fd;
    int32_t result;
};

static void *serve(void *argument) {
    struct server *server = argument;
    server->result = scardssp_sim_serve(&server->options, server->stop_fd, NULL, 0);
    return NULL;
}

static void note(void *user) {
    *(volatile int *)user = 1;
}

static int listener(uint16_t *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static size_t ask(int fd, const char *request, uint8_t *answer) {
    uint8_t frame[300];
    const size_t size = kit_bytes(request, frame + 2, sizeof frame - 2);
    frame[0] = 0;
    frame[1] = (uint8_t)size;
    assert_int_equal(send(fd, frame, size + 2, 0), size + 2);
    if (!answer)
        return 0;
    assert_int_equal(recv(fd, frame, 2, MSG_WAITALL), 2);
    const size_t length = (size_t)frame[0] << 8 | frame[1];
    assert_true(length < 300);
    assert_int_equal(recv(fd, answer, length, MSG_WAITALL), length);
    return length;
}

/* Power on, ATR, a command; then the stop pipe or the driver's hanging up ends it. */
static void check_serving(bool by_stop, int32_t expected) {
    uint16_t port = 0;
    const int door = listener(&port);
    int connected = 0;
    int stop[2];
    uint8_t answer[300];
    pthread_t thread;
    assert_int_equal(pipe(stop), 0);
    struct server server = {
        .options = {.port = port, .image = "demo", .wait_ms = 500, .connected = note, .user = &connected},
        .stop_fd = stop[0]};
    assert_int_equal(pthread_create(&thread, NULL, serve, &server), 0);
    const int driver = accept(door, NULL, NULL);
    assert_true(driver >= 0);
    (void)ask(driver, "01", NULL);
    assert_true(ask(driver, "04", answer) > 2);
    assert_int_equal(answer[0], 0x3B);
    assert_int_equal(ask(driver, "00 B0 83 00 05", answer), 7);
    assert_memory_equal(answer, "Hello\x90\x00", 7);
    assert_int_equal(connected, 1);
    if (by_stop)
        close(stop[1]);
    else
        close(driver);
    if (!by_stop)
        close(door);
    pthread_join(thread, NULL);
    expect_hr(server.result, expected);
    if (by_stop) {
        close(driver);
        close(door);
    } else {
        close(stop[1]);
    }
    close(stop[0]);
}

static void test_serve__until_stopped(void **state) {
    (void)state;
    check_serving(true, S_OK);
}

static void test_serve__until_the_driver_leaves(void **state) {
    (void)state;
    check_serving(false, (int32_t)SCARD_E_READER_UNAVAILABLE);
}

static void test_serve__refused(void **state) {
    (void)state;
    uint16_t port = 0;
    close(listener(&port));
    struct scardssp_sim_serve_options options = {.port = port};
    expect_hr(scardssp_sim_serve(NULL, -1, message, sizeof message), E_INVALIDARG);
    /* On this machine it is asked why nobody listens: there is no service (main() has seen to that). */
    expect_hr(scardssp_sim_serve(&options, -1, message, sizeof message), SCARD_E_NO_SERVICE);
    assert_non_null(strstr(message, "nobody listens there: the PC/SC service "));
    options.host = "256.256.256.256";
    expect_hr(scardssp_sim_serve(&options, -1, message, sizeof message), SCARD_E_READER_UNAVAILABLE);
    assert_non_null(strstr(message, "256.256.256.256:"));
    options.host = NULL;
    options.image = "/no/such/image.json";
    expect_hr(scardssp_sim_serve(&options, -1, message, sizeof message), E_INVALIDARG);
    assert_non_null(strstr(message, "/no/such/image.json"));
    options.image = "gsm";
    options.protocol = 2;
    expect_hr(scardssp_sim_serve(&options, -1, message, sizeof message), E_INVALIDARG);
}

int main(void) {
    /* Where the machine has a PC/SC service, it is not to be woken: its library looks for it here. */
    (void)setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_serve__until_stopped),
        cmocka_unit_test(test_serve__until_the_driver_leaves),
        cmocka_unit_test(test_serve__refused),
    };
    return cmocka_run_group_tests_name("sim_serve", tests, NULL, NULL);
}
