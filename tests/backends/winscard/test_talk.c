/*
 * What is said over a connection of the backend for Windows' smart card service: commands, states,
 * attributes, control.
 */
#include "support/kits/winscard_client.h"

#include <string.h>

#include "backends/sim/sim.h"

static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

/* What a connection answers to each code, and whether it survives. */
struct row {
    LONG code;
    rm_status expected;
    rm_status next; /* of the call after it, which the service would let pass */
};

static void test_transmit__codes(void **state) {
    static const struct row rows[] = {
        {SCARD_W_RESET_CARD, RM_W_RESET_CARD, RM_OK},
        {SCARD_W_UNPOWERED_CARD, RM_W_UNPOWERED_CARD, RM_OK},
        {SCARD_W_UNRESPONSIVE_CARD, RM_W_UNRESPONSIVE_CARD, RM_OK},
        {SCARD_W_REMOVED_CARD, RM_W_REMOVED_CARD, RM_OK},
        {SCARD_E_NO_SMARTCARD, RM_W_REMOVED_CARD, RM_OK},
        {ERROR_NO_MEDIA_IN_DRIVE, RM_W_REMOVED_CARD, RM_OK},
        {SCARD_E_NOT_TRANSACTED, RM_E_NOT_TRANSACTED, RM_OK},
        {SCARD_E_COMM_DATA_LOST, RM_E_NOT_TRANSACTED, RM_OK},
        {ERROR_IO_DEVICE, RM_E_NOT_TRANSACTED, RM_OK},
        {ERROR_GEN_FAILURE, RM_E_NOT_TRANSACTED, RM_OK},
        {ERROR_SEM_TIMEOUT, RM_E_NOT_TRANSACTED, RM_OK},
        {SCARD_F_COMM_ERROR, RM_F_COMM_ERROR, RM_OK},
        {SCARD_E_SHARING_VIOLATION, RM_E_SHARING_VIOLATION, RM_OK},
        {SCARD_E_PROTO_MISMATCH, RM_E_PROTO_MISMATCH, RM_OK},
        {SCARD_E_INSUFFICIENT_BUFFER, RM_E_INSUFFICIENT_BUFFER, RM_OK},
        {SCARD_E_INVALID_VALUE, RM_E_INVALID_VALUE, RM_OK},
        {ERROR_NOT_READY, RM_E_NOT_READY, RM_OK},
        {0x12345, RM_F_UNKNOWN_ERROR, RM_OK},
        {SCARD_E_READER_UNAVAILABLE, RM_E_READER_UNAVAILABLE, RM_E_READER_UNAVAILABLE},
        {ERROR_DEVICE_REMOVED, RM_E_READER_UNAVAILABLE, RM_E_READER_UNAVAILABLE},
        {SCARD_E_NO_SERVICE, RM_E_NO_SERVICE, RM_E_NO_SERVICE},
        {ERROR_BROKEN_PIPE, RM_E_NO_SERVICE, RM_E_NO_SERVICE},
        {SCARD_E_SERVICE_STOPPED, RM_E_SERVICE_STOPPED, RM_E_SERVICE_STOPPED},
        {SCARD_P_SHUTDOWN, RM_E_SERVICE_STOPPED, RM_E_SERVICE_STOPPED},
        {ERROR_INVALID_HANDLE, RM_E_INVALID_HANDLE, RM_E_INVALID_HANDLE},
        {SCARD_E_INVALID_HANDLE, RM_E_INVALID_HANDLE, RM_E_INVALID_HANDLE},
    };
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint64_t handle = rm_card_handle(client->card);
        fake_winscard_script(FAKE_TRANSMIT, rows[i].code, 0);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), rows[i].expected);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), rows[i].next);
        assert_int_equal(rm_card_handle(client->card), rows[i].next == RM_OK ? handle : 0);
        assert_int_equal(client_reattach(client), RM_OK);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    }
}

/* The exchange failed because the card was on its way out, which the service had not noticed. */
static void test_transmit__bad_contact_of_a_removal(void **state) {
    struct client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    fake_winscard_script(FAKE_TRANSMIT, ERROR_IO_DEVICE, 0);
    assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_W_REMOVED_CARD);
}

static void test_transmit__sizes(void **state) {
    static uint8_t buffer[70000];
    static uint8_t much[65549];
    struct client *const client = *state;
    size_t size = sizeof buffer;

    assert_int_equal(rm_transmit(client->card, 0, challenge, 5, buffer, &size, RM_WITHIN(0)), RM_OK);
    assert_int_equal(size, 10);
    assert_int_equal(fake.room, 65548);
    assert_int_equal(fake.sent_size, 5);
    assert_memory_equal(fake.sent, challenge, 5);
    size = sizeof buffer;
    assert_int_equal(rm_transmit(client->card, 0, much, sizeof much, buffer, &size, RM_WITHIN(0)),
                     RM_E_INVALID_PARAMETER);
    assert_int_equal(size, 0);
    fake.claim = 11; /* a service that claims more than there is room for */
    size = 10;
    assert_int_equal(rm_transmit(client->card, 0, challenge, 5, buffer, &size, RM_WITHIN(0)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    fake.claim = 0xFFFFFFFF;
    size = sizeof buffer;
    assert_int_equal(rm_transmit(client->card, 0, challenge, 5, buffer, &size, RM_WITHIN(0)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    fake.claim = 1; /* no status word */
    size = sizeof buffer;
    assert_int_equal(rm_transmit(client->card, 0, challenge, 5, buffer, &size, RM_WITHIN(0)),
                     RM_E_NOT_TRANSACTED);
    assert_int_equal(size, 0);
}

static void test_transmit__node_address(void **state) {
    struct client *const client = *state;
    uint8_t buffer[16];
    size_t size = sizeof buffer;

    fake_winscard_script(FAKE_TRANSMIT, 0, 0);
    assert_int_equal(rm_transmit(client->card, 0x12, challenge, 5, buffer, &size, RM_WITHIN(0)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(size, 0);
    assert_int_equal(fake_winscard_count(FAKE_TRANSMIT), 0);
}

/* Who holds the card asks nobody. */
static void test_transmit__held(void **state) {
    struct client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    fake_winscard_script(FAKE_BEGIN, 0, 0);
    fake_winscard_script(FAKE_END, 0, 0);
    assert_int_equal(client_ask(client->card, 0), RM_OK);
    assert_int_equal(fake_winscard_count(FAKE_BEGIN), 0);
    assert_int_equal(fake_winscard_count(FAKE_END), 0);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(client_ask(client->card, 0), RM_OK);
    assert_int_equal(fake_winscard_count(FAKE_BEGIN), 1); /* its own, for this command */
    assert_int_equal(fake_winscard_count(FAKE_END), 2);
}

static void test_status__odd_values(void **state) {
    struct client *const client = *state;
    struct rm_card_status status;

    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC);
    assert_int_equal(status.protocol, RM_PROTOCOL_T1);
    assert_int_equal(status.atr[0], 0x3B);
    fake.claim = 37; /* longer than any ATR */
    fake.card_state = 99;
    fake.protocol = 99;
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC); /* as bits */
    assert_int_equal(status.protocol, RM_PROTOCOL_UNDEFINED);
    assert_int_equal(status.atr_size, 0);
    fake.claim = 0xFFFFFFFF;
    fake.card_state = 0x80;
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_OK);
    assert_int_equal(status.state, RM_CARD_UNKNOWN);
    assert_int_equal(status.atr_size, 0);
}

static void test_control(void **state) {
    static const uint8_t request[] = {1, 2, 3};
    struct client *const client = *state;
    uint8_t buffer[8] = {0};
    size_t size = sizeof buffer;

    assert_int_equal(
        rm_control(client->card, FAKE_CONTROL_ECHO, request, 3, buffer, &size, RM_WITHIN(RM_INFINITE)),
        RM_OK);
    assert_int_equal(fake.code, FAKE_CONTROL_ECHO); /* it is Windows' own number */
    assert_int_equal(fake.room, 8);
    assert_int_equal(size, 3);
    assert_memory_equal(buffer, request, 3);
    size = 0;
    assert_int_equal(
        rm_control(client->card, FAKE_CONTROL_ECHO, NULL, 0, NULL, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, 0);
    size = 2;
    assert_int_equal(
        rm_control(client->card, FAKE_CONTROL_ECHO, request, 3, buffer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    size = sizeof buffer;
    assert_int_equal(rm_control(client->card, 0x00313FFC, request, 3, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(size, 0);
}

static void test_control__hostile(void **state) {
    static const uint8_t request[] = {1, 2, 3};
    static uint8_t much[65549];
    struct client *const client = *state;
    uint8_t buffer[16];
    size_t size = 8;

    memset(buffer, 0xEE, sizeof buffer);
    fake.claim = 9; /* more than there is room for */
    assert_int_equal(
        rm_control(client->card, FAKE_CONTROL_ECHO, request, 3, buffer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    fake.claim = 0xFFFFFFFF;
    size = 8;
    assert_int_equal(
        rm_control(client->card, FAKE_CONTROL_ECHO, request, 3, buffer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_INSUFFICIENT_BUFFER);
    for (size_t i = 8; i < sizeof buffer; i++)
        assert_int_equal(buffer[i], 0xEE);
    size = sizeof buffer;
    assert_int_equal(
        rm_control(client->card, FAKE_CONTROL_ECHO, much, sizeof much, buffer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_INVALID_PARAMETER);
    assert_int_equal(size, 0);
}

static void test_control__codes(void **state) {
    static const struct row rows[] = {
        {SCARD_E_UNSUPPORTED_FEATURE, RM_E_UNSUPPORTED_FEATURE, RM_OK},
        {ERROR_INVALID_FUNCTION, RM_E_UNSUPPORTED_FEATURE, RM_OK},
        {SCARD_E_UNEXPECTED, RM_E_UNSUPPORTED_FEATURE, RM_OK}, /* pcsc-lite's number for it */
        {ERROR_BAD_COMMAND, RM_E_NOT_READY, RM_OK},
        {ERROR_INVALID_PARAMETER, RM_E_INVALID_PARAMETER, RM_OK},
        {SCARD_W_CANCELLED_BY_USER, RM_W_CANCELLED_BY_USER, RM_OK},
        {SCARD_E_SERVICE_STOPPED, RM_E_SERVICE_STOPPED, RM_E_SERVICE_STOPPED},
    };
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t buffer[8];
        size_t size = sizeof buffer;
        fake_winscard_script(FAKE_CONTROL, rows[i].code, 0);
        assert_int_equal(
            rm_control(client->card, FAKE_CONTROL_ECHO, NULL, 0, buffer, &size, RM_WITHIN(RM_INFINITE)),
            rows[i].expected);
        assert_int_equal(size, 0);
        size = sizeof buffer;
        assert_int_equal(
            rm_control(client->card, FAKE_CONTROL_ECHO, NULL, 0, buffer, &size, RM_WITHIN(RM_INFINITE)),
            rows[i].next);
        assert_int_equal(client_reattach(client), RM_OK);
    }
}

static void test_attrib(void **state) {
    static const uint8_t value[] = {5};
    struct client *const client = *state;
    uint8_t buffer[64];
    size_t size = 1;

    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_VENDOR_NAME, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof "scardssp");
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_VENDOR_NAME, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(fake.room, sizeof "scardssp");
    assert_memory_equal(buffer, "scardssp", sizeof "scardssp");
    size = sizeof buffer;
    assert_int_equal(rm_get_attrib(client->card, 0x0001FFFF, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    fake_winscard_script(FAKE_GET_ATTRIB, SCARD_E_UNEXPECTED, 0); /* pcsc-lite's number for it */
    assert_int_equal(
        rm_get_attrib(client->card, RM_ATTR_SERIAL_NUMBER, buffer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_UNSUPPORTED_FEATURE);
    fake_winscard_script(FAKE_SET_ATTRIB, 0, ERROR_ACCESS_DENIED);
    assert_int_equal(rm_set_attrib(client->card, 0x1234, value, 1, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(fake.code, 0x1234);
    assert_int_equal(fake.sent[0], 5);
    assert_int_equal(rm_set_attrib(client->card, 0x1234, value, 1, RM_WITHIN(RM_INFINITE)), RM_E_NO_ACCESS);
    assert_int_equal(rm_set_attrib(client->card, 0x1234, value, 0, RM_WITHIN(RM_INFINITE)),
                     RM_E_INVALID_PARAMETER);
    assert_int_equal(rm_set_attrib(client->card, 0x1234, value, 65549, RM_WITHIN(RM_INFINITE)),
                     RM_E_INVALID_PARAMETER);
    assert_int_equal(fake_winscard_count(FAKE_SET_ATTRIB), 2);
}

/* The reader's name is known, whatever its driver says of it. */
static void test_attrib__name(void **state) {
    struct client *const client = *state;
    uint8_t buffer[64];
    size_t size = sizeof buffer;

    fake_winscard_script(FAKE_GET_ATTRIB, ERROR_NOT_SUPPORTED, ERROR_NOT_SUPPORTED);
    assert_int_equal(rm_get_attrib(client->card, 0x7FFF0003, buffer, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, sizeof FAKE_READER);
    assert_memory_equal(buffer, FAKE_READER, size);
    size--;
    assert_int_equal(rm_get_attrib(client->card, 0x7FFF0003, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof FAKE_READER);
}

/* The ATR is known to the service where a driver does not keep it. */
static void test_attrib__atr(void **state) {
    struct client *const client = *state;
    struct rm_card_status status;
    uint8_t buffer[RM_ATR_MAX];
    size_t size = sizeof buffer;

    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_OK);
    fake_winscard_script(FAKE_GET_ATTRIB, ERROR_NOT_SUPPORTED, SCARD_E_UNEXPECTED);
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_ATR_STRING, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(size, status.atr_size);
    assert_memory_equal(buffer, status.atr, size);
    size = 1;
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_ATR_STRING, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, status.atr_size);
    fake_winscard_script(FAKE_GET_ATTRIB, ERROR_NOT_SUPPORTED, 0);
    fake_winscard_script(FAKE_STATUS, SCARD_W_REMOVED_CARD, 0);
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_ATR_STRING, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_W_REMOVED_CARD);
}

static void test_attrib__hostile(void **state) {
    struct client *const client = *state;
    uint8_t buffer[16];
    size_t size = 12;

    memset(buffer, 0xEE, sizeof buffer);
    fake.claim = 13;
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_VENDOR_NAME, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 13);
    size = 12;
    fake.claim = 0xFFFFFFFF;
    assert_int_equal(rm_get_attrib(client->card, RM_ATTR_VENDOR_NAME, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0xFFFFFFFF);
    for (size_t i = 12; i < sizeof buffer; i++)
        assert_int_equal(buffer[i], 0xEE);
}

/* A connection that is lost says why to every call, and asks the service nothing. */
static void test_lost__every_call_says_so(void **state) {
    struct client *const client = *state;
    struct rm_card_status status;
    uint8_t buffer[8] = {0};
    size_t size = sizeof buffer;

    fake_winscard_stop();
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_E_SERVICE_STOPPED);
    fake_winscard_script(FAKE_TRANSMIT, 0, 0);
    fake_winscard_script(FAKE_BEGIN, 0, 0);
    fake_winscard_script(FAKE_DISCONNECT, 0, 0);
    assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_transmit(client->card, 0x12, challenge, 5, buffer, &size, RM_WITHIN(0)),
                     RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_E_SERVICE_STOPPED);
    size = sizeof buffer;
    assert_int_equal(rm_control(client->card, 1, NULL, 0, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_SERVICE_STOPPED);
    size = sizeof buffer;
    assert_int_equal(rm_get_attrib(client->card, 1, buffer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_set_attrib(client->card, 1, buffer, 1, RM_WITHIN(RM_INFINITE)), RM_E_SERVICE_STOPPED);
    assert_int_equal(rm_card_handle(client->card), 0);
    assert_string_equal(rm_reader_name(client->card), FAKE_READER);
    assert_int_equal(rm_disconnect(client->card, RM_RESET, RM_WITHIN(2000)), RM_E_SERVICE_STOPPED);
    assert_int_equal(fake_winscard_count(FAKE_TRANSMIT), 0);
    assert_int_equal(fake_winscard_count(FAKE_BEGIN), 0);
    assert_int_equal(fake_winscard_count(FAKE_DISCONNECT), 0);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_transmit__codes), CLIENT_CASE(test_transmit__bad_contact_of_a_removal),
        CLIENT_CASE(test_transmit__sizes), CLIENT_CASE(test_transmit__node_address),
        CLIENT_CASE(test_transmit__held),  CLIENT_CASE(test_status__odd_values),
        CLIENT_CASE(test_control),         CLIENT_CASE(test_control__hostile),
        CLIENT_CASE(test_control__codes),  CLIENT_CASE(test_attrib),
        CLIENT_CASE(test_attrib__name),    CLIENT_CASE(test_attrib__atr),
        CLIENT_CASE(test_attrib__hostile), CLIENT_CASE(test_lost__every_call_says_so),
    };
    return cmocka_run_group_tests_name("winscard_talk", tests, NULL, NULL);
}
