/* What calls on a connection ask of the service, and what they make of its answers. */
#include "backends/pcsc/card.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/pcsc/connection.h"
#include "support/fakes/pcsc.h"

/* The state of the card comes from its driver: others are waited for first, unless we have it. */
static void test_status__asks_for_its_turn(void **state) {
    struct fake_client *const client = *state;
    struct rm_card_status status;

    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(60000)), RM_OK);
    assert_int_equal(fake_count(FAKE_GET_ATTRIB), 1);
    assert_int_equal(status.protocol, RM_PROTOCOL_T1);
    assert_int_equal(status.atr_size, 2);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(60000)), RM_OK);
    const unsigned asked = fake_count(FAKE_GET_ATTRIB);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(60000)), RM_OK);
    assert_int_equal(fake_count(FAKE_GET_ATTRIB), asked);
}

/* A refusal leaves what was there. */
static void test_status__refused(void **state) {
    static const LONG codes[] = {SCARD_W_RESET_CARD, SCARD_W_REMOVED_CARD, SCARD_E_NO_MEMORY};
    struct fake_client *const client = *state;
    struct rm_card_status status, before;

    memset(&before, 0x5A, sizeof before);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        status = before;
        fake_next(FAKE_STATUS, codes[i], 0);
        assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(60000)), (rm_status)codes[i]);
        assert_memory_equal(&status, &before, sizeof status);
    }
}

/* A reset at the end of a transaction: the card may talk another protocol from then on, if it was made. */
static void test_end__takes_over_the_protocol(void **state) {
    struct fake_client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(60000)), RM_OK);
    fake.protocol = SCARD_PROTOCOL_T0;
    fake_next(FAKE_RECONNECT, SCARD_E_NO_MEMORY, 0);
    assert_int_equal(rm_end(client->card, RM_RESET, RM_WITHIN(RM_INFINITE)), RM_E_NO_MEMORY);
    assert_int_equal(client->card->protocol, RM_PROTOCOL_T1);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(60000)), RM_OK);
    assert_int_equal(rm_end(client->card, RM_RESET, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(client->card->protocol, RM_PROTOCOL_T0);
    assert_int_equal(fake_ask(client->card, 10000), RM_OK);
    assert_int_equal(fake.protocols, SCARD_PROTOCOL_T0);
}

/* The library was told not to wait: we do, and begin again; what else it says is told. */
static void test_begin__waits_for_its_turn(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_BEGIN, SCARD_E_SHARING_VIOLATION, SCARD_S_SUCCESS);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(60000)), RM_OK);
    assert_int_equal(fake_count(FAKE_BEGIN), 2);
    assert_true(client->card->locked);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    fake_next(FAKE_BEGIN, SCARD_E_NO_MEMORY, SCARD_S_SUCCESS);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(60000)), RM_E_NO_MEMORY);
    assert_int_equal(fake_count(FAKE_BEGIN), 3);
    assert_false(client->card->locked);
}

/* What the driver does not tell the service has, or the connection; and only that. */
static void test_attrib__without_the_driver(void **state) {
    static const struct {
        uint32_t id;
        LONG code;
        rm_status status;
        const char *value;
        size_t size;
    } rows[] = {
        {RM_ATTR_ATR_STRING, SCARD_E_UNSUPPORTED_FEATURE, RM_OK, "\x3B\0", 2},
        {RM_ATTR_ATR_STRING, SCARD_E_NO_MEMORY, RM_E_NO_MEMORY, NULL, 0},
        {RM_ATTR_FRIENDLY_NAME, SCARD_E_UNSUPPORTED_FEATURE, RM_OK, "Fake", 5},
        {RM_ATTR_FRIENDLY_NAME, SCARD_E_NOT_TRANSACTED, RM_OK, "Fake", 5},
        {RM_ATTR_FRIENDLY_NAME, SCARD_E_INSUFFICIENT_BUFFER, RM_OK, "Fake", 5},
        {RM_ATTR_FRIENDLY_NAME, SCARD_E_NO_MEMORY, RM_E_NO_MEMORY, NULL, 0},
        {RM_ATTR_SYSTEM_NAME, SCARD_E_UNSUPPORTED_FEATURE, RM_OK, "Fake", 5},
        {RM_ATTR_VENDOR_NAME, SCARD_E_UNSUPPORTED_FEATURE, RM_E_UNSUPPORTED_FEATURE, NULL, 0},
        {RM_ATTR_VENDOR_NAME, SCARD_E_NOT_TRANSACTED, RM_E_NOT_TRANSACTED, NULL, 0},
    };
    struct fake_client *const client = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t value[16] = {0};
        size_t size = sizeof value;
        const unsigned asked = fake_count(FAKE_STATUS);
        fake_next(FAKE_GET_ATTRIB, rows[i].code, 0);
        assert_int_equal(rm_get_attrib(client->card, rows[i].id, value, &size, RM_WITHIN(RM_INFINITE)),
                         rows[i].status);
        assert_int_equal(fake_count(FAKE_STATUS), asked + (rows[i].size == 2));
        if (rows[i].value) {
            assert_int_equal(size, rows[i].size);
            assert_memory_equal(value, rows[i].value, size);
        }
    }
}

/* A connection is its process's: a child has none to give away. */
static void test_hand_out__not_by_a_child(void **state) {
    struct fake_client *const client = *state;
    int status = -1;
    const pid_t child = fork();
    if (child == 0) {
        uint64_t context = 0;
        const rm_status given = rm_hand_out(client->card, &context);
        _exit(given == RM_E_UNSUPPORTED_FEATURE && context == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* What is given away is the program's, and no connection of ours any more. */
static void test_hand_out__is_forgotten(void **state) {
    struct fake_client *const client = *state;
    uint64_t context = 0;
    const unsigned released = fake_count(FAKE_RELEASE);

    assert_int_equal(rm_hand_out(client->card, &context), RM_OK);
    assert_true(context != 0);
    assert_null(pcsc_context_from(client->context)->cards);
    assert_int_equal(fake_count(FAKE_DISCONNECT), 0);
    assert_int_equal(fake_count(FAKE_RELEASE), released);
    rm_take_back(client->service, context);
    assert_int_equal(fake_count(FAKE_RELEASE), released + 1);
}

/* What cannot be made is nothing. */
static void test_context__none(void **state) {
    struct fake_client *const client = *state;
    struct rm_context *context = client->context;

    fake_next(FAKE_ESTABLISH, SCARD_E_NO_SERVICE, 0);
    assert_int_equal(rm_context_open(client->service, RM_WITHIN(RM_INFINITE), &context), RM_E_NO_SERVICE);
    assert_null(context);
    fake.used[FAKE_ESTABLISH]--; /* that one gave nothing to release */
}

/* A level of a transaction that is gone is ended once. */
static void test_end__of_what_is_lost(void **state) {
    struct fake_client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(10000)), RM_OK);
    fake_next(FAKE_TRANSMIT, SCARD_E_NO_SERVICE, 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_NO_SERVICE);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NO_SERVICE);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
}

/* A handle with a notice that is one of our own: its reader is known, and nobody is asked. */
static void test_adopt__one_of_our_own(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *view = NULL;
    const unsigned listed = fake_count(FAKE_LIST_READERS);

    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE | SCARD_STATE_CHANGED;
    fake_next(FAKE_STATUS, SCARD_W_RESET_CARD, 0);
    assert_int_equal(rm_adopt(client->context, rm_card_handle(client->card), RM_WITHIN(10000), &view), RM_OK);
    assert_string_equal(rm_reader_name(view), "Fake");
    assert_int_equal(fake_count(FAKE_LIST_READERS), listed);
    assert_int_equal(fake_count(FAKE_RECONNECT), 0);
    rm_abandon(view);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        FAKE_CASE(test_status__asks_for_its_turn),    FAKE_CASE(test_status__refused),
        FAKE_CASE(test_end__takes_over_the_protocol), FAKE_CASE(test_begin__waits_for_its_turn),
        FAKE_CASE(test_attrib__without_the_driver),   FAKE_CASE(test_hand_out__not_by_a_child),
        FAKE_CASE(test_end__of_what_is_lost),         FAKE_CASE(test_adopt__one_of_our_own),
        FAKE_CASE(test_hand_out__is_forgotten),       FAKE_CASE(test_context__none),
    };
    return cmocka_run_group_tests_name("pcsc_card", tests, NULL, NULL);
}
