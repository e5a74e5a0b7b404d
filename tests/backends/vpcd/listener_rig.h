/*
 * Virtual readers of our own, and peers at raw sockets that play cards or worse: for the tests of what
 * listens for cards.
 */
#ifndef TESTS_BACKENDS_VPCD_LISTENER_RIG_H
#define TESTS_BACKENDS_VPCD_LISTENER_RIG_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/vpcd/setup.h"
#include "base/clock.h"
#include "rm/rm.h"
#include "support/kits/sockets.h"

#define PATIENCE 10000  /* ms by which what has to come has come */
#define AT_ONCE_MS 2000 /* much less, on a busy machine */
#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define PORTS_MAX 64

/* T=1, one historical byte. */
static const uint8_t rig_atr[] = {0x3B, 0x81, 0x01, 0x42, 0xC2};

struct rig {
    struct rm_service *service;
    struct rm_context *context;
    uint16_t ports[PORTS_MAX];
    char reader[128]; /* the first one's name */
};

/* Opens a service with so many doors, each with so many readers. */
static inline void rig_open(struct rig *rig, uint32_t doors, uint32_t readers) {
    const struct place place = {.host = "127.0.0.1", .doors = doors, .readers = readers};
    struct names names = {0};
    char message[300] = "";
    memset(rig, 0, sizeof *rig);
    assert_int_equal(vpcd_service_create_at(&place, &rig->service, rig->ports, message, sizeof message),
                     RM_OK);
    assert_string_equal(message, "");
    assert_int_equal(rm_context_open(rig->service, RM_WITHIN(RM_INFINITE), &rig->context), RM_OK);
    assert_int_equal(rm_list_readers(rig->context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), doors * readers);
    (void)snprintf(rig->reader, sizeof rig->reader, "%s", names.list);
    names_clear(&names);
}

static inline void rig_close(struct rig *rig) {
    rm_context_close(rig->context);
    rm_service_release(rig->service);
}

static inline int rig_setup(void **state) {
    struct rig *rig = malloc(sizeof *rig);
    assert_non_null(rig);
    rig_open(rig, 1, 1);
    *state = rig;
    return 0;
}

static inline int rig_teardown(void **state) {
    rig_close(*state);
    free(*state);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

/* Whoever uses it. */
static inline uint32_t state_of(struct rig *rig, const char *reader) {
    struct rm_reader_state seen = {.reader = reader};
    assert_int_equal(rm_wait(rig->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    return seen.event & 0xFFFFu & ~(uint32_t)(RM_STATE_CHANGED | RM_STATE_INUSE);
}

/* Waits until a reader is in this state. */
static inline void await_state(struct rig *rig, const char *reader, uint32_t wanted) {
    const uint64_t deadline = clock_deadline(PATIENCE);
    static const struct timespec moment = {0, 500000};
    while (state_of(rig, reader) != wanted && clock_left(deadline) > 0)
        (void)nanosleep(&moment, NULL);
    assert_int_equal(state_of(rig, reader), wanted);
}

/* Peers */

static inline int knock(struct rig *rig) {
    const int peer = socket_connect(rig->ports[0]);
    assert_true(peer != -1);
    return peer;
}

static inline void peer_say(int peer, const void *bytes, size_t size) {
    assert_int_equal(socket_send(peer, bytes, size), size);
}

/* A message: its length, and the bytes. */
static inline void peer_tell(int peer, const void *bytes, size_t size) {
    static uint8_t frame[2 + 65535];
    frame[0] = (uint8_t)(size >> 8);
    frame[1] = (uint8_t)size;
    memcpy(frame + 2, bytes, size);
    peer_say(peer, frame, size + 2);
}

/* These bytes come, in whatever pieces. */
static inline void peer_expect(int peer, const void *bytes, size_t size) {
    uint8_t got[600];
    size_t used = 0;
    assert_true(size <= sizeof got);
    while (used < size) {
        assert_true(socket_readable(peer, PATIENCE));
        const long more = socket_receive(peer, got + used, size - used);
        assert_true(more > 0);
        used += (size_t)more;
    }
    assert_memory_equal(got, bytes, size);
}

/* The connection ends, after whatever came on it. */
static inline void peer_expect_end(int peer) {
    uint8_t bytes[4096];
    long got;
    do {
        assert_true(socket_readable(peer, PATIENCE));
        got = socket_receive(peer, bytes, sizeof bytes);
    } while (got > 0);
    socket_close(peer);
}

static const uint8_t power_and_atr[] = {0, 1, 1, 0, 1, 4};

/* A card comes in and is asked for its ATR, which it gives. */
static inline int card_in(struct rig *rig) {
    const int peer = knock(rig);
    peer_expect(peer, power_and_atr, sizeof power_and_atr);
    peer_tell(peer, rig_atr, sizeof rig_atr);
    return peer;
}

/* The same, seen in the first reader. */
static inline int card_in_reader(struct rig *rig) {
    const int peer = card_in(rig);
    await_state(rig, rig->reader, RM_STATE_PRESENT);
    return peer;
}

static inline void card_out(struct rig *rig, int peer) {
    socket_close(peer);
    await_state(rig, rig->reader, RM_STATE_EMPTY);
}

/* A good card gets in and is answered for: nothing that happened before is in its way. */
static inline void assert_serves(struct rig *rig) {
    const uint64_t start = clock_ms();
    const int peer = card_in_reader(rig);
    assert_int_in_range(clock_ms() - start, 0, AT_ONCE_MS);
    card_out(rig, peer);
}

/* Clients */

static inline struct rm_card *connect_to(struct rig *rig, const char *reader) {
    struct rm_card *card = NULL;
    assert_int_equal(rm_connect(rig->context, reader, RM_SHARE_SHARED, ANY, RM_WITHIN(PATIENCE), &card),
                     RM_OK);
    return card;
}

/* A command on a thread of its own. */
struct job {
    struct rm_card *card;
    size_t room;
    const uint8_t *command;
    size_t command_size;
    pthread_t thread;
    rm_status status;
    uint8_t *answer;
    size_t size;
    uint64_t took_ms;
};

static const uint8_t job_command[] = {0x00, 0x84, 0x00, 0x00, 0x08};
static const uint8_t job_message[] = {0, 5, 0x00, 0x84, 0x00, 0x00, 0x08};

static inline void *job_run(void *argument) {
    struct job *job = argument;
    const uint64_t start = clock_ms();
    job->size = job->room;
    job->status = rm_transmit(job->card, 0, job->command, job->command_size, job->answer, &job->size,
                              RM_WITHIN(PATIENCE));
    job->took_ms = clock_ms() - start;
    return NULL;
}

/* Sends GET CHALLENGE; the peer has it when this returns. */
static inline void job_start(struct job *job, struct rm_card *card, size_t room, int peer) {
    *job =
        (struct job){.card = card, .room = room, .command = job_command, .command_size = sizeof job_command};
    job->answer = calloc(1, room);
    assert_non_null(job->answer);
    assert_int_equal(pthread_create(&job->thread, NULL, job_run, job), 0);
    if (peer != -1)
        peer_expect(peer, job_message, sizeof job_message);
}

static inline void job_end(struct job *job, rm_status status, size_t size) {
    assert_int_equal(pthread_join(job->thread, NULL), 0);
    assert_int_equal(job->status, status);
    assert_int_equal(job->size, size);
    free(job->answer);
}

/* The card answers a command, which finds its way. */
static inline void assert_works(struct rm_card *card, int peer) {
    static const uint8_t answer[] = {0xCA, 0xFE, 0x90, 0x00};
    struct job job;
    job_start(&job, card, 258, peer);
    peer_tell(peer, answer, sizeof answer);
    assert_int_equal(pthread_join(job.thread, NULL), 0);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(job.size, sizeof answer);
    assert_memory_equal(job.answer, answer, sizeof answer);
    free(job.answer);
}

#endif
