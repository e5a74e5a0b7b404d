/* Connections, share modes, protocols and transactions, and what programs pass. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "base/clock.h"
#include "dropin/program.h"

static LONG connect_to(const char *reader, DWORD share, DWORD protocols) {
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    const LONG code = SCardConnect(program_context, reader, share, protocols, &card, &protocol);
    if (code == SCARD_S_SUCCESS)
        assert_code(SCardDisconnect(card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    return code;
}

static DWORD protocol_with(const char *reader, DWORD share, DWORD protocols) {
    SCARDHANDLE card = 0;
    DWORD protocol = 99;
    assert_code(SCardConnect(program_context, reader, share, protocols, &card, &protocol), SCARD_S_SUCCESS);
    assert_true(card > 0);
    assert_code(SCardDisconnect(card, SCARD_RESET_CARD), SCARD_S_SUCCESS);
    return protocol;
}

static void test_connect__protocols(void **state) {
    (void)state;
    assert_int_equal(protocol_with(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0), SCARD_PROTOCOL_T0);
    assert_int_equal(protocol_with(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1), SCARD_PROTOCOL_T1);
    assert_int_equal(protocol_with(READER_T0, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY), SCARD_PROTOCOL_T0);
    assert_int_equal(protocol_with(READER_T1, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY), SCARD_PROTOCOL_T1);
    assert_int_equal(protocol_with(READER_T1, SCARD_SHARE_SHARED, 0x1000),
                     SCARD_PROTOCOL_T1); /* of long ago */
    assert_int_equal(protocol_with(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_RAW), SCARD_PROTOCOL_RAW);
    assert_int_equal(protocol_with(READER, SCARD_SHARE_DIRECT, 0), SCARD_PROTOCOL_UNDEFINED);
    assert_code(connect_to(READER_T0, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1), SCARD_E_PROTO_MISMATCH);
}

static void test_connect__refused(void **state) {
    char longest[200];
    SCARDHANDLE card = 5;
    DWORD protocol = 0;
    (void)state;
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_code(SCardConnect(program_context, READER, 2, 3, NULL, &protocol), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardConnect(program_context, READER, 2, 3, &card, NULL), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardConnect(program_context, NULL, 2, 3, &card, &protocol), SCARD_E_UNKNOWN_READER);
    assert_int_equal(card, 0);
    assert_code(connect_to(longest, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY), SCARD_E_INVALID_VALUE);
    longest[MAX_READERNAME] = '\0';
    assert_code(connect_to(longest, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY), SCARD_E_UNKNOWN_READER);
    assert_code(connect_to("", SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY), SCARD_E_UNKNOWN_READER);
    assert_code(connect_to(READER, 0, SCARD_PROTOCOL_ANY), SCARD_E_INVALID_VALUE);
    assert_code(connect_to(READER, 4, SCARD_PROTOCOL_ANY), SCARD_E_INVALID_VALUE);
    assert_code(connect_to(READER, (DWORD)LONG_MIN | 2, SCARD_PROTOCOL_ANY), SCARD_E_INVALID_VALUE);
    assert_code(connect_to(READER, SCARD_SHARE_SHARED, 0), SCARD_E_PROTO_MISMATCH);
    assert_code(connect_to(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T15), SCARD_E_PROTO_MISMATCH);
    assert_code(SCardConnect(0, READER, 2, 3, &card, &protocol), SCARD_E_INVALID_HANDLE);
}

static void test_connect__without_a_card(void **state) {
    SCARDHANDLE card = 0;
    DWORD protocol = 5;
    (void)state;
    assert_int_equal(sim_remove(program_simulator(), READER), RM_OK);
    assert_code(connect_to(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY), SCARD_E_NO_SMARTCARD);
    assert_code(SCardConnect(program_context, READER, SCARD_SHARE_DIRECT, 0, &card, &protocol),
                SCARD_S_SUCCESS);
    assert_int_equal(protocol, SCARD_PROTOCOL_UNDEFINED);
    assert_code(SCardDisconnect(card, SCARD_RESET_CARD), SCARD_S_SUCCESS);
}

static void test_share(void **state) {
    const SCARDHANDLE shared = program_connect(program_context, READER);
    SCARDHANDLE alone = 0;
    DWORD protocol = 0;
    (void)state;
    assert_code(connect_to(READER, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY), SCARD_E_SHARING_VIOLATION);
    assert_code(connect_to(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY), SCARD_S_SUCCESS);
    assert_code(SCardDisconnect(shared, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_code(
        SCardConnect(program_context, READER, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY, &alone, &protocol),
        SCARD_S_SUCCESS);
    assert_code(connect_to(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY), SCARD_E_SHARING_VIOLATION);
    assert_code(connect_to(READER, SCARD_SHARE_DIRECT, 0), SCARD_E_SHARING_VIOLATION);
    assert_code(SCardDisconnect(alone, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

static void test_disconnect(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER);
    (void)state;
    assert_code(SCardDisconnect(card, 4), SCARD_E_INVALID_VALUE);
    assert_code(SCardDisconnect(card, (DWORD)-1), SCARD_E_INVALID_VALUE);
    assert_code(SCardDisconnect(card, SCARD_UNPOWER_CARD), SCARD_S_SUCCESS);
    assert_code(SCardDisconnect(card, SCARD_LEAVE_CARD), SCARD_E_INVALID_HANDLE);
    assert_code(SCardDisconnect(card, 4), SCARD_E_INVALID_HANDLE);
    assert_code(connect_to(READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY),
                SCARD_S_SUCCESS); /* powered anew */
}

static void test_disconnect__from_a_reader_that_has_gone(void **state) {
    (void)state;
    assert_int_equal(sim_plug(program_simulator(), "passing", "demo", 0, NULL, 0), RM_OK);
    const SCARDHANDLE card = program_connect(program_context, "passing");
    assert_int_equal(sim_unplug(program_simulator(), "passing"), RM_OK);
    assert_code(SCardBeginTransaction(card), SCARD_E_READER_UNAVAILABLE);
    assert_code(SCardDisconnect(card, SCARD_RESET_CARD), SCARD_S_SUCCESS);
}

static void test_reconnect(void **state) {
    SCARDHANDLE card = program_connect(program_context, READER);
    const SCARDHANDLE other = program_connect(program_context, READER);
    DWORD protocol = 0;
    (void)state;
    assert_code(SCardReconnect(card, 2, 3, SCARD_RESET_CARD, &protocol), SCARD_S_SUCCESS);
    assert_int_equal(protocol, SCARD_PROTOCOL_T0);
    assert_code(SCardBeginTransaction(other), SCARD_W_RESET_CARD);
    assert_code(SCardReconnect(other, 2, 3, SCARD_LEAVE_CARD, &protocol), SCARD_S_SUCCESS);
    assert_code(SCardBeginTransaction(other), SCARD_S_SUCCESS);
    assert_code(SCardEndTransaction(other, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_code(SCardReconnect(card, SCARD_SHARE_EXCLUSIVE, 3, SCARD_LEAVE_CARD, &protocol),
                SCARD_E_SHARING_VIOLATION);
    assert_code(SCardDisconnect(other, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_code(SCardReconnect(card, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T1, SCARD_UNPOWER_CARD, &protocol),
                SCARD_S_SUCCESS);
    assert_int_equal(protocol, SCARD_PROTOCOL_T1);
    assert_code(SCardDisconnect(card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

static void test_reconnect__refused(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T0);
    DWORD protocol = 77;
    (void)state;
    assert_code(SCardReconnect(card, 2, 3, 0, NULL), SCARD_E_INVALID_PARAMETER);
    assert_code(SCardReconnect(card, 2, 3, SCARD_EJECT_CARD, &protocol), SCARD_E_INVALID_VALUE);
    assert_code(SCardReconnect(card, 0, 3, 0, &protocol), SCARD_E_INVALID_VALUE);
    assert_code(SCardReconnect(card, 2, 0, 0, &protocol), SCARD_E_PROTO_MISMATCH);
    assert_code(SCardReconnect(card, 2, SCARD_PROTOCOL_T1, 0, &protocol), SCARD_E_PROTO_MISMATCH);
    assert_code(SCardReconnect(0, 2, 3, 0, &protocol), SCARD_E_INVALID_HANDLE);
    assert_int_equal(protocol, 77);
    assert_int_equal(sim_remove(program_simulator(), READER_T0), RM_OK);
    assert_code(SCardReconnect(card, 2, 3, 0, &protocol), SCARD_E_NO_SMARTCARD);
    assert_code(SCardDisconnect(card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

static void test_transaction__levels(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER);
    (void)state;
    assert_code(SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_E_NOT_TRANSACTED);
    assert_code(SCardBeginTransaction(card), SCARD_S_SUCCESS);
    assert_code(SCardBeginTransaction(card), SCARD_S_SUCCESS);
    assert_code(SCardEndTransaction(card, 4), SCARD_E_INVALID_VALUE);
    assert_code(SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_code(SCardEndTransaction(card, SCARD_RESET_CARD), SCARD_S_SUCCESS);
    assert_code(SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_E_NOT_TRANSACTED);
    assert_code(SCardBeginTransaction(0), SCARD_E_INVALID_HANDLE);
    assert_code(SCardEndTransaction(0, SCARD_LEAVE_CARD), SCARD_E_INVALID_HANDLE);
    assert_code(SCardEndTransaction(0, 4), SCARD_E_INVALID_HANDLE);
}

/* As pcscd tells: what is wrong is not that there is none, but that another has one. */
static void test_transaction__of_another(void **state) {
    const SCARDHANDLE holder = program_connect(program_context, READER);
    const SCARDHANDLE card = program_connect(program_context, READER);
    (void)state;
    assert_code(SCardBeginTransaction(holder), SCARD_S_SUCCESS);
    assert_code(SCardEndTransaction(card, SCARD_UNPOWER_CARD), SCARD_E_SHARING_VIOLATION);
    assert_code(SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_E_SHARING_VIOLATION);
    assert_code(SCardEndTransaction(holder, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_code(SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_E_NOT_TRANSACTED);
    assert_code(SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_E_NOT_TRANSACTED); /* and none was begun */
}

struct call {
    SCARDHANDLE card;
    LONG code;
    uint64_t at;
};

static void begin(void *data) {
    struct call *call = data;
    call->code = SCardBeginTransaction(call->card);
    call->at = clock_ms();
}

static void test_begin__waits_for_its_turn(void **state) {
    const SCARDHANDLE holder = program_connect(program_context, READER);
    struct call call = {.card = program_connect(program_context, READER), .code = -1};
    (void)state;
    assert_code(SCardBeginTransaction(holder), SCARD_S_SUCCESS);
    struct program_thread *waiter = program_later(0, begin, &call);
    struct program_thread *pause = program_later(700, (void (*)(void *))free, NULL);
    program_join(pause); /* longer than a stretch of the wait */
    const uint64_t ended = clock_ms();
    assert_code(SCardEndTransaction(holder, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    program_join(waiter);
    assert_code(call.code, SCARD_S_SUCCESS);
    assert_true(call.at >= ended && call.at - ended < 100); /* at once, not at the next look */
}

/* The same thread keeps the card, so nothing else can end the wait. */
static void test_begin__ends_with_its_connection(void **state) {
    const SCARDHANDLE holder = program_connect(program_context, READER);
    struct call call = {.card = program_connect(program_context, READER), .code = -1};
    (void)state;
    assert_code(SCardBeginTransaction(holder), SCARD_S_SUCCESS);
    struct program_thread *waiter = program_later(0, begin, &call);
    struct program_thread *pause = program_later(50, (void (*)(void *))free, NULL);
    program_join(pause);
    assert_code(SCardDisconnect(call.card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    program_join(waiter);
    assert_code(call.code, SCARD_E_INVALID_HANDLE);
    assert_code(SCardEndTransaction(holder, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

static void test_begin__ends_with_its_context(void **state) {
    SCARDCONTEXT other = 0;
    const SCARDHANDLE holder = program_connect(program_context, READER);
    (void)state;
    assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other), SCARD_S_SUCCESS);
    struct call call = {.card = program_connect(other, READER), .code = -1};
    assert_code(SCardBeginTransaction(holder), SCARD_S_SUCCESS);
    struct program_thread *waiter = program_later(0, begin, &call);
    struct program_thread *pause = program_later(50, (void (*)(void *))free, NULL);
    program_join(pause);
    assert_code(SCardReleaseContext(other), SCARD_S_SUCCESS);
    program_join(waiter);
    assert_code(call.code, SCARD_E_INVALID_HANDLE);
    assert_code(SCardEndTransaction(holder, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

/* A context has its patience from its beginning. */
static LONG begin_beside_holder(const char *variable, const char *value, uint64_t *took) {
    SCARDCONTEXT other = 0;
    const SCARDHANDLE holder = program_connect(program_context, READER);
    setenv(variable, value, 1);
    assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other), SCARD_S_SUCCESS);
    unsetenv(variable);
    const SCARDHANDLE waiting = program_connect(other, READER);
    assert_code(SCardBeginTransaction(holder), SCARD_S_SUCCESS);
    const uint64_t begun = clock_ms();
    const LONG code = SCardBeginTransaction(waiting);
    *took = clock_ms() - begun;
    assert_code(SCardEndTransaction(holder, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_code(SCardReleaseContext(other), SCARD_S_SUCCESS);
    assert_code(SCardDisconnect(holder, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    return code;
}

static void test_begin__with_limited_patience(void **state) {
    uint64_t took = 0;
    (void)state;
    assert_code(begin_beside_holder("PCSCLITE_NO_BLOCKING", "1", &took), SCARD_E_SHARING_VIOLATION);
    assert_true(took < 50);
    assert_code(begin_beside_holder("SCARDSSP_TIMEOUT", "100", &took), SCARD_E_SHARING_VIOLATION);
    assert_true(took >= 100 && took < 400);
    assert_code(begin_beside_holder("SCARDSSP_TIMEOUT", "700", &took), SCARD_E_SHARING_VIOLATION);
    assert_true(took >= 690 && took < 1000);
}

/* pcsc-lite waits here without a limit. */
static void test_connect__waits_with_a_limit(void **state) {
    SCARDCONTEXT other = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    const SCARDHANDLE holder = program_connect(program_context, READER);
    (void)state;
    setenv("SCARDSSP_TIMEOUT", "100", 1);
    assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other), SCARD_S_SUCCESS);
    unsetenv("SCARDSSP_TIMEOUT");
    assert_code(SCardBeginTransaction(holder), SCARD_S_SUCCESS);
    assert_code(SCardConnect(other, READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol),
                SCARD_E_SHARING_VIOLATION);
    assert_int_equal(card, 0);
    assert_code(SCardEndTransaction(holder, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_code(SCardReleaseContext(other), SCARD_S_SUCCESS);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        CASE(test_connect__protocols),
        CASE(test_connect__refused),
        CASE(test_connect__without_a_card),
        CASE(test_share),
        CASE(test_disconnect),
        CASE(test_disconnect__from_a_reader_that_has_gone),
        CASE(test_reconnect),
        CASE(test_reconnect__refused),
        CASE(test_transaction__levels),
        CASE(test_transaction__of_another),
        CASE(test_begin__waits_for_its_turn),
        CASE(test_begin__ends_with_its_connection),
        CASE(test_begin__ends_with_its_context),
        CASE(test_begin__with_limited_patience),
        CASE(test_connect__waits_with_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
