/* Connecting, reconnecting and taking over, on the ways that a real service seldom goes. */
#include "backends/pcsc/attach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "backends/pcsc/connection.h"
#include "support/fakes/pcsc.h"
#include "support/kits/recovery.h"

static rm_status reattach(struct rm_card *card, uint32_t share, uint32_t init) {
    return rm_reconnect(card, share, FAKE_ANY, init, RM_WITHIN(10000));
}

/* The same by somebody who knows what to do when the connection is lost. */
static struct recovery recovery_of(struct fake_client *client, struct rm_card **card, unsigned depth) {
    return (struct recovery){.service = client->service,
                             .context = &client->context,
                             .card = card,
                             .reader = "Fake",
                             .depth = depth};
}

static rm_status reattach_anyhow(struct fake_client *client, uint32_t share, uint32_t init) {
    struct recovery recovery = recovery_of(client, &client->card, 0);
    return recover(&recovery, share, init);
}

/* The context knows the connections that there are, and no other. */
static void assert_cards(const struct fake_client *client, unsigned count) {
    const struct pcsc_context *context = pcsc_context_from(client->context);
    unsigned known = 0;
    for (const struct pcsc_card *card = context->cards; card; card = card->next)
        known++;
    assert_int_equal(known, count);
}

/* What came to nothing leaves nothing. */
static void test_attach__in_vain(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake_next(FAKE_CONNECT, SCARD_E_NO_SMARTCARD, 0);
    assert_int_equal(rm_connect(client->context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card),
                     RM_E_NO_SMARTCARD);
    assert_null(card);
    assert_cards(client, 1);
    fake_next(FAKE_STATUS, SCARD_E_INVALID_VALUE, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(10000), &card), RM_E_INVALID_HANDLE);
    assert_null(card);
    assert_cards(client, 1);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(10000), &card), RM_OK);
    assert_cards(client, 2);
    assert_int_equal(fake.timeout, 0); /* its reader's state was looked at, not waited for */
    rm_abandon(card);
    assert_cards(client, 1);
}

/* Unpowered for ever: after a while of patience a cold start through a connection that needs no power. */
static void test_connect__cold_start(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake.used[FAKE_CONNECT] = 0;
    for (int i = 0; i < 31; i++)
        fake.script[FAKE_CONNECT][i] = SCARD_W_UNPOWERED_CARD;
    assert_int_equal(
        rm_connect(client->context, "Fake", RM_SHARE_EXCLUSIVE, FAKE_ANY, RM_WITHIN(10000), &card), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1);
    assert_int_equal(fake_count(FAKE_CONNECT), 33); /* the first, the patient ones, the direct one, ours */
    assert_int_equal(fake.share, SCARD_SHARE_EXCLUSIVE);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_connect__cold_start_fails(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    for (int i = 0; i < FAKE_SCRIPT; i++)
        fake.script[FAKE_CONNECT][i] = SCARD_W_UNPOWERED_CARD;
    fake.used[FAKE_CONNECT] = 0;
    assert_int_equal(rm_connect(client->context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card),
                     RM_W_UNPOWERED_CARD);
    fake.used[FAKE_CONNECT] = 0;
    fake.script[FAKE_CONNECT][31] = SCARD_S_SUCCESS;
    fake_next(FAKE_RECONNECT, SCARD_W_UNRESPONSIVE_CARD, 0);
    assert_int_equal(rm_connect(client->context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card),
                     RM_W_UNRESPONSIVE_CARD);
    assert_null(card);
}

static void test_connect__dead_context_is_replaced(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;
    struct rm_context *context = NULL;

    assert_int_equal(rm_context_open(client->service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    const uint64_t before = rm_context_handle(context);
    fake_next(FAKE_CONNECT, SCARD_E_NO_SERVICE, SCARD_S_SUCCESS);
    assert_int_equal(rm_connect(context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card), RM_OK);
    assert_true(rm_context_handle(context) != 0 && rm_context_handle(context) != before);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    fake_next(FAKE_CONNECT, SCARD_E_NO_SERVICE, SCARD_E_NO_SERVICE);
    assert_int_equal(rm_connect(context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card),
                     RM_E_NO_SERVICE);
    fake_next(FAKE_CONNECT, SCARD_E_NO_SERVICE, 0);
    fake_next(FAKE_ESTABLISH, SCARD_E_NO_SERVICE, 0);
    assert_int_equal(rm_connect(context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &card),
                     RM_E_NO_SERVICE);
    fake.used[FAKE_ESTABLISH]--; /* that one gave nothing to release */
    rm_context_close(context);
}

/* Says that it is lost, and goes on saying so. */
static void test_reconnect__lost_connection(void **state) {
    static const LONG codes[] = {SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED, SCARD_E_INVALID_HANDLE,
                                 SCARD_E_INVALID_VALUE, SCARD_F_COMM_ERROR};
    struct fake_client *const client = *state;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const uint64_t before = rm_card_handle(client->card);
        fake_next(FAKE_RECONNECT, codes[i], SCARD_S_SUCCESS);
        const unsigned connected = fake_count(FAKE_CONNECT);
        assert_true(rm_connection_is_lost(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE)));
        assert_int_equal(rm_card_handle(client->card), 0);
        assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE), RM_E_INVALID_HANDLE);
        assert_int_equal(fake_count(FAKE_CONNECT), connected);
        assert_int_equal(reattach_anyhow(client, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
        assert_true(rm_card_handle(client->card) != 0 && rm_card_handle(client->card) != before);
        assert_int_equal(fake_ask(client->card, 10000), RM_OK);
    }
}

/* Lost with a transaction: it is begun again, or the connection is not made. */
static void test_reconnect__begins_again(void **state) {
    struct fake_client *const client = *state;
    struct recovery recovery = recovery_of(client, &client->card, 2);

    assert_int_equal(rm_begin(client->card, RM_WITHIN(10000)), RM_OK);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(10000)), RM_OK);
    fake_next(FAKE_TRANSMIT, SCARD_E_NO_SERVICE, 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_NO_SERVICE);
    assert_false(client->card->locked);
    fake_next(FAKE_BEGIN, SCARD_W_UNRESPONSIVE_CARD, 0);
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_RESET), RM_W_UNRESPONSIVE_CARD);
    assert_null(client->card);
    assert_int_equal(recovery.depth, 0);
    assert_int_equal(recovery.loss, RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_false(client->card->locked);

    assert_int_equal(rm_begin(client->card, RM_WITHIN(10000)), RM_OK);
    fake_next(FAKE_TRANSMIT, SCARD_E_NO_SERVICE, 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_NO_SERVICE);
    unsigned begun = fake_count(FAKE_BEGIN);
    recovery.depth = 1;
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_BEGIN), begun + 1);
    assert_true(client->card->locked);

    fake_next(FAKE_TRANSMIT, SCARD_E_NO_SERVICE, 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_NO_SERVICE);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)),
                     RM_E_NO_SERVICE); /* ended by itself */
    begun = fake_count(FAKE_BEGIN);
    recovery.depth = 0;
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_BEGIN), begun);
}

/*
 * Told of a reset, the service reconnects us to a card that it holds for unpowered: LEAVE becomes a cold
 * start.
 */
static void test_reconnect__powers_up(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_TRANSMIT, SCARD_W_RESET_CARD, 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_W_RESET_CARD);
    fake.card_state = SCARD_PRESENT;
    assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE), RM_W_UNPOWERED_CARD);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1);
    assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_UNPOWER), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 2);
    assert_int_equal(fake.disposition, SCARD_UNPOWER_CARD);
    assert_int_equal(reattach_anyhow(client, RM_SHARE_SHARED, RM_LEAVE),
                     RM_OK); /* and again, without having been told: others may have done it */
    assert_int_equal(fake_count(FAKE_RECONNECT), 4);
    fake.card_state = SCARD_PRESENT | SCARD_POWERED | SCARD_NEGOTIABLE;
    assert_int_equal(reattach_anyhow(client, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 5); /* nothing to repair any more */
    assert_int_equal(fake.disposition, SCARD_LEAVE_CARD);
}

/* Who has had the card alone since, or holds it, need not ask: nobody can have switched it off. */
static void test_reconnect__asks_for_power_where_others_were(void **state) {
    struct fake_client *const client = *state;
    unsigned asked = fake_count(FAKE_STATUS);

    assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_STATUS), asked + 1);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_OK);
    asked = fake_count(FAKE_STATUS);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_OK);
    assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_STATUS), asked);
    assert_int_equal(rm_begin(client->card, RM_WITHIN(10000)), RM_OK);
    assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_STATUS), asked);
}

static void test_lower__releases_the_hidden_lock(void **state) {
    struct fake_client *const client = *state;

    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_END), 0);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_RESET), RM_OK);
    assert_int_equal(fake_count(FAKE_END), 0);
    assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_count(FAKE_END), 1);
}

static void test_raise__others_are_there(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_CONNECT, SCARD_E_SHARING_VIOLATION, SCARD_S_SUCCESS);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_RESET), RM_E_SHARING_VIOLATION);
    assert_int_equal(fake.share, SCARD_SHARE_SHARED); /* as before */
    assert_int_equal(fake_count(FAKE_RECONNECT), 0);  /* and not reset */
    assert_int_equal(fake_ask(client->card, 10000), RM_OK);
}

/* A transaction is not given away, where it would have to be. */
static void test_raise__keeps_the_transaction(void **state) {
    struct fake_client *const client = *state;
    const uint64_t handle = rm_card_handle(client->card);

    assert_int_equal(rm_begin(client->card, RM_WITHIN(10000)), RM_OK);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_E_SHARING_VIOLATION);
    assert_int_equal(rm_card_handle(client->card), handle);
    assert_int_equal(fake_count(FAKE_DISCONNECT), 0);
    assert_true(client->card->locked);
    assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_OK);
}

/* The service tells of a reset first and keeps its lock: the level is ended by another call. */
static void test_end__told_of_a_reset(void **state) {
    static const LONG told[] = {SCARD_W_RESET_CARD, SCARD_W_UNPOWERED_CARD};
    struct fake_client *const client = *state;

    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        assert_int_equal(rm_begin(client->card, RM_WITHIN(10000)), RM_OK);
        fake_next(FAKE_END, told[i], SCARD_S_SUCCESS);
        assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), (rm_status)told[i]);
        assert_true(client->card->locked);
        assert_int_equal(reattach(client->card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
        assert_true(client->card->locked);
        assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        assert_false(client->card->locked);
        assert_int_equal(rm_end(client->card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    }
}

static void test_raise__no_way_back(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_CONNECT, SCARD_E_SHARING_VIOLATION, SCARD_E_SHARING_VIOLATION);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_E_SHARING_VIOLATION);
    assert_int_equal(rm_card_handle(client->card), 0);
    assert_int_equal(fake_ask(client->card, 10000), RM_E_SHARING_VIOLATION);
    assert_int_equal(reattach_anyhow(client, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_ask(client->card, 10000), RM_OK);
    fake_next(FAKE_CONNECT, SCARD_E_NO_SMARTCARD, 0);
    assert_int_equal(reattach(client->card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_E_NO_SMARTCARD);
    assert_int_equal(fake_ask(client->card, 10000), RM_W_REMOVED_CARD);
    assert_int_equal(reattach_anyhow(client, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
}

static void test_raise__service_is_gone(void **state) {
    struct fake_client *const client = *state;

    fake_next(FAKE_DISCONNECT, SCARD_E_NO_SERVICE, SCARD_S_SUCCESS);
    assert_int_equal(reattach_anyhow(client, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_OK); /* made anew at once */
    assert_int_equal(fake.share, SCARD_SHARE_EXCLUSIVE);
    assert_int_equal(fake_ask(client->card, 10000), RM_OK);
}

/*
 * A connection with a notice tells nothing but that. Where somebody is connected to one reader only, it is
 * that one.
 */
static void test_adopt__the_only_reader_in_use(void **state) {
    static const LONG told[] = {SCARD_W_RESET_CARD, SCARD_W_REMOVED_CARD};
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_INUSE | SCARD_STATE_CHANGED;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const unsigned reconnected = fake_count(FAKE_RECONNECT);
        fake_next(FAKE_STATUS, told[i], 0);
        assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_OK);
        assert_string_equal(rm_reader_name(card), "Fake");
        assert_int_equal(fake_count(FAKE_RECONNECT), reconnected);
        fake_next(FAKE_TRANSMIT, told[i], 0);
        assert_int_equal(fake_ask(card, 10000), (rm_status)told[i]);
        fake_next(FAKE_RECONNECT, SCARD_E_NO_SERVICE, 0); /* rows 10 and 11: by its name */
        struct recovery recovery = recovery_of(client, &card, 0);
        recovery.reader = NULL;
        assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
        assert_int_equal(fake_ask(card, 10000), RM_OK);
        rm_abandon(card);
    }
}

/* A reader of which nothing is told is nobody's: the notice is taken back, and the name asked for. */
static void test_adopt__reader_without_a_state(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake.reader_state = SCARD_STATE_IGNORE | SCARD_STATE_CHANGED;
    fake_next(FAKE_STATUS, SCARD_W_RESET_CARD, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1);
    assert_string_equal(rm_reader_name(card), "Fake");
    assert_int_equal(fake_ask(card, 10000), RM_W_RESET_CARD);
    rm_abandon(card);
}

/*
 * A connection that has the card alone and has been told of a reset: the card's power is asked all the same.
 */
static void test_adopt__alone_after_a_reset(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE | SCARD_STATE_CHANGED;
    fake_next(FAKE_STATUS, SCARD_W_RESET_CARD, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_OK);
    fake.card_state = SCARD_PRESENT;
    const unsigned asked = fake_count(FAKE_STATUS);
    assert_int_equal(reattach(card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_W_UNPOWERED_CARD);
    assert_int_equal(fake_count(FAKE_STATUS), asked + 1);
    rm_abandon(card);
}

/*
 * Among several in use the name is asked for once the notice is taken back; the notice is told by us from
 * then on.
 */
static void test_adopt__one_of_several_readers(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;
    struct rm_card_status status;

    fake.names = "Fake\0Two\0";
    fake.names_size = 10;
    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_INUSE | SCARD_STATE_CHANGED;
    fake_next(FAKE_STATUS, SCARD_W_RESET_CARD, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), "Fake");
    assert_int_equal(fake_count(FAKE_RECONNECT), 1);
    assert_int_equal(fake.disposition, SCARD_LEAVE_CARD);
    assert_int_equal(rm_card_handle(card), 77);
    assert_int_equal(fake_ask(card, 10000), RM_W_RESET_CARD);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(10000)), RM_W_RESET_CARD);
    assert_int_equal(rm_begin(card, RM_WITHIN(10000)), RM_W_RESET_CARD);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_W_RESET_CARD);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(fake_ask(card, 10000), RM_OK);
    rm_abandon(card);
}

/* Where somebody has a reader for himself nothing is taken back: it could be ours. The name comes later. */
static void test_adopt__without_a_name(void **state) {
    struct fake_client *const client = *state;
    struct rm_card *card = NULL;

    fake.names = "Fake\0Two\0";
    fake.names_size = 10;
    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE | SCARD_STATE_CHANGED;
    fake_next(FAKE_STATUS, SCARD_W_RESET_CARD, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), "");
    assert_int_equal(fake_count(FAKE_RECONNECT), 0);
    fake_next(FAKE_TRANSMIT, SCARD_E_INVALID_HANDLE, 0);
    assert_int_equal(fake_ask(card, 10000), RM_E_INVALID_HANDLE);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_E_INVALID_HANDLE); /* to what? */
    rm_abandon(card);
    fake_next(FAKE_STATUS, SCARD_W_REMOVED_CARD, 0);
    assert_int_equal(rm_adopt(client->context, 77, RM_WITHIN(5000), &card), RM_OK);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_string_equal(rm_reader_name(card), "Fake");
    assert_int_equal(rm_disconnect(card, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(fake.disposition, SCARD_RESET_CARD);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        FAKE_CASE(test_attach__in_vain),
        FAKE_CASE(test_connect__cold_start),
        FAKE_CASE(test_connect__cold_start_fails),
        FAKE_CASE(test_connect__dead_context_is_replaced),
        FAKE_CASE(test_reconnect__lost_connection),
        FAKE_CASE(test_reconnect__begins_again),
        FAKE_CASE(test_reconnect__powers_up),
        FAKE_CASE(test_reconnect__asks_for_power_where_others_were),
        FAKE_CASE(test_lower__releases_the_hidden_lock),
        FAKE_CASE(test_raise__others_are_there),
        FAKE_CASE(test_raise__keeps_the_transaction),
        FAKE_CASE(test_end__told_of_a_reset),
        FAKE_CASE(test_raise__no_way_back),
        FAKE_CASE(test_raise__service_is_gone),
        FAKE_CASE(test_adopt__the_only_reader_in_use),
        FAKE_CASE(test_adopt__reader_without_a_state),
        FAKE_CASE(test_adopt__alone_after_a_reset),
        FAKE_CASE(test_adopt__one_of_several_readers),
        FAKE_CASE(test_adopt__without_a_name),
    };
    return cmocka_run_group_tests_name("pcsc_attach", tests, NULL, NULL);
}
