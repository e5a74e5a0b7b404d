/*
 * What the smart card service says that the page of the call does not list: errors of the RPC to it and of
 * what is behind it, of a driver, of a system that goes down. Whatever it is, it is told as what it means,
 * and ReAttach brings the object back.
 */
#include "support/kits/winscard_client.h"

#include "base/clock.h"

#define SOON_MS 3000u

/*
 * The service's end of the line is gone, in winerror.h's words for it (row 11 of the recovery specification).
 */
static const LONG ends[] = {SCARD_E_NO_SERVICE,
                            SCARD_E_SERVICE_STOPPED,
                            SCARD_P_SHUTDOWN,
                            SCARD_E_INVALID_HANDLE,
                            ERROR_INVALID_HANDLE,
                            ERROR_BROKEN_PIPE,
                            ERROR_NO_DATA,
                            ERROR_PIPE_NOT_CONNECTED,
                            ERROR_NETNAME_DELETED,
                            ERROR_VC_DISCONNECTED,
                            ERROR_CONNECTION_ABORTED,
                            ERROR_GRACEFUL_DISCONNECT,
                            ERROR_PROCESS_ABORTED,
                            ERROR_SERVICE_REQUEST_TIMEOUT,
                            ERROR_SERVICE_DEPENDENCY_FAIL,
                            ERROR_SERVICE_NEVER_STARTED,
                            RPC_S_SERVER_UNAVAILABLE,
                            RPC_S_CALL_FAILED,
                            RPC_S_CALL_FAILED_DNE,
                            RPC_S_COMM_FAILURE,
                            RPC_S_PROTOCOL_ERROR,
                            RPC_S_NOT_LISTENING,
                            RPC_S_INVALID_BINDING,
                            RPC_S_NO_BINDINGS,
                            RPC_X_SS_IN_NULL_CONTEXT,
                            RPC_X_SS_CONTEXT_DAMAGED,
                            (LONG)0x800706BAu, /* HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE) */
                            (LONG)0x8007006Du};

static const enum fake_call calls[] = {FAKE_BEGIN, FAKE_TRANSMIT};

static void test_service__ends_in_any_words(void **state) {
    struct client *const client = *state;
    const unsigned before = fake_winscard_contexts();

    for (size_t i = 0; i < sizeof ends / sizeof *ends; ++i)
        for (size_t j = 0; j < sizeof calls / sizeof *calls; ++j) {
            fake_winscard_script(calls[j], ends[i], 0);
            const rm_status status = client_ask(client->card, CLIENT_LONG);
            if (status != RM_E_NO_SERVICE && status != RM_E_SERVICE_STOPPED && status != RM_E_INVALID_HANDLE)
                fail_msg("0x%08lX is told as 0x%08X", (unsigned long)ends[i], status);
            assert_int_equal(client_reattach(client), RM_OK);
            assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
        }
    assert_int_equal(fake_winscard_contexts(), before);
}

/* The same while a lock is held: it is taken again (row 14), and ends with the last unlock. */
static void test_service__ends_under_a_lock(void **state) {
    struct client *const client = *state;

    client->depth = 1;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; ++i) {
        assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
        fake_winscard_script(FAKE_TRANSMIT, ends[i], 0);
        assert_int_not_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
        assert_int_equal(client_reattach(client), RM_OK);
        assert_true(client->card->locked);
        assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    }
}

/*
 * A number that means nothing here: if the connection goes on saying so, ReAttach makes a new one by the
 * reader's name.
 */
static void test_unknown__is_left_behind(void **state) {
    static const LONG codes[] = {0x12345, (LONG)0x80004005u, -1, RPC_X_BAD_STUB_DATA};
    struct client *const client = *state;
    const unsigned before = fake_winscard_contexts();

    for (size_t i = 0; i < sizeof codes / sizeof *codes; ++i) {
        fake_winscard_script(FAKE_BEGIN, codes[i], codes[i]);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_F_UNKNOWN_ERROR);
        assert_int_equal(client_reattach(client), RM_OK);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    }
    assert_int_equal(fake_winscard_contexts(), before);
}

/* Not under a lock, which would go with it: that is told, kept, and ends as ever. */
static void test_unknown__under_a_lock(void **state) {
    struct client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
    fake_winscard_script(FAKE_STATUS, 0x12345, 0);
    assert_int_equal(client_reattach(client), RM_F_UNKNOWN_ERROR);
    assert_true(client->card->locked);
    assert_int_equal(client_ask(client->card, 0), RM_OK);
    assert_int_equal(client_reattach(client), RM_OK);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/*
 * A driver that has waited in vain for its card says so: that is not another program's transaction, which
 * TIMEOUT is.
 */
static void test_timeout__of_a_driver(void **state) {
    static const LONG codes[] = {SCARD_E_TIMEOUT, ERROR_TIMEOUT, WAIT_TIMEOUT, ERROR_SEM_TIMEOUT};
    struct client *const client = *state;
    struct rm_card *card = NULL;
    const uint64_t start = clock_ms();

    for (size_t i = 0; i < sizeof codes / sizeof *codes; ++i) {
        fake_winscard_script(FAKE_TRANSMIT, codes[i], 0);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_E_NOT_TRANSACTED);
        fake_winscard_script(FAKE_CONNECT, codes[i], 0);
        assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_E_COMM_DATA_LOST);
        fake_winscard_script(FAKE_RECONNECT, codes[i], 0);
        assert_int_equal(
            rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_RESET, RM_WITHIN(CLIENT_LONG)),
            RM_E_COMM_DATA_LOST);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    }
    assert_int_in_range(clock_ms() - start, 0, SOON_MS);
}

/* Nor is it a reason to give the connection up, and a lock with it, where the card is to be had alone. */
static void test_timeout__of_a_driver_under_a_lock(void **state) {
    struct client *const client = *state;
    const uint64_t handle = rm_card_handle(client->card);

    assert_int_equal(rm_begin(client->card, RM_WITHIN(CLIENT_LONG)), RM_OK);
    fake_winscard_script(FAKE_RECONNECT, SCARD_E_TIMEOUT, 0);
    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_EXCLUSIVE, RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(CLIENT_LONG)),
        RM_E_COMM_DATA_LOST);
    assert_true(client->card->locked);
    assert_int_equal(rm_card_handle(client->card), handle);
    assert_int_equal(client_ask(client->card, 0), RM_OK);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/*
 * At log-off, and where an administrator's tool has cancelled the RPC: nobody knows what the card has done.
 */
static void test_cancelled__by_the_system(void **state) {
    static const LONG codes[] = {SCARD_E_SYSTEM_CANCELLED, RPC_S_CALL_CANCELLED, ERROR_OPERATION_ABORTED};
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; ++i) {
        fake_winscard_script(FAKE_TRANSMIT, codes[i], 0);
        assert_int_equal(client_ask(client->card, CLIENT_LONG),
                         i == 0 ? RM_E_SYSTEM_CANCELLED : RM_E_CANCELLED);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_W_RESET_CARD);
        assert_int_equal(client_reattach(client), RM_OK);
        assert_int_equal(client_ask(client->card, CLIENT_LONG), RM_OK);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_service__ends_in_any_words), CLIENT_CASE(test_service__ends_under_a_lock),
        CLIENT_CASE(test_unknown__is_left_behind),    CLIENT_CASE(test_unknown__under_a_lock),
        CLIENT_CASE(test_timeout__of_a_driver),       CLIENT_CASE(test_timeout__of_a_driver_under_a_lock),
        CLIENT_CASE(test_cancelled__by_the_system),
    };
    return cmocka_run_group_tests_name("winscard_strange", tests, NULL, NULL);
}
