/*
 * Somebody hears what a card object sends to its reader elsewhere, and sends it again, changed and not, to
 * the agent and to the client: of the faults in docs/remote.md, N10 as a card object meets it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rack.h"
#include "remote/message.h"
#include "remote/subject.h"
#include "remote/transport.h"
#include "support/kits/apdus.h"

static struct slow_lent slow;

struct eavesdropper {
    struct settings settings;
    struct transport *transport;
    uint8_t bytes[500]; /* of the last command */
    char subject[SUBJECT_ROOM], reply[200];
    _Atomic size_t size;
    _Atomic bool full;
};

static void overhear(void *user, struct transport_message *message) {
    struct eavesdropper *ear = user;
    struct message_request request;
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    const char *reply = transport_message_reply(message);
    if (!ear->full && size <= sizeof ear->bytes && reply && message_decode_request(bytes, size, &request) &&
        request.kind == MESSAGE_TRANSMIT) {
        memcpy(ear->bytes, bytes, size);
        (void)snprintf(ear->subject, sizeof ear->subject, "%s", transport_message_subject(message));
        (void)snprintf(ear->reply, sizeof ear->reply, "%s", reply);
        ear->size = size;
        ear->full = true;
    }
    transport_message_free(message);
}

static void send_as(struct eavesdropper *ear, const char *subject, const uint8_t *bytes, size_t size) {
    assert_int_equal(transport_send(ear->transport, subject, ear->reply, bytes, size), RM_OK);
}

/* What was heard, in all the ways that N10 names, to the agent and to the client. */
static void send_all(struct eavesdropper *ear) {
    uint8_t changed[sizeof ear->bytes];
    const size_t size = ear->size;
    for (int i = 0; i < 3; i++)
        send_as(ear, ear->subject, ear->bytes, size); /* repeated */
    for (size_t i = 0; i < size; i++) {
        memcpy(changed, ear->bytes, size);
        changed[i] ^= 0x55; /* forged: magic, version, kind, session, channel */
        if (i < 20 || (i >= 24 && i < 28))
            send_as(ear, ear->subject, changed, size);
        send_as(ear, ear->subject, ear->bytes, i < 44 ? i : 44); /* cut */
        send_as(ear, ear->reply, changed, size);                 /* and no answer at all */
        send_as(ear, ear->reply, ear->bytes, i);
    }
    assert_int_equal(transport_flush(ear->transport, RACK_LONG_MS), RM_OK);
}

static void test_N10__heard_and_sent_again(void **state) {
    static const struct transport_hears nothing = {.user = NULL};
    static struct eavesdropper ear;
    ISCard *card = rack_attached(slow.lent.client, RACK_LONG_MS);
    const uint64_t deadline = clock_deadline(RACK_LONG_MS);
    (void)state;
    assert_int_equal(settings_read(nats_server_spec(&slow.lent.server), false, &ear.settings, NULL, 0),
                     RM_OK);
    assert_int_equal(transport_open(&ear.settings, "ear", &nothing, &ear.transport), RM_OK);
    assert_int_equal(transport_listen(ear.transport, "scard.to.>", overhear, &ear), RM_OK);
    assert_int_equal(transport_connect(ear.transport, RACK_LONG_MS, NULL, 0), RM_OK);
    assert_int_equal(transport_flush(ear.transport, RACK_LONG_MS), RM_OK);
    while (!ear.full && clock_left(deadline)) {
        assert_works(card);
        rack_nap(10);
    }
    assert_true(ear.full);
    const uint32_t exchanges = slow.slow->exchanges;
    send_all(&ear);
    assert_works(card); /* it comes behind all of that at the agent */
    assert_int_equal(slow.slow->exchanges, exchanges + 1);
    assert_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    assert_works(card);
    ISCard_Release(card);
    transport_close(ear.transport);
    settings_clear(&ear.settings);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_N10__heard_and_sent_again)};
    char why[300] = "";
    if (!slow_lent_start(&slow, SLOW_LENT_LEASE_MS, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const int failures = cmocka_run_group_tests_name("eavesdropper", tests, NULL, NULL);
    slow_lent_stop(&slow);
    return failures;
}
