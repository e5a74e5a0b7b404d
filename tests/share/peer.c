/* A peer that speaks by hand: see peer.h. */
#include "peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "remote/subject.h"

#define AGAIN_MS 500u /* until somebody who has just come is asked once more */

static void take(void *user, struct transport_message *message) {
    struct peer *peer = user;
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    lock_take(&peer->lock);
    if (size && size <= sizeof peer->bytes) {
        memcpy(peer->bytes, bytes, size);
        peer->size = size;
        peer->answers++;
    }
    lock_ring(&peer->bell);
    lock_give(&peer->lock);
    transport_message_free(message);
}

void peer_open(struct peer *peer, const char *spec, uint8_t name) {
    static const struct transport_hears nothing = {.user = NULL};
    memset(peer, 0, sizeof *peer);
    memset(peer->session, name, sizeof peer->session);
    assert_int_equal(settings_read(spec, false, &peer->settings, NULL, 0), RM_OK);
    assert_int_equal(transport_open(&peer->settings, "peer", &nothing, &peer->transport), RM_OK);
    (void)snprintf(peer->reply, sizeof peer->reply, "%s.p", transport_inbox(peer->transport));
    assert_int_equal(transport_listen(peer->transport, peer->reply, take, peer), RM_OK);
    assert_int_equal(transport_connect(peer->transport, 0, NULL, 0), RM_OK);
}

void peer_close(struct peer *peer) {
    transport_close(peer->transport);
    settings_clear(&peer->settings);
}

bool peer_send(struct peer *peer, const char *subject, const void *bytes, size_t size, uint32_t wait_ms) {
    const uint64_t deadline = clock_deadline(wait_ms);
    lock_take(&peer->lock);
    peer->size = 0;
    lock_give(&peer->lock);
    assert_int_equal(transport_send(peer->transport, subject, peer->reply, bytes, size), RM_OK);
    lock_take(&peer->lock);
    while (!peer->size && lock_sleep(&peer->lock, &peer->bell, deadline))
        continue;
    const bool came = peer->size != 0;
    lock_give(&peer->lock);
    return came;
}

bool peer_ask(struct peer *peer, const char *agent, const char *reader, struct message_request request,
              struct message_answer *answer, uint32_t wait_ms) {
    uint8_t bytes[1024];
    char subject[SUBJECT_ROOM];
    memcpy(request.session, peer->session, sizeof request.session);
    request.tag = 7;
    const size_t size = message_encode_request(&request, bytes, sizeof bytes);
    assert_true(size > 0);
    assert_true(reader ? subject_of_reader(agent, reader, subject) : subject_of_session(agent, subject));
    if (!peer_send(peer, subject, bytes, size, wait_ms))
        return false;
    assert_true(message_decode_answer(peer->bytes, peer->size, answer));
    assert_int_equal(answer->tag, 7);
    assert_int_equal(answer->kind, request.kind);
    assert_int_equal(answer->channel, request.channel);
    assert_int_equal(answer->number, request.number);
    return true;
}

struct message_request peer_challenge(uint32_t number) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    return (struct message_request){.kind = MESSAGE_TRANSMIT,
                                    .channel = 1,
                                    .number = number,
                                    .timeout_ms = 5000,
                                    .words = {0, 258},
                                    .body = challenge,
                                    .body_size = sizeof challenge};
}

void peer_enter(struct peer *peer, const char *agent, const char *reader, uint32_t lease_ms) {
    const struct message_request open = {
        .kind = MESSAGE_OPEN, .words = {lease_ms}, .body = (const uint8_t *)"a peer", .body_size = 6};
    const struct message_request connect = {.kind = MESSAGE_CONNECT,
                                            .channel = 1,
                                            .number = 1,
                                            .timeout_ms = 5000,
                                            .words = {RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1}};
    struct message_answer answer;
    const uint64_t end = clock_ms() + PEER_LONG;
    /*
     * An agent that has just begun says nothing before it has looked for its readers, and need not have met
     * them; on a busy machine a lease ends at once.
     */
    do {
        while (!peer_ask(peer, agent, NULL, open, &answer, AGAIN_MS))
            assert_true(clock_ms() < end);
        assert_int_equal(answer.refusal, MESSAGE_TAKEN);
        assert_int_equal(answer.word, lease_ms);
        assert_int_equal(answer.body_size, sizeof peer->session);
        memcpy(peer->session, answer.body, sizeof peer->session);
        assert_true(peer_ask(peer, agent, reader, connect, &answer, PEER_LONG));
    } while (answer.refusal != MESSAGE_TAKEN && clock_ms() < end);
    assert_int_equal(answer.refusal, MESSAGE_TAKEN);
    assert_int_equal(answer.status, RM_OK);
}
