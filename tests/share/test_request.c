/*
 * What an agent does with requests that are repeated, late, forged, cut or absurd (fault N10): the card,
 * which counts, hears of none of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "peer.h"
#include "remote/subject.h"
#include "support/services/slow_lent.h"

static struct slow_lent slow;
static struct peer peer;

static void nap(uint32_t ms) {
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* A peer whose channel 1 is a connection to the card, number 1. */
static int enter(void **state) {
    static uint8_t name = 1;
    (void)state;
    peer_open(&peer, nats_server_spec(&slow.lent.server), ++name);
    peer_enter(&peer, LENT_AGENT, SLOW_LENT_READER, SLOW_LENT_LEASE_MS);
    return 0;
}

static int leave(void **state) {
    const struct message_request close = {.kind = MESSAGE_CLOSE};
    struct message_answer answer;
    (void)state;
    slow.slow->ms = 1;
    (void)peer_ask(&peer, LENT_AGENT, NULL, close, &answer, PEER_LONG);
    peer_close(&peer);
    return 0;
}

static bool ask(struct message_request request, struct message_answer *answer) {
    return peer_ask(&peer, LENT_AGENT, SLOW_LENT_READER, request, answer, PEER_LONG);
}

static void test_repeated__has_the_same_answer(void **state) {
    uint8_t first[200];
    struct message_answer answer;
    (void)state;
    const uint32_t exchanges = slow.slow->exchanges;
    assert_true(ask(peer_challenge(2), &answer));
    assert_int_equal(answer.status, RM_OK);
    assert_int_equal(answer.body_size, 10);
    const size_t size = peer.size;
    memcpy(first, peer.bytes, size);
    for (int i = 0; i < 3; i++) {
        assert_true(ask(peer_challenge(2), &answer));
        assert_int_equal(peer.size, size);
        assert_memory_equal(peer.bytes, first, size);
    }
    assert_int_equal(slow.slow->exchanges, exchanges + 1);
}

static void test_old__is_refused(void **state) {
    struct message_answer answer;
    (void)state;
    assert_true(ask(peer_challenge(5), &answer));
    assert_int_equal(answer.status, RM_OK);
    const uint32_t exchanges = slow.slow->exchanges;
    for (uint32_t number = 0; number < 5; number++) {
        assert_true(ask(peer_challenge(number), &answer));
        assert_int_equal(answer.refusal, MESSAGE_OLD);
    }
    assert_int_equal(slow.slow->exchanges, exchanges);
}

/* While it is at work it is not begun again, nor is another one. */
static void test_at_work__is_left_alone(void **state) {
    struct message_answer answer;
    (void)state;
    const uint32_t exchanges = slow.slow->exchanges;
    slow.slow->ms = 400;
    assert_false(peer_ask(&peer, LENT_AGENT, SLOW_LENT_READER, peer_challenge(2), &answer, 50));
    assert_true(ask(peer_challenge(3), &answer));
    assert_int_equal(answer.refusal, MESSAGE_BUSY);
    assert_true(ask(peer_challenge(2), &answer)); /* the answer of the first is the answer */
    assert_int_equal(answer.refusal, MESSAGE_TAKEN);
    assert_int_equal(answer.status, RM_OK);
    assert_int_equal(slow.slow->exchanges, exchanges + 1);
}

/* A connection that was given up and whose end was never heard of is in nobody's way. */
static void test_connected__connects_anew(void **state) {
    struct message_request connect = {.kind = MESSAGE_CONNECT,
                                      .channel = 1,
                                      .number = 2,
                                      .timeout_ms = 5000,
                                      .words = {RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T0 | RM_PROTOCOL_T1}};
    struct message_answer answer;
    (void)state;
    for (; connect.number < 5; connect.number++) {
        assert_true(ask(connect, &answer));
        assert_int_equal(answer.status, RM_OK);
    }
    assert_true(ask(peer_challenge(5), &answer));
    assert_int_equal(answer.status, RM_OK);
}

static void test_stranger__is_refused(void **state) {
    struct message_answer answer;
    (void)state;
    const uint32_t exchanges = slow.slow->exchanges;
    peer.session[15] ^= 1;
    assert_true(ask(peer_challenge(2), &answer));
    assert_int_equal(answer.refusal, MESSAGE_STRANGER);
    assert_int_equal(answer.body_size, sizeof peer.session); /* whose, so that nobody else takes it for his */
    assert_memory_equal(answer.body, peer.session, sizeof peer.session);
    peer.session[15] ^= 1;
    assert_int_equal(slow.slow->exchanges, exchanges);
}

/* Sends what was sent before, byte for byte, with our own place for the answer. */
static void say_again(const char *reader, struct message_request request, const uint8_t *session) {
    uint8_t bytes[200];
    char subject[SUBJECT_ROOM];
    memcpy(request.session, session, sizeof request.session);
    request.tag = 7;
    const size_t size = message_encode_request(&request, bytes, sizeof bytes);
    assert_true(reader ? subject_of_reader(LENT_AGENT, reader, subject)
                       : subject_of_session(LENT_AGENT, subject));
    assert_true(peer_send(&peer, subject, bytes, size, PEER_LONG));
}

/* A whole session, from its beginning, said once more when it has ended: nothing reaches the card. */
static void test_repeated_session__does_nothing(void **state) {
    const struct message_request open = {.kind = MESSAGE_OPEN, .words = {SLOW_LENT_LEASE_MS}};
    const struct message_request connect = {
        .kind = MESSAGE_CONNECT, .channel = 1, .number = 1, .timeout_ms = 5000, .words = {2, 3}};
    const struct message_request close = {.kind = MESSAGE_CLOSE};
    uint8_t wish[MESSAGE_SESSION_SIZE], heard[MESSAGE_SESSION_SIZE], entered[MESSAGE_SESSION_SIZE];
    struct message_answer answer;
    (void)state;
    memset(wish, 0xC3, sizeof wish);
    memcpy(entered, peer.session, sizeof entered);
    memcpy(peer.session, wish, sizeof wish);
    assert_true(peer_ask(&peer, LENT_AGENT, NULL, open, &answer, PEER_LONG));
    assert_int_equal(answer.body_size, sizeof heard);
    memcpy(heard, answer.body, sizeof heard);
    assert_true(peer_ask(&peer, LENT_AGENT, NULL, open, &answer, PEER_LONG));
    assert_memory_equal(answer.body, heard, sizeof heard); /* while it lives: its answer was lost */
    memcpy(peer.session, heard, sizeof heard);
    assert_true(ask(connect, &answer));
    assert_int_equal(answer.status, RM_OK);
    assert_true(ask(peer_challenge(2), &answer));
    assert_int_equal(answer.status, RM_OK);
    assert_true(peer_ask(&peer, LENT_AGENT, NULL, close, &answer, PEER_LONG));
    const uint32_t exchanges = slow.slow->exchanges;
    say_again(NULL, open, wish);
    say_again(SLOW_LENT_READER, connect, heard);
    assert_true(message_decode_answer(peer.bytes, peer.size, &answer));
    assert_int_equal(answer.refusal, MESSAGE_STRANGER);
    say_again(SLOW_LENT_READER, peer_challenge(2), heard);
    assert_true(message_decode_answer(peer.bytes, peer.size, &answer));
    assert_int_equal(answer.refusal, MESSAGE_STRANGER);
    assert_int_equal(slow.slow->exchanges, exchanges);
    memcpy(peer.session, entered, sizeof entered);
}

/* Permissions are by subject: a connection is used on its reader's alone. */
static void test_other_subject__is_refused(void **state) {
    struct message_answer answer;
    struct message_request request = peer_challenge(2);
    (void)state;
    const uint32_t exchanges = slow.slow->exchanges;
    assert_true(peer_ask(&peer, LENT_AGENT, "Another Reader", request, &answer, PEER_LONG));
    assert_int_equal(answer.refusal, MESSAGE_WRONG);
    assert_false(peer_ask(&peer, LENT_AGENT, NULL, request, &answer, PEER_SOON));
    assert_int_equal(slow.slow->exchanges, exchanges);
    assert_true(ask(request, &answer));
    assert_int_equal(answer.status, RM_OK);
}

static void test_senseless__is_refused(void **state) {
    static const struct message_request rows[] = {
        {.kind = MESSAGE_CONNECT, .channel = 2, .number = 1, .words = {0, 3}},
        {.kind = MESSAGE_CONNECT, .channel = 2, .number = 1, .words = {4, 3}},
        {.kind = MESSAGE_CONNECT, .channel = 0, .number = 1, .words = {2, 3}},
        {.kind = MESSAGE_CONNECT, .channel = 65, .number = 1, .words = {2, 3}},
        {.kind = MESSAGE_RECONNECT, .channel = 1, .number = 9, .words = {2, 3, 3}},
        {.kind = MESSAGE_DISCONNECT, .channel = 1, .number = 9, .words = {4}},
        {.kind = MESSAGE_END, .channel = 1, .number = 9, .words = {UINT32_MAX}},
        {.kind = MESSAGE_TRANSMIT, .channel = 1, .number = 9, .words = {256, 258}},
        {.kind = MESSAGE_BEGIN, .channel = 3, .number = 9},
        {.kind = MESSAGE_BEGIN, .channel = UINT32_MAX, .number = 9},
    };
    struct message_answer answer;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(ask(rows[i], &answer));
        assert_int_equal(answer.refusal, MESSAGE_WRONG);
    }
    assert_true(ask(peer_challenge(2), &answer));
    assert_int_equal(answer.status, RM_OK);
}

/*
 * Every part of a request, and every byte of it changed: the card answers it once at most, when it is whole.
 */
static void test_cut__does_nothing(void **state) {
    uint8_t bytes[200], changed[200];
    char subject[SUBJECT_ROOM];
    struct message_answer answer;
    struct message_request request = peer_challenge(2);
    (void)state;
    memcpy(request.session, peer.session, sizeof request.session);
    const size_t size = message_encode_request(&request, bytes, sizeof bytes);
    const uint32_t exchanges = slow.slow->exchanges;
    assert_true(subject_of_reader(LENT_AGENT, SLOW_LENT_READER, subject));
    for (size_t cut = 0; cut < 44; cut++)
        assert_int_equal(transport_send(peer.transport, subject, peer.reply, bytes, cut), RM_OK);
    for (size_t i = 0; i < 20; i++) { /* magic, version, kind, session */
        memcpy(changed, bytes, size);
        changed[i] ^= 0x80;
        assert_int_equal(transport_send(peer.transport, subject, peer.reply, changed, size), RM_OK);
    }
    nap(200); /* for what it says to all that */
    assert_int_equal(slow.slow->exchanges, exchanges);
    assert_true(ask(request, &answer));
    assert_int_equal(answer.status, RM_OK);
    assert_int_equal(slow.slow->exchanges, exchanges + 1);
}

/* Control commands are passed on only by an agent that was told to. */
static void test_control__is_not_passed_on(void **state) {
    const struct message_request control = {
        .kind = MESSAGE_CONTROL, .channel = 1, .number = 2, .words = {SLOW_SLOT_CODE, 10}};
    struct message_answer answer;
    (void)state;
    assert_true(ask(control, &answer));
    assert_int_equal(answer.status, RM_E_UNSUPPORTED_FEATURE);
}

/*
 * A client that is not heard of any more: its transaction ends and the card is reset before the next one has
 * it, who waits no longer than the lease.
 */
static void test_lost__card_is_reset(void **state) {
    const struct message_request begin = {.kind = MESSAGE_BEGIN, .channel = 1, .number = 3};
    struct message_answer answer;
    struct rm_context *context;
    (void)state;
    struct rm_card *card = slow_lent_connect(&slow, &context);
    assert_int_equal(slow_lent_ask(card, 5000), RM_OK);
    assert_true(ask(peer_challenge(2), &answer));
    assert_true(ask(begin, &answer));
    assert_int_equal(answer.status, RM_OK);
    assert_int_equal(answer.flags, MESSAGE_LOCKED);
    const uint64_t begun = clock_ms();
    const uint32_t powers = slow.slow->powers;
    assert_int_equal(rm_begin(card, RM_WITHIN(2 * SLOW_LENT_LEASE_MS)), RM_W_RESET_CARD);
    assert_int_in_range(clock_ms() - begun, SLOW_LENT_LEASE_MS / 2, SLOW_LENT_LEASE_MS + 1000);
    assert_int_equal(slow.slow->powers, powers + 1);
    assert_int_equal(
        rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(5000)),
        RM_OK);
    assert_int_equal(slow_lent_ask(card, 5000), RM_OK);
    rm_context_close(context);
    assert_true(ask(peer_challenge(4), &answer));
    assert_int_equal(answer.refusal, MESSAGE_STRANGER);
}

/* The same where it had left the card, and where it never sent anything. */
static void test_lost__touched_or_not(void **state) {
    const struct message_request disconnect = {
        .kind = MESSAGE_DISCONNECT, .channel = 1, .number = 3, .words = {RM_LEAVE}};
    struct message_answer answer;
    struct peer idle;
    (void)state;
    peer_open(&idle, nats_server_spec(&slow.lent.server), 200);
    peer_enter(&idle, LENT_AGENT, SLOW_LENT_READER, SLOW_LENT_LEASE_MS);
    uint32_t powers = slow.slow->powers;
    nap(SLOW_LENT_LEASE_MS / 2);
    assert_true(ask(peer_challenge(2), &answer)); /* the other is lost first */
    nap(SLOW_LENT_LEASE_MS * 3 / 4);
    assert_int_equal(slow.slow->powers, powers);
    assert_true(ask(disconnect, &answer));
    assert_int_equal(answer.status, RM_OK);
    powers = slow.slow->powers;
    nap(SLOW_LENT_LEASE_MS + 700);
    assert_true(slow.slow->powers > powers);
    peer_close(&idle);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_repeated__has_the_same_answer),
        CASE(test_old__is_refused),
        CASE(test_at_work__is_left_alone),
        CASE(test_connected__connects_anew),
        CASE(test_stranger__is_refused),
        CASE(test_repeated_session__does_nothing),
        CASE(test_other_subject__is_refused),
        CASE(test_senseless__is_refused),
        CASE(test_cut__does_nothing),
        CASE(test_control__is_not_passed_on),
        CASE(test_lost__card_is_reset),
        CASE(test_lost__touched_or_not),
    };
    char why[300] = "";
    if (!slow_lent_start(&slow, SLOW_LENT_LEASE_MS, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const int failures = cmocka_run_group_tests_name("request", tests, NULL, NULL);
    slow_lent_stop(&slow);
    return failures;
}
