/* The PC/SC backend over a library that answers what no real one can be made to. */
#include "backends/pcsc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "backends/pcsc_api.h"
#include "support/fake_pcsc.h"

#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)

struct fixture {
    struct rm_service *service;
    struct rm_context *context;
    struct rm_card *card;
};

static int setup(void **state) {
    static struct fixture fixture;

    fake_reset();
    *state = &fixture;
    if (pcsc_service_create_with(&fake_api, &fixture.service) != RM_OK ||
        rm_context_open(fixture.service, &fixture.context) != RM_OK)
        return -1;
    return rm_connect(fixture.context, "Fake", RM_SHARE_SHARED, ANY, 10000, &fixture.card) == RM_OK ? 0 : -1;
}

static int teardown(void **state) {
    struct fixture *const fixture = *state;

    rm_context_close(fixture->context); /* with the card, where a case has not ended it */
    rm_service_release(fixture->service);
    assert_int_equal(fake_count(FAKE_RELEASE), fake_count(FAKE_ESTABLISH)); /* nothing left behind */
    return 0;
}

/* Scripts the next answers of a call. */
static void next(enum fake_call call, LONG first, LONG second) {
    fake.script[call][fake.used[call]] = first;
    fake.script[call][fake.used[call] + 1] = second;
}

static rm_status ask(struct rm_card *card, uint32_t timeout_ms) {
    static const uint8_t command[] = {0, 0x84, 0, 0, 8};
    uint8_t buffer[258];
    size_t size = sizeof buffer;
    const rm_status status = rm_transmit(card, 0, command, sizeof command, buffer, &size, timeout_ms);

    assert_int_equal(size, status == RM_OK ? fake.bytes_size : 0);
    return status;
}

static void test_library__missing(void **state) {
    struct pcsc_api api;

    (void)state;
    assert_false(pcsc_api_open("libpcsclite-is-not-there.so.1", &api));
    assert_false(pcsc_api_open("libc.so.6", &api)); /* there, but another */
    assert_ptr_equal(pcsc_api_load(), pcsc_api_load());
}

static void test_context__no_service(void **state) {
    struct fixture *const fixture = *state;
    struct rm_context *context = NULL;

    next(FAKE_ESTABLISH, SCARD_E_NO_SERVICE, SCARD_E_NO_MEMORY);
    assert_int_equal(rm_context_open(fixture->service, &context), RM_E_NO_SERVICE);
    assert_null(context);
    assert_int_equal(rm_context_open(fixture->service, &context), RM_E_NO_MEMORY);
    fake.used[FAKE_ESTABLISH] -= 2; /* these two gave nothing to release */
}

static void test_list__broken_name_stays_visible(void **state) {
    struct fixture *const fixture = *state;
    char names[32];
    size_t size = sizeof names;

    fake.names = "\xE9\xFF reader\0";
    fake.names_size = 11;
    assert_int_equal(rm_list_readers(fixture->context, names, &size), RM_OK);
    assert_int_equal(size, 11);
    assert_memory_equal(names, "\xE9\xFF reader\0", 11);
    size = 3;
    assert_int_equal(rm_list_readers(fixture->context, names, &size), RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 11);
}

static void test_list__none(void **state) {
    struct fixture *const fixture = *state;
    char names[4] = "xxx";
    size_t size = sizeof names;

    next(FAKE_LIST_READERS, SCARD_E_NO_READERS_AVAILABLE, 0);
    assert_int_equal(rm_list_readers(fixture->context, names, &size), RM_E_NO_READERS_AVAILABLE);
    assert_int_equal(size, 1);
    assert_int_equal(names[0], 0);
    fake.names = "";
    fake.names_size = 1; /* another way to say it */
    assert_int_equal(rm_list_readers(fixture->context, NULL, &size), RM_E_NO_READERS_AVAILABLE);
    assert_int_equal(size, 1);
}

static void test_list__grows_meanwhile(void **state) {
    struct fixture *const fixture = *state;
    char names[32];
    size_t size = sizeof names;

    next(FAKE_LIST_READERS, SCARD_S_SUCCESS, SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(rm_list_readers(fixture->context, names, &size), RM_OK);
    assert_int_equal(size, 6);
    assert_int_equal(fake_count(FAKE_LIST_READERS), 4);
}

static void test_list__dead_context_is_replaced(void **state) {
    static const LONG codes[] = {SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED, SCARD_E_INVALID_HANDLE,
                                 SCARD_F_COMM_ERROR};
    struct fixture *const fixture = *state;
    char names[32];
    size_t size = sizeof names;

    assert_int_equal(rm_list_readers(fixture->context, names, &size), RM_OK);
    for (size_t i = 0; i < 4; i++) {
        fake.used[FAKE_LIST_READERS] = 0;
        size = sizeof names;
        next(FAKE_LIST_READERS, codes[i], SCARD_S_SUCCESS);
        assert_int_equal(rm_list_readers(fixture->context, names, &size), RM_OK);
        assert_int_equal(size, 6);
    }
    fake.used[FAKE_LIST_READERS] = 0;
    size = sizeof names;
    next(FAKE_LIST_READERS, SCARD_E_NO_SERVICE, SCARD_E_NO_SERVICE); /* once, not for ever */
    assert_int_equal(rm_list_readers(fixture->context, names, &size), RM_E_NO_SERVICE);
}

static void test_connect__passes_its_wishes(void **state) {
    struct fixture *const fixture = *state;
    struct rm_card *card = NULL;

    fake.protocol = SCARD_PROTOCOL_RAW;
    assert_int_equal(rm_connect(fixture->context, "Fake", RM_SHARE_DIRECT, RM_PROTOCOL_RAW, 10000, &card),
                     RM_OK);
    assert_int_equal(card->protocol, RM_PROTOCOL_RAW);
    assert_int_equal(fake.share, SCARD_SHARE_DIRECT);
    assert_int_equal(fake.protocols, SCARD_PROTOCOL_RAW);
    assert_true(rm_context_handle(fixture->context) != 0);
    assert_int_equal(rm_disconnect(card, RM_UNPOWER), RM_OK);
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
    struct fixture *const fixture = *state;
    struct rm_card *card = NULL;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake.used[FAKE_CONNECT] = 0;
        next(FAKE_CONNECT, rows[i].code, 0);
        assert_int_equal(rm_connect(fixture->context, "Fake", RM_SHARE_SHARED, ANY, 10000, &card),
                         rows[i].expected);
        assert_null(card);
    }
}

/* Powered off for ever: after a while of patience a cold start through a connection that needs no power. */
static void test_connect__unpowered(void **state) {
    struct fixture *const fixture = *state;
    struct rm_card *card = NULL;

    fake.used[FAKE_CONNECT] = 0;
    next(FAKE_CONNECT, SCARD_W_UNPOWERED_CARD, SCARD_W_UNPOWERED_CARD); /* then it comes round */
    assert_int_equal(rm_connect(fixture->context, "Fake", RM_SHARE_SHARED, ANY, 10000, &card), RM_OK);
    assert_int_equal(fake_count(FAKE_CONNECT), 3);
    assert_int_equal(fake_count(FAKE_RECONNECT), 0);
    assert_int_equal(rm_disconnect(card, RM_LEAVE), RM_OK);
}

static void test_reconnect__codes(void **state) {
    struct fixture *const fixture = *state;

    next(FAKE_RECONNECT, SCARD_W_UNRESPONSIVE_CARD, SCARD_E_PROTO_MISMATCH);
    assert_int_equal(rm_reconnect(fixture->card, RM_SHARE_SHARED, ANY, RM_LEAVE, 10000),
                     RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(rm_reconnect(fixture->card, RM_SHARE_SHARED, ANY, RM_LEAVE, 10000), RM_E_PROTO_MISMATCH);
    fake.protocol = SCARD_PROTOCOL_T0;
    assert_int_equal(rm_reconnect(fixture->card, RM_SHARE_SHARED, ANY, RM_UNPOWER, 10000), RM_OK);
    assert_int_equal(fake.disposition, SCARD_UNPOWER_CARD);
    assert_int_equal(fixture->card->protocol, RM_PROTOCOL_T0);
    assert_int_equal(ask(fixture->card, 10000), RM_OK);
    assert_int_equal(fake.protocols, SCARD_PROTOCOL_T0);
}

/* The reader was unplugged: the daemon knows the handle no more, and then not the name either. */
static void test_reader__unplugged_and_back(void **state) {
    struct fixture *const fixture = *state;

    next(FAKE_TRANSMIT, SCARD_E_INVALID_VALUE, 0);
    assert_int_equal(ask(fixture->card, 10000), RM_E_READER_UNAVAILABLE);
    assert_int_equal(ask(fixture->card, 10000), RM_E_READER_UNAVAILABLE);
    assert_int_equal(rm_card_handle(fixture->card), 0);
    next(FAKE_CONNECT, SCARD_E_UNKNOWN_READER, 0);
    assert_int_equal(rm_reconnect(fixture->card, RM_SHARE_SHARED, ANY, RM_LEAVE, 10000), RM_E_UNKNOWN_READER);
    assert_int_equal(rm_reconnect(fixture->card, RM_SHARE_SHARED, ANY, RM_LEAVE, 10000), RM_OK);
    assert_int_equal(ask(fixture->card, 10000), RM_OK);
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
        {SCARD_F_INTERNAL_ERROR, RM_F_INTERNAL_ERROR},
        {0x12345, 0x12345},
    };
    struct fixture *const fixture = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake.used[FAKE_TRANSMIT] = 0;
        next(FAKE_TRANSMIT, rows[i].code, 0);
        assert_int_equal(ask(fixture->card, 10000), rows[i].expected);
    }
    fake.reader_state = SCARD_STATE_EMPTY | SCARD_STATE_CHANGED; /* the exchange failed because of this */
    fake.used[FAKE_TRANSMIT] = 0;
    next(FAKE_TRANSMIT, SCARD_E_NOT_TRANSACTED, 0);
    assert_int_equal(ask(fixture->card, 10000), RM_W_REMOVED_CARD);
}

static void test_transmit__sizes(void **state) {
    static uint8_t buffer[70000];
    static const uint8_t command[] = {0, 0x84, 0, 0, 8};
    struct fixture *const fixture = *state;
    size_t size = sizeof buffer;

    fake.bytes_size = 300;
    assert_int_equal(rm_transmit(fixture->card, 0, command, 5, buffer, &size, 10000), RM_OK);
    assert_int_equal(fake.room, 65548);
    assert_int_equal(size, 300);
    assert_memory_equal(fake.sent, command, 5);
    assert_int_equal(fake.sent_size, 5);
    size = 200; /* a library that claims more than there is room for */
    assert_int_equal(rm_transmit(fixture->card, 0, command, 5, buffer, &size, 10000),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    fake.bytes_size = 1; /* no status word */
    assert_int_equal(ask(fixture->card, 10000), RM_E_NOT_TRANSACTED);
}

static void test_transmit__library_does_not_wait(void **state) {
    struct fixture *const fixture = *state;

    next(FAKE_TRANSMIT, SCARD_E_SHARING_VIOLATION, SCARD_E_SHARING_VIOLATION);
    next(FAKE_GET_ATTRIB, SCARD_E_SHARING_VIOLATION, SCARD_E_SHARING_VIOLATION);
    assert_int_equal(ask(fixture->card, 10000), RM_OK);
    assert_int_equal(fake_count(FAKE_TRANSMIT), 3);
    next(FAKE_RECONNECT, SCARD_E_SHARING_VIOLATION, 0);
    assert_int_equal(rm_reconnect(fixture->card, RM_SHARE_SHARED, ANY, RM_LEAVE, 10000), RM_OK);
    for (int i = 0; i < FAKE_SCRIPT; i++)
        fake.script[FAKE_GET_ATTRIB][i] = SCARD_E_SHARING_VIOLATION;
    fake.used[FAKE_GET_ATTRIB] = 0;
    assert_int_equal(ask(fixture->card, 0), RM_E_TIMEOUT);
    fake.used[FAKE_GET_ATTRIB] = 0;
    assert_int_equal(rm_begin(fixture->card, 5), RM_E_TIMEOUT);
}

static void test_begin__held_calls_do_not_ask(void **state) {
    struct fixture *const fixture = *state;

    assert_int_equal(rm_begin(fixture->card, 1000), RM_OK);
    const unsigned asked = fake_count(FAKE_GET_ATTRIB);
    assert_int_equal(ask(fixture->card, 0), RM_OK);
    assert_int_equal(rm_begin(fixture->card, 0), RM_OK);
    assert_int_equal(fake_count(FAKE_GET_ATTRIB), asked);
    assert_int_equal(rm_end(fixture->card, RM_RESET), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1); /* reset while held, then left */
    assert_int_equal(fake.disposition, SCARD_LEAVE_CARD);
    next(FAKE_RECONNECT, SCARD_W_UNRESPONSIVE_CARD, 0);
    assert_int_equal(rm_end(fixture->card, RM_UNPOWER), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(fake_count(FAKE_END), 2); /* ended all the same */
    assert_int_equal(rm_end(fixture->card, RM_LEAVE), RM_E_NOT_TRANSACTED);
    assert_int_equal(fake_count(FAKE_END), 2);
    assert_int_equal(rm_begin(fixture->card, 1000), RM_OK);
    assert_int_equal(rm_end(fixture->card, RM_EJECT), RM_OK);
    assert_int_equal(fake.disposition, SCARD_EJECT_CARD);
}

static void test_status__odd_values(void **state) {
    struct fixture *const fixture = *state;
    struct rm_card_status status;

    assert_int_equal(rm_status_of(fixture->card, &status, 10000), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC);
    assert_int_equal(status.atr_size, 2);
    assert_int_equal(status.atr[0], 0x3B);
    fake.bytes_size = 34; /* longer than any ATR */
    fake.card_state = 0x80 | SCARD_ABSENT;
    fake.protocol = 99;
    assert_int_equal(rm_status_of(fixture->card, &status, 10000), RM_OK);
    assert_int_equal(status.state, RM_CARD_ABSENT);
    assert_int_equal(status.protocol, RM_PROTOCOL_UNDEFINED);
    assert_int_equal(status.atr_size, 0);
}

static void test_control(void **state) {
    static const uint8_t request[] = {1, 2, 3};
    struct fixture *const fixture = *state;
    uint8_t buffer[8];
    size_t size = sizeof buffer;

    assert_int_equal(rm_control(fixture->card, 0x00313520, request, 3, buffer, &size), RM_OK);
    assert_int_equal(fake.code, 0x42000D48);
    assert_memory_equal(fake.sent, request, 3);
    assert_int_equal(size, 2);
    fake.bytes_size = 9;
    size = sizeof buffer;
    assert_int_equal(rm_control(fixture->card, 1, request, 3, buffer, &size), RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    next(FAKE_CONTROL, SCARD_E_UNSUPPORTED_FEATURE, SCARD_E_SHARING_VIOLATION);
    assert_int_equal(rm_control(fixture->card, 1, NULL, 0, buffer, &size), RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(rm_control(fixture->card, 1, NULL, 0, buffer, &size), RM_E_SHARING_VIOLATION);
}

static void test_attrib(void **state) {
    static const uint8_t value[] = {5};
    struct fixture *const fixture = *state;
    uint8_t buffer[8];
    size_t size = 1;

    assert_int_equal(rm_get_attrib(fixture->card, RM_ATTR_VENDOR_NAME, buffer, &size),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 2);
    assert_int_equal(rm_get_attrib(fixture->card, RM_ATTR_VENDOR_NAME, buffer, &size), RM_OK);
    assert_int_equal(fake.room, 264); /* the library refuses more */
    next(FAKE_GET_ATTRIB, SCARD_E_UNSUPPORTED_FEATURE, SCARD_E_UNSUPPORTED_FEATURE);
    assert_int_equal(rm_get_attrib(fixture->card, RM_ATTR_SERIAL_NUMBER, buffer, &size),
                     RM_E_UNSUPPORTED_FEATURE);
    size = sizeof buffer; /* the ATR is known to the service even so */
    assert_int_equal(rm_get_attrib(fixture->card, RM_ATTR_ATR_STRING, buffer, &size), RM_OK);
    assert_int_equal(size, 2);
    assert_int_equal(buffer[0], 0x3B);
    fake.bytes_size = 300;
    assert_int_equal(rm_get_attrib(fixture->card, RM_ATTR_VENDOR_NAME, buffer, &size),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(rm_set_attrib(fixture->card, 0x1234, value, 1), RM_OK);
    assert_int_equal(fake.code, 0x1234);
    assert_int_equal(fake.sent[0], 5);
    assert_int_equal(rm_set_attrib(fixture->card, 0x1234, value, 0), RM_E_INVALID_PARAMETER);
    next(FAKE_SET_ATTRIB, SCARD_E_UNSUPPORTED_FEATURE, 0);
    assert_int_equal(rm_set_attrib(fixture->card, 0x1234, value, 1), RM_E_UNSUPPORTED_FEATURE);
}

static void test_lost__every_call_says_so(void **state) {
    struct fixture *const fixture = *state;
    struct rm_card_status status;
    uint8_t buffer[8] = {0};
    size_t size = sizeof buffer;

    next(FAKE_TRANSMIT, SCARD_F_COMM_ERROR, 0); /* the daemon hangs up */
    assert_int_equal(ask(fixture->card, 10000), RM_E_SERVICE_STOPPED);
    assert_int_equal(ask(fixture->card, 10000), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_begin(fixture->card, 0), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_status_of(fixture->card, &status, 0), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_control(fixture->card, 1, NULL, 0, buffer, &size), RM_E_SERVICE_STOPPED);
    size = sizeof buffer;
    assert_int_equal(rm_get_attrib(fixture->card, 1, buffer, &size), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_set_attrib(fixture->card, 1, buffer, 1), RM_E_SERVICE_STOPPED);
    assert_int_equal(fake_count(FAKE_TRANSMIT), 1);
    assert_int_equal(rm_disconnect(fixture->card, RM_RESET), RM_E_SERVICE_STOPPED);
}

static void test_adopt__handle_the_daemon_forgot(void **state) {
    struct fixture *const fixture = *state;
    struct rm_card *card = NULL;

    next(FAKE_STATUS, SCARD_E_INVALID_VALUE, SCARD_E_NO_SERVICE);
    assert_int_equal(rm_adopt(fixture->context, 77, &card), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_adopt(fixture->context, 77, &card), RM_E_NO_SERVICE);
    assert_null(card);
    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE;
    assert_int_equal(rm_adopt(fixture->context, 77, &card), RM_OK);
    assert_string_equal(rm_reader_name(card), "Fake");
    next(FAKE_RECONNECT, SCARD_S_SUCCESS, 0);
    assert_int_equal(rm_reconnect(card, RM_SHARE_EXCLUSIVE, ANY, RM_LEAVE, 1000), RM_OK);
    assert_int_equal(fake_count(FAKE_CONNECT), 1); /* it was exclusive already: not made anew */
    assert_int_equal(rm_card_handle(card), 77);
    rm_abandon(card);
}

static void test_wait__odd_values(void **state) {
    struct fixture *const fixture = *state;
    struct rm_reader_state seen[2] = {{.reader = "Fake"}, {.reader = "Gone"}};

    fake.bytes_size = 40; /* longer than any ATR */
    assert_int_equal(rm_wait(fixture->context, seen, 1, 0), RM_OK);
    assert_int_equal(seen[0].atr_size, 0);
    assert_int_equal(seen[0].event, RM_STATE_PRESENT | RM_STATE_CHANGED);
    fake.bytes_size = 2;
    fake.used[FAKE_STATUS_CHANGE] = 0;
    fake.script[FAKE_STATUS_CHANGE][0] = SCARD_E_UNKNOWN_READER;
    fake.script[FAKE_STATUS_CHANGE][2] = SCARD_E_UNKNOWN_READER;
    assert_int_equal(rm_wait(fixture->context, seen, 2, 0), RM_E_UNKNOWN_READER);
    assert_int_equal(seen[0].event, RM_STATE_PRESENT);
    assert_int_equal(seen[0].atr_size, 2);
    assert_int_equal(seen[1].event, RM_STATE_UNKNOWN | RM_STATE_IGNORE | RM_STATE_CHANGED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library__missing),
        CASE(test_context__no_service),
        CASE(test_list__broken_name_stays_visible),
        CASE(test_list__none),
        CASE(test_list__grows_meanwhile),
        CASE(test_list__dead_context_is_replaced),
        CASE(test_connect__passes_its_wishes),
        CASE(test_connect__codes),
        CASE(test_connect__unpowered),
        CASE(test_reconnect__codes),
        CASE(test_reader__unplugged_and_back),
        CASE(test_transmit__codes),
        CASE(test_transmit__sizes),
        CASE(test_transmit__library_does_not_wait),
        CASE(test_begin__held_calls_do_not_ask),
        CASE(test_status__odd_values),
        CASE(test_control),
        CASE(test_attrib),
        CASE(test_lost__every_call_says_so),
        CASE(test_adopt__handle_the_daemon_forgot),
        CASE(test_wait__odd_values),
    };
    return cmocka_run_group_tests_name("pcsc", tests, NULL, NULL);
}
