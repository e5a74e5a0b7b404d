/* The driver's end of the link to vpcd, and the server on a thread, for the tests of serve.c. */
#ifndef TESTS_BACKENDS_SIM_SERVE_RIG_H
#define TESTS_BACKENDS_SIM_SERVE_RIG_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/vpcd/serve.h"
#include "base/clock.h"
#include "rm/rm.h"
#include "support/kits/sockets.h"

#define PATIENCE 5000
#define MESSAGE_MAX 65535u

enum { OFF = 0, ON = 1, RESET = 2, ATR = 4 };

/* The driver's end, and the server on a thread. */
struct rig {
    int listener, driver; /* -1: closed */
    struct stopper stop;
    uint16_t port;
    struct vpcd_serve options;
    struct sim_card *card; /* served instead of options.image, when set */
    pthread_t thread;
    bool running;
    bool taking;
    rm_status status;
    uint64_t took_ms;
    atomic_int connected;
    char message[256];
};

static inline void on_connected(void *user) {
    struct rig *rig = user;
    atomic_fetch_add(&rig->connected, 1);
}

/* So often the driver has taken the card; the server says so after it has answered. */
static inline void assert_connected(struct rig *rig, int times) {
    const uint64_t deadline = clock_deadline(PATIENCE);
    while (atomic_load(&rig->connected) < times && clock_left(deadline) > 0)
        usleep(1000);
    assert_int_equal(atomic_load(&rig->connected), times);
}

static inline int rig_setup(void **state) {
    struct rig *rig = calloc(1, sizeof *rig);
    *state = rig;
    if (!rig || (rig->listener = socket_listen(&rig->port)) == -1 || !stopper_open(&rig->stop))
        return -1;
    rig->driver = -1;
    rig->options =
        (struct vpcd_serve){.port = rig->port, .wait_ms = PATIENCE, .connected = on_connected, .user = rig};
    return 0;
}

static inline void *rig_run(void *argument) {
    struct rig *rig = argument;
    const uint64_t start = clock_ms();
    rig->status =
        rig->card ? vpcd_serve_card(rig->card, &rig->options, rig->stop.fd, rig->message, sizeof rig->message)
                  : vpcd_serve(&rig->options, rig->stop.fd, rig->message, sizeof rig->message);
    rig->took_ms = clock_ms() - start;
    return NULL;
}

static inline void rig_start(struct rig *rig) {
    assert_int_equal(pthread_create(&rig->thread, NULL, rig_run, rig), 0);
    rig->running = true;
}

static inline void rig_join(struct rig *rig) {
    assert_int_equal(pthread_join(rig->thread, NULL), 0);
    rig->running = false;
}

static inline void rig_stop(struct rig *rig) {
    assert_true(stopper_ask(&rig->stop));
    rig_join(rig);
}

static inline void rig_accept(struct rig *rig) {
    rig->driver = socket_accept(rig->listener, PATIENCE);
    assert_true(rig->driver != -1);
}

static inline void hang_up(int *fd) {
    if (*fd != -1)
        socket_close(*fd);
    *fd = -1;
}

static inline int rig_teardown(void **state) {
    struct rig *rig = *state;
    stopper_leave(&rig->stop);
    if (rig->running)
        pthread_join(rig->thread, NULL);
    stopper_close(&rig->stop);
    hang_up(&rig->listener);
    hang_up(&rig->driver);
    sim_card_destroy(rig->card);
    free(rig);
    return 0;
}

static inline void driver_send(struct rig *rig, const uint8_t *bytes, size_t size) {
    uint8_t frame[2 + MESSAGE_MAX] = {(uint8_t)(size >> 8), (uint8_t)size};
    memcpy(frame + 2, bytes, size);
    assert_int_equal(socket_send(rig->driver, frame, size + 2), size + 2);
}

static inline void driver_control(struct rig *rig, uint8_t control) {
    driver_send(rig, &control, 1);
}

/* One answer; it has to come in one piece. Returns its size. */
static inline size_t driver_receive(struct rig *rig, uint8_t *bytes, size_t room) {
    uint8_t frame[2 + MESSAGE_MAX];
    assert_true(socket_readable(rig->driver, PATIENCE));
    const long got = socket_receive(rig->driver, frame, sizeof frame);
    assert_true(got > 2);
    const size_t size = (size_t)frame[0] << 8 | frame[1];
    assert_int_equal(got, size + 2);
    assert_int_in_range(size, 1, room);
    memcpy(bytes, frame + 2, size);
    return size;
}

static inline size_t ask_atr(struct rig *rig, uint8_t *atr) {
    driver_control(rig, ATR);
    return driver_receive(rig, atr, SIM_ATR_MAX);
}

static inline void assert_challenge(struct rig *rig) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[16];
    driver_send(rig, challenge, sizeof challenge);
    assert_int_equal(driver_receive(rig, answer, sizeof answer), 10);
    assert_int_equal(answer[8], 0x90);
    assert_int_equal(answer[9], 0x00);
}

static inline void assert_silent(struct rig *rig) {
    assert_false(socket_readable(rig->driver, 50));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

#endif
