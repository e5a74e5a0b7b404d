/*
 * What a connection of the backend for Windows' smart card service survives: the rows of the recovery
 * specification. After each fault the next call says what happened, never success; reconnecting answers as
 * the row says, and after it the same connection works.
 */
#include "support/kits/winscard_client.h"

#include <string.h>

#include "backends/sim/sim.h"

static void assert_works(struct client *client) {
    assert_int_equal(client_try(client), RM_OK);
}

/* However often it is tried. */
static void assert_fails(struct client *client, rm_status expected) {
    struct rm_card_status status;

    assert_int_equal(client_try(client), expected);
    assert_int_equal(client_try(client), expected);
    if (client->card)
        assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(CLIENT_LONG)), expected);
}

static void assert_recovers(struct client *client) {
    assert_int_equal(client_reattach(client), RM_OK);
    assert_works(client);
}

/* Row 1 */
static void test_row01__reset_by_another(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_end(&program, SCARD_RESET_CARD);
    assert_fails(client, RM_W_RESET_CARD);
    assert_recovers(client);
}

/* Row 2 */
static void test_row02__powered_off_by_another(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card_status status;

    program_end(&program, SCARD_UNPOWER_CARD);
    assert_fails(client, RM_W_UNPOWERED_CARD);
    assert_recovers(client);
    assert_int_equal(rm_status_of(client->card, &status, RM_WITHIN(0)), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC);
}

/* Row 2, a service that goes on holding the card for unpowered: LEAVE becomes a cold reset. */
static void test_row02__held_for_unpowered(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_end(&program, SCARD_UNPOWER_CARD);
    assert_int_equal(client_try(client), RM_W_UNPOWERED_CARD);
    fake_winscard_script(FAKE_RECONNECT, SCARD_W_UNPOWERED_CARD, 0);
    assert_recovers(client);
    assert_int_equal(fake.disposition, SCARD_LEAVE_CARD); /* of the last transaction's end */
    assert_int_equal(fake_winscard_count(FAKE_RECONNECT), 2);
}

/* Row 2 for a reconnection that is the first call after the fault, of which the service tells nothing. */
static void test_row02__first_call(void **state) {
    static const uint32_t shares[] = {RM_SHARE_SHARED, RM_SHARE_EXCLUSIVE, RM_SHARE_EXCLUSIVE,
                                      RM_SHARE_SHARED};
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);

    program_end(&program, SCARD_UNPOWER_CARD);
    assert_int_equal(client_reattach(client), RM_OK);
    assert_works(client);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        fake.card_state = SCARD_PRESENT;
        fake_winscard_script(FAKE_RECONNECT, 0, 0);
        assert_int_equal(rm_reconnect(client->card, shares[i], CLIENT_ANY, RM_LEAVE, RM_WITHIN(CLIENT_LONG)),
                         RM_OK);
        assert_int_equal(fake_winscard_count(FAKE_RECONNECT), 1);
        assert_int_equal(fake.initialization, SCARD_UNPOWER_CARD);
        fake.card_state = 0;
        assert_works(client);
    }
}

/* Attaching rides out such a card: some patience, then a cold start by a connection that needs no power. */
static void test_row02__attaching(void **state) {
    struct client *const client = *state;
    struct rm_card *card = NULL;

    fake_winscard_script(FAKE_CONNECT, SCARD_W_UNPOWERED_CARD, SCARD_W_UNPOWERED_CARD);
    assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_OK);
    assert_int_equal(fake_winscard_count(FAKE_CONNECT), 3);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* Rows 3 and 4 */
static void test_row03__pulled_and_put_back(void **state) {
    struct client *const client = *state;

    for (int i = 0; i < 2; i++) {
        assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
        assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
        if (i == 0)
            assert_fails(client, RM_W_REMOVED_CARD);
        assert_recovers(client);
    }
}

/* A handle that goes on telling of the old card is given up for a new one. */
static void test_row03__stuck_handle(void **state) {
    struct client *const client = *state;
    const uint64_t before = rm_card_handle(client->card);

    assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
    assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
    fake_winscard_script(FAKE_RECONNECT, SCARD_W_REMOVED_CARD, 0);
    assert_recovers(client);
    assert_true(rm_card_handle(client->card) != before);
}

/* Row 5 */
static void test_row05__pulled(void **state) {
    struct client *const client = *state;

    assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
    assert_fails(client, RM_W_REMOVED_CARD);
    for (uint32_t init = RM_LEAVE; init <= RM_UNPOWER; init++)
        assert_int_equal(
            rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, init, RM_WITHIN(CLIENT_LONG)),
            RM_E_NO_SMARTCARD);
    assert_fails(client, RM_W_REMOVED_CARD);
    assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
    assert_fails(client, RM_W_REMOVED_CARD);
    assert_recovers(client);
}

/* Row 6 */
static void test_row06__another_card(void **state) {
    struct client *const client = *state;
    struct rm_card_status before, after;

    assert_int_equal(rm_status_of(client->card, &before, RM_WITHIN(0)), RM_OK);
    assert_int_equal(sim_insert(fake.sim, FAKE_READER, "gsm", NULL, 0), RM_OK);
    assert_fails(client, RM_W_REMOVED_CARD);
    assert_int_equal(client_reattach(client), RM_OK);
    assert_int_equal(client->card->protocol, RM_PROTOCOL_T0);
    assert_int_equal(rm_status_of(client->card, &after, RM_WITHIN(0)), RM_OK);
    assert_true(before.atr_size != after.atr_size || memcmp(before.atr, after.atr, after.atr_size) != 0);
    assert_int_equal(sim_insert(fake.sim, FAKE_READER, "demo", NULL, 0), RM_OK);
    assert_recovers(client);
}

/* Row 7 */
static void test_row07__held_exclusively(void **state) {
    struct client *const client = *state;
    struct rm_card *card = NULL;

    fake_winscard_stop(); /* our connection is lost, and another program is quicker */
    fake_winscard_start();
    struct program program = program_start(SCARD_SHARE_EXCLUSIVE);
    assert_int_equal(client_try(client), RM_E_INVALID_HANDLE);
    assert_int_equal(client_reattach(client), RM_E_SHARING_VIOLATION);
    assert_int_equal(client_try(client), RM_E_SHARING_VIOLATION);
    assert_int_equal(client_connect(client, CLIENT_LONG, &card), RM_E_SHARING_VIOLATION);
    program_end(&program, SCARD_LEAVE_CARD);
    assert_recovers(client);
}

/* Row 8 is test_bounds.c. */

/* Row 9 */
static void test_row09__reader_unplugged(void **state) {
    struct client *const client = *state;

    assert_int_equal(sim_unplug(fake.sim, FAKE_READER), RM_OK);
    assert_fails(client, RM_E_READER_UNAVAILABLE);
    const rm_status status = client_reattach(client);
    assert_true(status == RM_E_READER_UNAVAILABLE || status == RM_E_UNKNOWN_READER);
    assert_int_equal(sim_plug(fake.sim, FAKE_READER, "demo", 0, NULL, 0), RM_OK);
    assert_recovers(client);
}

/* Row 9 in the words of a service that only says that it no longer knows the handle. */
static void test_row09__by_its_handle_alone(void **state) {
    static const LONG codes[] = {ERROR_INVALID_HANDLE, SCARD_E_INVALID_HANDLE};
    struct client *const client = *state;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_int_equal(sim_unplug(fake.sim, FAKE_READER), RM_OK);
        fake_winscard_script(FAKE_BEGIN, codes[i], 0);
        assert_int_equal(client_try(client), RM_E_READER_UNAVAILABLE);
        assert_int_equal(client_try(client), RM_E_READER_UNAVAILABLE);
        assert_int_equal(sim_plug(fake.sim, FAKE_READER, "demo", 0, NULL, 0), RM_OK);
        assert_recovers(client);
    }
}

/* Row 10 */
static void test_row10__service_stopped(void **state) {
    struct client *const client = *state;

    fake_winscard_stop();
    assert_fails(client, RM_E_SERVICE_STOPPED);
    assert_int_equal(client_reattach(client), RM_E_NO_SERVICE);
    assert_int_equal(client_reattach(client), RM_E_NO_SERVICE);
    assert_fails(client, RM_E_NO_SERVICE);
    fake_winscard_start();
    assert_recovers(client);
    assert_true(rm_context_handle(client->context) != 0);
}

/* Row 11: the former handles are unknown. */
static void test_row11__service_restarted(void **state) {
    struct client *const client = *state;
    const uint64_t before = rm_card_handle(client->card);

    fake_winscard_stop();
    fake_winscard_start();
    assert_fails(client, RM_E_INVALID_HANDLE);
    assert_recovers(client);
    assert_true(rm_card_handle(client->card) != before);
    fake_winscard_stop();
    fake_winscard_start();
    assert_recovers(client); /* without a call in between */
}

/* Rows 10 and 11 for a connection that a program handed over: by the reader's name, in a context of ours. */
static void test_row11__adopted(void **state) {
    struct client *const client = *state;
    struct program program = program_start(SCARD_SHARE_SHARED);
    struct rm_card *const own = client->card;

    assert_int_equal(rm_adopt(client->context, program.card, RM_WITHIN(5000), &client->card), RM_OK);
    fake_winscard_stop();
    assert_fails(client, RM_E_SERVICE_STOPPED);
    assert_int_equal(client_reattach(client), RM_E_NO_SERVICE);
    fake_winscard_start();
    assert_recovers(client);
    assert_true(rm_card_handle(client->card) != program.card);
    assert_int_equal(rm_disconnect(client->card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    client->card = own;
    assert_int_equal(fake_winscard_api.release_context(program.context), 0);
}

/* Row 12 */
static void test_row12__mute(void **state) {
    struct client *const client = *state;

    assert_int_equal(sim_fault(fake.sim, FAKE_READER, CLIENT_FAULT_MUTE, 1), RM_OK);
    assert_int_equal(client_try(client), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(client_reattach(client), RM_W_UNRESPONSIVE_CARD);
    for (int tries = 0; tries < 3 && client_try(client) != RM_OK; tries++)
        (void)rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_UNPOWER, RM_WITHIN(CLIENT_LONG));
    assert_works(client);
}

/* Does another program get at the card? */
static bool is_locked(const struct client *client) {
    struct rm_card *card = NULL;
    rm_status status =
        rm_connect(client->context, FAKE_READER, RM_SHARE_SHARED, CLIENT_ANY, RM_WITHIN(0), &card);

    if (status != RM_OK)
        return status == RM_E_TIMEOUT;
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    return false;
}

/* Row 14: the transaction is held again when the connection is there again. */
static void assert_lock_survives(struct client *client) {
    assert_int_equal(client_reattach(client), RM_OK);
    assert_true(is_locked(client));
    assert_works(client);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_false(is_locked(client));
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
}

static void test_row14__removal(void **state) {
    struct client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    assert_int_equal(sim_remove(fake.sim, FAKE_READER), RM_OK);
    assert_fails(client, RM_W_REMOVED_CARD);
    assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
    assert_lock_survives(client);
}

static void test_row14__restart(void **state) {
    struct client *const client = *state;

    client->depth = 1;
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    fake_winscard_stop();
    assert_fails(client, RM_E_SERVICE_STOPPED);
    fake_winscard_start();
    assert_lock_survives(client);
}

/* A reconnection of our own, which ends the service's transaction or does not. */
static void test_row14__own_reset(void **state) {
    struct client *const client = *state;

    for (int keeps = 0; keeps < 2; keeps++) {
        fake.keeps_transactions = keeps;
        assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
        assert_int_equal(
            rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_RESET, RM_WITHIN(CLIENT_LONG)), RM_OK);
        assert_lock_survives(client);
    }
}

/* Another program is quicker than we are in taking it again: the error is told, and nothing is held. */
static void test_row14__taken_by_another(void **state) {
    struct client *const client = *state;

    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    fake_winscard_script(FAKE_BEGIN, SCARD_E_SHARING_VIOLATION, 0);
    assert_int_equal(
        rm_reconnect(client->card, RM_SHARE_SHARED, CLIENT_ANY, RM_RESET, RM_WITHIN(CLIENT_LONG)),
        RM_E_SHARING_VIOLATION);
    assert_fails(client, RM_W_RESET_CARD); /* not as if nothing had happened */
    assert_false(is_locked(client));
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_recovers(client);
}

/* Row 15 */
static void test_row15__idle_transaction(void **state) {
    struct client *const client = *state;

    fake.idle_ms = 50;
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    Sleep(120);
    assert_int_equal(client_try(client), RM_W_RESET_CARD);
    fake.idle_ms = 5000;
    assert_fails(client, RM_W_RESET_CARD);
    assert_lock_survives(client);
}

/* Row 15, noticed only at its end: the level stays until the reconnection, and is ended after it. */
static void test_row15__noticed_at_the_end(void **state) {
    struct client *const client = *state;

    fake.idle_ms = 50;
    assert_int_equal(rm_begin(client->card, RM_WITHIN(0)), RM_OK);
    Sleep(120);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_W_RESET_CARD);
    fake.idle_ms = 5000;
    assert_false(is_locked(client)); /* Windows has let it go */
    assert_lock_survives(client);
}

/* Row 16: in the middle of the exchange. */
static void test_row16__pulled_while_it_answers(void **state) {
    struct client *const client = *state;

    assert_int_equal(sim_fault(fake.sim, FAKE_READER, CLIENT_FAULT_REMOVE_AFTER, 0), RM_OK);
    assert_fails(client, RM_W_REMOVED_CARD);
    assert_int_equal(client_reattach(client), RM_E_NO_SMARTCARD);
    assert_int_equal(sim_put_back(fake.sim, FAKE_READER), RM_OK);
    assert_recovers(client);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_row01__reset_by_another),
        CLIENT_CASE(test_row02__powered_off_by_another),
        CLIENT_CASE(test_row02__held_for_unpowered),
        CLIENT_CASE(test_row02__first_call),
        CLIENT_CASE(test_row02__attaching),
        CLIENT_CASE(test_row03__pulled_and_put_back),
        CLIENT_CASE(test_row03__stuck_handle),
        CLIENT_CASE(test_row05__pulled),
        CLIENT_CASE(test_row06__another_card),
        CLIENT_CASE(test_row07__held_exclusively),
        CLIENT_CASE(test_row09__reader_unplugged),
        CLIENT_CASE(test_row09__by_its_handle_alone),
        CLIENT_CASE(test_row10__service_stopped),
        CLIENT_CASE(test_row11__service_restarted),
        CLIENT_CASE(test_row11__adopted),
        CLIENT_CASE(test_row12__mute),
        CLIENT_CASE(test_row14__removal),
        CLIENT_CASE(test_row14__restart),
        CLIENT_CASE(test_row14__own_reset),
        CLIENT_CASE(test_row14__taken_by_another),
        CLIENT_CASE(test_row15__idle_transaction),
        CLIENT_CASE(test_row15__noticed_at_the_end),
        CLIENT_CASE(test_row16__pulled_while_it_answers),
    };
    return cmocka_run_group_tests_name("winscard_recovery", tests, NULL, NULL);
}
