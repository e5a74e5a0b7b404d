/* The PC/SC backend over a library that answers what no real one can be made to. */
#include "backends/system.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "backends/pcsc/find.h"
#include "support/fakes/pcsc.h"
#include "support/kits/recovery.h"

#define FOREVER RM_WITHIN(RM_INFINITE)

static void test_library__missing(void **state) {
    struct pcsc_api api;

    (void)state;
    assert_false(pcsc_api_open("libpcsclite-is-not-there.so.1", &api));
    assert_false(pcsc_api_open("libc.so.6", &api)); /* there, but another */
    assert_ptr_equal(pcsc_api_load(), pcsc_api_load());
}

static void test_context__no_service(void **state) {
    struct fake_client *const client = *state;
    struct rm_context *context = NULL;

    fake_next(FAKE_ESTABLISH, SCARD_E_NO_SERVICE, SCARD_E_NO_MEMORY);
    assert_int_equal(rm_context_open(client->service, FOREVER, &context), RM_E_NO_SERVICE);
    assert_null(context);
    assert_int_equal(rm_context_open(client->service, FOREVER, &context), RM_E_NO_MEMORY);
    fake.used[FAKE_ESTABLISH] -= 2; /* these two gave nothing to release */
}

static void test_list__broken_name_stays_visible(void **state) {
    struct fake_client *const client = *state;
    struct names names = {0};

    fake.names = "\xE9\xFF reader\0";
    fake.names_size = 11;
    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
    assert_int_equal(names.size, 11);
    assert_memory_equal(names.list, "\xE9\xFF reader\0", 11);
    names_clear(&names);
}

static void test_list__none(void **state) {
    struct fake_client *const client = *state;
    struct names names = {0};

    fake_next(FAKE_LIST_READERS, SCARD_E_NO_READERS_AVAILABLE, 0);
    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
    assert_int_equal(names.size, 0);
    fake.names = "";
    fake.names_size = 1; /* another way to say it */
    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
    assert_int_equal(names.size, 0);
}

static void test_list__costs_one_call(void **state) {
    struct fake_client *const client = *state;
    struct names names = {0};

    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
    assert_int_equal(fake_count(FAKE_LIST_READERS), 1);
    assert_int_equal(rm_list_groups(client->context, FOREVER, &names), RM_OK);
    assert_int_equal(fake_count(FAKE_LIST_GROUPS), 1);
    names_clear(&names);
}

static void test_list__costs_one_call_in_a_wait(void **state) {
    struct fake_client *const client = *state;
    struct rm_reader_state seen[2] = {{.reader = RM_PNP_NOTIFICATION, .current = 1u << 16},
                                      {.reader = "Fake"}};

    fake_next(FAKE_STATUS_CHANGE, SCARD_E_TIMEOUT, SCARD_E_TIMEOUT);
    assert_int_equal(rm_wait(client->context, seen, 2, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(seen[0].event, 1u << 16);
    assert_int_equal(fake_count(FAKE_LIST_READERS), 1);
}

static void test_list__grows_meanwhile(void **state) {
    struct fake_client *const client = *state;
    struct names names = {0};

    fake_next(FAKE_LIST_READERS, SCARD_E_INSUFFICIENT_BUFFER, SCARD_S_SUCCESS);
    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
    assert_int_equal(names.size, 6);
    assert_memory_equal(names.list, "Fake\0", 6);
    assert_int_equal(fake_count(FAKE_LIST_READERS), 2);
    names_clear(&names);
}

static void test_list__longer_than_offered(void **state) {
    enum { LONG_LIST = 10002 };
    struct fake_client *const client = *state;
    struct names names = {0};
    char list[LONG_LIST];

    memset(list, 'x', sizeof list);
    list[LONG_LIST - 2] = list[LONG_LIST - 1] = '\0';
    fake.names = list;
    fake.names_size = sizeof list;
    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
    assert_int_equal(names.size, sizeof list);
    assert_memory_equal(names.list, list, sizeof list);
    assert_int_equal(fake_count(FAKE_LIST_READERS), 2);
    names_clear(&names);
}

static void test_list__dead_context_is_replaced(void **state) {
    static const LONG codes[] = {SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED, SCARD_E_INVALID_HANDLE,
                                 SCARD_F_COMM_ERROR};
    struct fake_client *const client = *state;
    struct names names = {0};

    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
    names_clear(&names);
    for (size_t i = 0; i < 4; i++) {
        fake.used[FAKE_LIST_READERS] = 0;
        fake_next(FAKE_LIST_READERS, codes[i], SCARD_S_SUCCESS);
        assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_OK);
        assert_int_equal(names.size, 6);
        names_clear(&names);
    }
    fake.used[FAKE_LIST_READERS] = 0;
    fake_next(FAKE_LIST_READERS, SCARD_E_NO_SERVICE, SCARD_E_NO_SERVICE); /* once, not for ever */
    assert_int_equal(rm_list_readers(client->context, FOREVER, &names), RM_E_NO_SERVICE);
    assert_int_equal(names.size, 0);
}

static void test_connect__passes_its_wishes(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake.protocol = SCARD_PROTOCOL_RAW;
    assert_int_equal(
        rm_connect(client->context, "Fake", RM_SHARE_DIRECT, RM_PROTOCOL_RAW, RM_WITHIN(10000), &card),
        RM_OK);
    assert_int_equal(card->protocol, RM_PROTOCOL_RAW);
    assert_int_equal(fake.share, SCARD_SHARE_DIRECT);
    assert_int_equal(fake.protocols, SCARD_PROTOCOL_RAW);
    assert_true(rm_context_handle(client->context) != 0);
    assert_int_equal(rm_disconnect(card, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(fake.disposition, SCARD_UNPOWER_CARD);
}

static void test_connect__codes(void **state) {
    static const struct {
        LONG code;
        rm_status expected;
    } rows[] = {
        {SCARD_E_UNKNOWN_READER, RM_E_UNKNOWN_READER},
        {SCARD_E_INVALID_VALUE, RM_E_UNKNOWN_READER}, /* a name that is too long */
        {SCARD_E_NO_SMARTCARD, RM_E_NO_SMARTCARD},
        {SCARD_E_SHARING_VIOLATION, RM_E_SHARING_VIOLATION},
        {SCARD_E_PROTO_MISMATCH, RM_E_PROTO_MISMATCH},
        {SCARD_W_UNRESPONSIVE_CARD, RM_W_UNRESPONSIVE_CARD},
        {SCARD_E_READER_UNAVAILABLE, RM_E_READER_UNAVAILABLE},
    };
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake.used[FAKE_CONNECT] = 0;
        fake_next(FAKE_CONNECT, rows[i].code, 0);
        assert_int_equal(
            rm_connect(client->context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card),
            rows[i].expected);
        assert_null(card);
    }
}

/* Powered off for ever: after a while of patience a cold start through a connection that needs no power. */
static void test_connect__unpowered(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake.used[FAKE_CONNECT] = 0;
    fake_next(FAKE_CONNECT, SCARD_W_UNPOWERED_CARD, SCARD_W_UNPOWERED_CARD); /* then it comes round */
    assert_int_equal(rm_connect(client->context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card),
                     RM_OK);
    assert_int_equal(fake_count(FAKE_CONNECT), 3);
    assert_int_equal(fake_count(FAKE_RECONNECT), 0);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_reconnect__codes(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_RECONNECT, SCARD_W_UNRESPONSIVE_CARD, SCARD_E_PROTO_MISMATCH);
    assert_int_equal(rm_reconnect(client->card, RM_SHARE_SHARED, FAKE_ANY, RM_LEAVE, RM_WITHIN(10000)),
                     RM_W_UNRESPONSIVE_CARD);
    fake.protocol = SCARD_PROTOCOL_RAW; /* another protocol is in use */
    assert_int_equal(rm_reconnect(client->card, RM_SHARE_SHARED, FAKE_ANY, RM_LEAVE, RM_WITHIN(10000)),
                     RM_E_PROTO_MISMATCH);
    /*
     * The service refuses for the moment in which another client starts the card (recovery specification, row
     * 2).
     */
    fake.protocol = SCARD_PROTOCOL_UNDEFINED;
    fake_next(FAKE_RECONNECT, SCARD_E_PROTO_MISMATCH, SCARD_E_PROTO_MISMATCH);
    assert_int_equal(rm_reconnect(client->card, RM_SHARE_SHARED, FAKE_ANY, RM_LEAVE, RM_WITHIN(10000)),
                     RM_OK);
    fake.protocol = SCARD_PROTOCOL_T0;
    assert_int_equal(rm_reconnect(client->card, RM_SHARE_SHARED, FAKE_ANY, RM_UNPOWER, RM_WITHIN(10000)),
                     RM_OK);
    assert_int_equal(fake.disposition, SCARD_UNPOWER_CARD);
    assert_int_equal(client->card->protocol, RM_PROTOCOL_T0);
    assert_int_equal(fake_ask(client->card, 10000), RM_OK);
    assert_int_equal(fake.protocols, SCARD_PROTOCOL_T0);
}

/* The reader was unplugged: the daemon no longer knows the handle, and then not the name either. */
static void test_reader__unplugged_and_back(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_TRANSMIT, SCARD_E_INVALID_VALUE, 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_READER_UNAVAILABLE);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_READER_UNAVAILABLE);
    assert_int_equal(rm_card_handle(client->card), 0);
    fake_next(FAKE_CONNECT, SCARD_E_UNKNOWN_READER, 0);
    struct recovery recovery = {
        .service = client->service, .context = &client->context, .card = &client->card, .reader = "Fake"};
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_E_UNKNOWN_READER);
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_ask(client->card, 10000), RM_OK);
}

static void test_transmit__codes(void **state) {
    static const struct {
        LONG code;
        rm_status expected;
    } rows[] = {
        {SCARD_W_UNPOWERED_CARD, RM_W_UNPOWERED_CARD},
        {SCARD_W_UNRESPONSIVE_CARD, RM_W_UNRESPONSIVE_CARD},
        {SCARD_E_NO_SMARTCARD, RM_W_REMOVED_CARD},
        {SCARD_E_NOT_TRANSACTED, RM_E_NOT_TRANSACTED},
        {SCARD_E_READER_UNAVAILABLE, RM_E_READER_UNAVAILABLE},
        {SCARD_F_UNKNOWN_ERROR, RM_F_UNKNOWN_ERROR},
        {0x12345, RM_F_UNKNOWN_ERROR},
    };
    struct fake_client *const client = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake.used[FAKE_TRANSMIT] = 0;
        fake_next(FAKE_TRANSMIT, rows[i].code, 0);
        assert_int_equal(fake_ask(client->card, 10000), rows[i].expected);
    }
    fake.reader_state = SCARD_STATE_EMPTY | SCARD_STATE_CHANGED; /* the exchange failed because of this */
    fake.used[FAKE_TRANSMIT] = 0;
    fake_next(FAKE_TRANSMIT, SCARD_E_NOT_TRANSACTED, 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_W_REMOVED_CARD);
}

static void test_transmit__sizes(void **state) {
    static uint8_t buffer[70000];
    static const uint8_t command[] = {0, 0x84, 0, 0, 8};
    struct fake_client *const client = *state;
    size_t size = sizeof buffer;

    fake.bytes_size = 300;
    assert_int_equal(rm_transmit(client->card, 0, command, 5, buffer, &size, RM_WITHIN(10000)), RM_OK);
    assert_int_equal(fake.room, 65548);
    assert_int_equal(size, 300);
    assert_memory_equal(fake.sent, command, 5);
    assert_int_equal(fake.sent_size, 5);
    size = 200; /* a library that claims more than there is room for */
    assert_int_equal(rm_transmit(client->card, 0, command, 5, buffer, &size, RM_WITHIN(10000)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    fake.bytes_size = 1; /* no status word */
    assert_int_equal(fake_ask(client->card, 10000), RM_E_NOT_TRANSACTED);
}

static void test_transmit__library_does_not_wait(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_TRANSMIT, SCARD_E_SHARING_VIOLATION, SCARD_E_SHARING_VIOLATION);
    fake_next(FAKE_GET_ATTRIB, SCARD_E_SHARING_VIOLATION, SCARD_E_SHARING_VIOLATION);
    assert_int_equal(fake_ask(client->card, 10000), RM_OK);
    assert_int_equal(fake_count(FAKE_TRANSMIT), 3);
    fake_next(FAKE_RECONNECT, SCARD_E_SHARING_VIOLATION, 0);
    assert_int_equal(rm_reconnect(client->card, RM_SHARE_SHARED, FAKE_ANY, RM_LEAVE, RM_WITHIN(10000)),
                     RM_OK);
    for (int i = 0; i < FAKE_SCRIPT; i++)
        fake.script[FAKE_GET_ATTRIB][i] = SCARD_E_SHARING_VIOLATION;
    fake.used[FAKE_GET_ATTRIB] = 0;
    assert_int_equal(fake_ask(client->card, 0), RM_E_TIMEOUT);
    fake.used[FAKE_GET_ATTRIB] = 0;
    assert_int_equal(rm_begin(client->card, RM_WITHIN(5)), RM_E_TIMEOUT);
}

static void test_begin__held_calls_do_not_ask(void **state) {
    struct fake_client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(1000)), RM_OK);
    const unsigned asked = fake_count(FAKE_GET_ATTRIB);
    assert_int_equal(fake_ask(client->card, 0), RM_OK);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    assert_int_equal(fake_count(FAKE_GET_ATTRIB), asked);
    assert_int_equal(rm_end(client->card, RM_RESET, FOREVER), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 0); /* the disposition takes effect at the last level */
    assert_int_equal(rm_end(client->card, RM_RESET, FOREVER), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1); /* reset while held, then left */
    assert_int_equal(fake.disposition, SCARD_LEAVE_CARD);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(1000)), RM_OK);
    fake_next(FAKE_RECONNECT, SCARD_W_UNRESPONSIVE_CARD, 0);
    assert_int_equal(rm_end(client->card, RM_UNPOWER, FOREVER), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(fake_count(FAKE_END), 3); /* ended all the same */
    assert_int_equal(rm_end(client->card, RM_LEAVE, FOREVER), RM_E_NOT_TRANSACTED);
    assert_int_equal(fake_count(FAKE_END), 3);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(1000)), RM_OK);
    fake.bytes[0] = RM_CHARACTERISTIC_EJECTS; /* the reader's characteristics */
    assert_int_equal(rm_end(client->card, RM_EJECT, FOREVER), RM_OK);
    assert_int_equal(fake.disposition, SCARD_EJECT_CARD);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(1000)), RM_OK);
    fake.bytes[0] = 0; /* no ejector: a cold start, as for UNPOWER */
    const unsigned reconnects = fake_count(FAKE_RECONNECT);
    assert_int_equal(rm_end(client->card, RM_EJECT, FOREVER), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), reconnects + 1);
    assert_int_equal(fake.disposition, SCARD_LEAVE_CARD);
}

/*
 * Row 2 of the recovery specification as a race: a start of the card that shows only in the protocol, which
 * it has undone.
 */
static void test_transmit__protocol_undone(void **state) {
    struct fake_client *const client = *state;
    struct rm_card_status status;

    fake_next(FAKE_TRANSMIT, SCARD_E_PROTO_MISMATCH, SCARD_E_PROTO_MISMATCH);
    fake.protocol = SCARD_PROTOCOL_UNDEFINED;
    assert_int_equal(fake_ask(client->card, 10000), RM_W_RESET_CARD);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(10000)), RM_W_RESET_CARD);
    fake.protocol = SCARD_PROTOCOL_T1; /* agreed on again by somebody else */
    assert_int_equal(fake_ask(client->card, 10000), RM_W_RESET_CARD);
    fake_next(FAKE_TRANSMIT, SCARD_E_PROTO_MISMATCH, SCARD_S_SUCCESS);
    fake.protocol = SCARD_PROTOCOL_RAW; /* by somebody who talks RAW */
    assert_int_equal(fake_ask(client->card, 10000), RM_E_PROTO_MISMATCH);
}

static void test_status__odd_values(void **state) {
    struct fake_client *const client = *state;
    struct rm_card_status status;

    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(10000)), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC);
    assert_int_equal(status.atr_size, 2);
    assert_int_equal(status.atr[0], 0x3B);
    fake.bytes_size = 34; /* longer than any ATR */
    fake.card_state = 0x80 | SCARD_ABSENT;
    fake.protocol = 99;
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(10000)), RM_OK);
    assert_int_equal(status.state, RM_CARD_ABSENT);
    assert_int_equal(status.protocol, RM_PROTOCOL_UNDEFINED);
    assert_int_equal(status.atr_size, 0);
}

static void test_control(void **state) {
    static const uint8_t request[] = {1, 2, 3};
    struct fake_client *const client = *state;
    uint8_t buffer[8];
    size_t size = sizeof buffer;

    assert_int_equal(rm_control(client->card, 0x00313520, request, 3, buffer, &size, FOREVER), RM_OK);
    assert_int_equal(fake.code, 0x42000D48);
    assert_memory_equal(fake.sent, request, 3);
    assert_int_equal(size, 2);
    fake.bytes_size = 9;
    size = sizeof buffer;
    assert_int_equal(rm_control(client->card, 1, request, 3, buffer, &size, FOREVER),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    fake_next(FAKE_CONTROL, SCARD_E_UNSUPPORTED_FEATURE, SCARD_E_SHARING_VIOLATION);
    assert_int_equal(rm_control(client->card, 1, NULL, 0, buffer, &size, FOREVER), RM_E_UNSUPPORTED_FEATURE);
    /* It waits for its turn, as a command does. */
    assert_int_equal(rm_control(client->card, 1, NULL, 0, buffer, &size, RM_WITHIN(0)), RM_E_TIMEOUT);
    fake.bytes_size = size = 2;
    fake_next(FAKE_CONTROL, SCARD_E_SHARING_VIOLATION, SCARD_S_SUCCESS);
    assert_int_equal(rm_control(client->card, 1, NULL, 0, buffer, &size, FOREVER), RM_OK);
}

static void test_attrib(void **state) {
    static const uint8_t value[] = {5};
    struct fake_client *const client = *state;
    uint8_t buffer[8];
    size_t size = 1;

    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_VENDOR_NAME, buffer, &size, FOREVER),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 2);
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_VENDOR_NAME, buffer, &size, FOREVER), RM_OK);
    assert_int_equal(fake.room, 264); /* the library refuses more */
    fake_next(FAKE_GET_ATTRIB, SCARD_E_UNSUPPORTED_FEATURE, SCARD_E_UNSUPPORTED_FEATURE);
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_SERIAL_NUMBER, buffer, &size, FOREVER),
                     RM_E_UNSUPPORTED_FEATURE);
    size = sizeof buffer; /* the ATR is known to the service even so */
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_ATR_STRING, buffer, &size, FOREVER), RM_OK);
    assert_int_equal(size, 2);
    assert_int_equal(buffer[0], 0x3B);
    fake.bytes_size = 300;
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_VENDOR_NAME, buffer, &size, FOREVER),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(rm_set_attrib(client->card, 0x1234, value, 1, FOREVER), RM_OK);
    assert_int_equal(fake.code, 0x1234);
    assert_int_equal(fake.sent[0], 5);
    assert_int_equal(rm_set_attrib(client->card, 0x1234, value, 0, FOREVER), RM_E_INVALID_PARAMETER);
    fake_next(FAKE_SET_ATTRIB, SCARD_E_UNSUPPORTED_FEATURE, 0);
    assert_int_equal(rm_set_attrib(client->card, 0x1234, value, 1, FOREVER), RM_E_UNSUPPORTED_FEATURE);
}

static void test_lost__every_call_says_so(void **state) {
    struct fake_client *const client = *state;
    struct rm_card_status status;
    uint8_t buffer[8] = {0};
    size_t size = sizeof buffer;

    fake_next(FAKE_TRANSMIT, SCARD_F_COMM_ERROR, 0); /* the daemon hangs up */
    assert_int_equal(fake_ask(client->card, 10000), RM_E_SERVICE_STOPPED);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_control(client->card, 1, NULL, 0, buffer, &size, FOREVER), RM_E_SERVICE_STOPPED);
    size = sizeof buffer;
    assert_int_equal(rm_get_attrib(client->card, 1, buffer, &size, FOREVER), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_set_attrib(client->card, 1, buffer, 1, FOREVER), RM_E_SERVICE_STOPPED);
    assert_int_equal(fake_count(FAKE_TRANSMIT), 1);
    assert_int_equal(rm_disconnect(client->card, RM_RESET, RM_WITHIN(2000)), RM_E_SERVICE_STOPPED);
}

static void test_adopt__handle_the_daemon_forgot(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake_next(FAKE_STATUS, SCARD_E_INVALID_VALUE, SCARD_E_NO_SERVICE);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_E_NO_SERVICE);
    assert_null(card);
    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE;
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), "Fake");
    fake_next(FAKE_RECONNECT, SCARD_S_SUCCESS, 0);
    assert_int_equal(rm_reconnect(card, RM_SHARE_EXCLUSIVE, FAKE_ANY, RM_LEAVE, RM_WITHIN(1000)), RM_OK);
    assert_int_equal(fake_count(FAKE_CONNECT), 1); /* it was exclusive already: not made anew */
    assert_int_equal(rm_card_handle(card), 77);
    rm_abandon(card);
}

static void test_wait__odd_values(void **state) {
    struct fake_client *const client = *state;
    struct rm_reader_state seen[2] = {{.reader = "Fake"}, {.reader = "Gone"}};

    fake.bytes_size = 40; /* longer than any ATR */
    assert_int_equal(rm_wait(client->context, seen, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(seen[0].atr_size, 0);
    assert_int_equal(seen[0].event, RM_STATE_PRESENT | RM_STATE_CHANGED);
    fake.bytes_size = 2;
    fake.used[FAKE_STATUS_CHANGE] = 0;
    fake.script[FAKE_STATUS_CHANGE][0] = SCARD_E_UNKNOWN_READER;
    fake.script[FAKE_STATUS_CHANGE][2] = SCARD_E_UNKNOWN_READER;
    assert_int_equal(rm_wait(client->context, seen, 2, RM_WITHIN(0)), RM_E_UNKNOWN_READER);
    assert_int_equal(seen[0].event, RM_STATE_PRESENT);
    assert_int_equal(seen[0].atr_size, 2);
    assert_int_equal(seen[1].event, RM_STATE_UNKNOWN | RM_STATE_IGNORE | RM_STATE_CHANGED);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library__missing),
        FAKE_CASE(test_context__no_service),
        FAKE_CASE(test_list__broken_name_stays_visible),
        FAKE_CASE(test_list__none),
        FAKE_CASE(test_list__costs_one_call),
        FAKE_CASE(test_list__costs_one_call_in_a_wait),
        FAKE_CASE(test_list__longer_than_offered),
        FAKE_CASE(test_list__grows_meanwhile),
        FAKE_CASE(test_list__dead_context_is_replaced),
        FAKE_CASE(test_connect__passes_its_wishes),
        FAKE_CASE(test_connect__codes),
        FAKE_CASE(test_connect__unpowered),
        FAKE_CASE(test_reconnect__codes),
        FAKE_CASE(test_reader__unplugged_and_back),
        FAKE_CASE(test_transmit__codes),
        FAKE_CASE(test_transmit__sizes),
        FAKE_CASE(test_transmit__library_does_not_wait),
        FAKE_CASE(test_begin__held_calls_do_not_ask),
        FAKE_CASE(test_transmit__protocol_undone),
        FAKE_CASE(test_status__odd_values),
        FAKE_CASE(test_control),
        FAKE_CASE(test_attrib),
        FAKE_CASE(test_lost__every_call_says_so),
        FAKE_CASE(test_adopt__handle_the_daemon_forgot),
        FAKE_CASE(test_wait__odd_values),
    };
    return cmocka_run_group_tests_name("pcsc", tests, NULL, NULL);
}
