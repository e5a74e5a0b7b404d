/* The contract's cases on resets and removals: who is told, and how one goes on. */
#include "base/clock.h"
#include "support/contract/kit.h"

/* Calls that need the card give the notice, again and again, until a reconnect. */
static void assert_noticed(struct rm_card *card, rm_status one, rm_status or_other) {
    struct rm_card_status status;
    for (int i = 0; i < 2; ++i) {
        rm_status code = kit_ask(card, KIT_LONG);
        assert_true(code == one || code == or_other);
        code = rm_status_of(card, &status, RM_WITHIN(KIT_LONG));
        assert_true(code == one || code == or_other);
        code = rm_begin(card, RM_WITHIN(KIT_LONG));
        assert_true(code == one || code == or_other);
    }
}

static void assert_recovers(struct rm_card *card) {
    rm_status code = rm_reconnect(card, RM_SHARE_SHARED, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG));
    if (code == RM_W_UNPOWERED_CARD) /* and is told what helps */
        code = rm_reconnect(card, RM_SHARE_SHARED, KIT_ANY, RM_UNPOWER, RM_WITHIN(KIT_LONG));
    kit_assert_status(code, RM_OK);
    kit_assert_status(kit_ask(card, KIT_LONG), RM_OK);
}

static void leave_both(struct rm_card *first, struct rm_card *second) {
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_reset__by_reconnect(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_reconnect(first, RM_SHARE_SHARED, KIT_ANY, RM_RESET, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    assert_noticed(second, RM_W_RESET_CARD, RM_W_RESET_CARD);
    assert_recovers(second);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    leave_both(first, second);
}

static void test_reset__by_power_cycle(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_reconnect(first, RM_SHARE_SHARED, KIT_ANY, RM_UNPOWER, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    assert_noticed(second, RM_W_RESET_CARD, RM_W_UNPOWERED_CARD);
    assert_recovers(second);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    leave_both(first, second);
}

static void test_reset__by_disconnect(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_disconnect(first, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_noticed(second, RM_W_RESET_CARD, RM_W_RESET_CARD);
    assert_recovers(second);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_reset__by_power_off(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_disconnect(first, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_noticed(second, RM_W_RESET_CARD, RM_W_UNPOWERED_CARD);
    assert_recovers(second);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/*
 * What one does to the card at the end of one's own transaction is no news to oneself. The card has power
 * afterwards.
 */
static void test_reset__by_end(void **state) {
    static const uint32_t dispositions[] = {RM_RESET, RM_UNPOWER, RM_EJECT}; /* the reader has no ejector */
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof dispositions / sizeof dispositions[0]; ++i) {
        struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
        struct rm_card_status status;
        kit_assert_status(rm_begin(first, RM_WITHIN(KIT_LONG)), RM_OK);
        kit_assert_status(rm_end(first, dispositions[i], RM_WITHIN(RM_INFINITE)), RM_OK);
        assert_false(first->locked);
        kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
        kit_assert_status(rm_status_of(first, &status, RM_WITHIN(KIT_LONG)), RM_OK);
        assert_int_equal(status.state, RM_CARD_SPECIFIC);
        assert_int_equal(status.protocol, first->protocol);
        kit_assert_status(rm_begin(first, RM_WITHIN(KIT_LONG)), RM_OK);
        kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
        assert_noticed(second, RM_W_RESET_CARD, RM_W_RESET_CARD);
        assert_recovers(second);
        kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
        leave_both(first, second);
    }
}

/* It happens at the last level. */
static void test_reset__by_the_last_end(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_begin(first, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_begin(first, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_end(first, RM_RESET, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    leave_both(first, second);
}

/* Who leaves with a reset waits for another's transaction in his time; then the card is left as it is. */
static void test_reset__by_disconnect_in_anothers_transaction(void **state) {
    static const uint32_t dispositions[] = {RM_RESET, RM_UNPOWER, RM_EJECT};
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof dispositions / sizeof dispositions[0]; ++i) {
        struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
        kit_assert_status(rm_begin(second, RM_WITHIN(KIT_LONG)), RM_OK);
        kit_assert_status(rm_disconnect(first, dispositions[i], RM_WITHIN(KIT_SHORT)), RM_E_TIMEOUT);
        kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
        kit_assert_status(rm_end(second, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
        /* The connection has ended all the same, in a moment where somebody else sees to that. */
        rm_status status = RM_E_SHARING_VIOLATION;
        for (uint32_t waited = 0; status == RM_E_SHARING_VIOLATION && waited < KIT_PATIENCE; waited += 10) {
            status = rm_reconnect(second, RM_SHARE_EXCLUSIVE, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG));
            if (status == RM_E_SHARING_VIOLATION)
                kit_nap(10);
        }
        kit_assert_status(status, RM_OK);
        kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    }
}

static rm_status disconnect_with_reset(struct kit_job *job) {
    return rm_disconnect(job->card, RM_RESET, RM_WITHIN(job->timeout_ms));
}

static void test_reset__by_disconnect_after_anothers_transaction(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    struct kit_job job = {.call = disconnect_with_reset, .card = first, .timeout_ms = KIT_LONG};
    kit_assert_status(rm_begin(second, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_start(&job);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    kit_assert_status(rm_end(second, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_join(&job);
    kit_assert_status(job.status, RM_OK);
    assert_noticed(second, RM_W_RESET_CARD, RM_W_RESET_CARD);
    assert_recovers(second);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(0)), RM_OK);
}

static void test_reset__keeps_the_transaction(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_begin(first, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_begin(first, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_reconnect(first, RM_SHARE_SHARED, KIT_ANY, RM_RESET, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_reconnect(second, RM_SHARE_SHARED, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_SHORT)),
                      RM_E_TIMEOUT);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_recovers(second);
    leave_both(first, second);
}

static void test_removal__is_noticed_until_reconnect(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_REMOVAL);
    struct rm_card *card = kit_connect(kit, kit->a);
    kit_remove(kit);
    assert_noticed(card, RM_W_REMOVED_CARD, RM_W_REMOVED_CARD);
    kit_assert_status(rm_reconnect(card, RM_SHARE_SHARED, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG)),
                      RM_E_NO_SMARTCARD);
    assert_noticed(card, RM_W_REMOVED_CARD, RM_W_REMOVED_CARD);
    kit_put_back(kit);
    assert_noticed(card, RM_W_REMOVED_CARD, RM_W_REMOVED_CARD);
    assert_recovers(card);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_removal__connect_finds_no_card(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_REMOVAL);
    struct rm_card *card;
    kit_remove(kit);
    kit_assert_status(kit_try(kit, kit->a, RM_SHARE_SHARED, 0, &card), RM_E_NO_SMARTCARD);
    kit_assert_status(kit_try(kit, kit->a, RM_SHARE_EXCLUSIVE, 0, &card), RM_E_NO_SMARTCARD);
    kit_assert_status(kit_try(kit, kit->a, RM_SHARE_DIRECT, 0, &card), RM_OK);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_removal__disconnect_succeeds(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_REMOVAL);
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_remove(kit);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_RESET, RM_WITHIN(2000)), RM_OK);
}

static void test_removal__ends_the_transaction(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_REMOVAL);
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_begin(first, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_remove(kit);
    kit_put_back(kit);
    assert_recovers(second);
    kit_assert_status(rm_begin(second, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_W_REMOVED_CARD);
    kit_assert_status(rm_end(second, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_recovers(first);
    kit_assert_status(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    leave_both(first, second);
}

/* A service that was restarted may take its time to find the card. */
static rm_status connect_again(struct kit *kit, struct rm_context *client, struct rm_card **out) {
    const uint64_t end = clock_deadline(kit->contract->settle_ms + KIT_PATIENCE);
    rm_status status;
    while ((status = kit_try(kit, client, RM_SHARE_SHARED, KIT_LONG, out)) != RM_OK && clock_left(end))
        kit_nap(20);
    return status;
}

/* Nobody makes it anew but its user: reconnecting says what it is, however often. */
static void test_loss__is_told_until_disconnect(void **state) {
    struct kit *kit = *state;
    struct rm_context *fresh = NULL;
    if (kit->contract->lacks & RM_CONTRACT_NO_LOSS)
        return; /* it cannot happen */
    if (!kit->contract->cut)
        skip();
    struct rm_card *card = kit_connect(kit, kit->a);
    kit_assert_status(rm_begin(card, RM_WITHIN(KIT_LONG)), RM_OK);
    assert_true(kit->contract->cut(kit->contract->user));
    const rm_status told = kit_ask(card, KIT_LONG);
    assert_true(rm_connection_is_lost(told) || told == RM_W_REMOVED_CARD || told == RM_W_RESET_CARD);
    for (uint32_t init = RM_LEAVE; init <= RM_UNPOWER; ++init) {
        const rm_status status = rm_reconnect(card, RM_SHARE_SHARED, KIT_ANY, init, RM_WITHIN(KIT_LONG));
        assert_true(rm_connection_is_lost(status));
        assert_true(kit_ask(card, KIT_LONG) != RM_OK);
    }
    assert_true(rm_card_handle(card) == 0);
    assert_false(card->locked);
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    kit_assert_status(rm_context_open(kit->contract->service, RM_WITHIN(RM_INFINITE), &fresh), RM_OK);
    kit_assert_status(connect_again(kit, fresh, &card), RM_OK);
    assert_false(card->locked);
    kit_assert_status(kit_ask(card, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    rm_context_close(fresh);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

const struct CMUnitTest kit_recovery_tests[] = {
    CASE(test_reset__by_reconnect),
    CASE(test_reset__by_power_cycle),
    CASE(test_reset__by_disconnect),
    CASE(test_reset__by_power_off),
    CASE(test_reset__by_end),
    CASE(test_reset__by_the_last_end),
    CASE(test_reset__by_disconnect_in_anothers_transaction),
    CASE(test_reset__by_disconnect_after_anothers_transaction),
    CASE(test_reset__keeps_the_transaction),
    CASE(test_removal__is_noticed_until_reconnect),
    CASE(test_removal__connect_finds_no_card),
    CASE(test_removal__disconnect_succeeds),
    CASE(test_removal__ends_the_transaction),
    CASE(test_loss__is_told_until_disconnect),
};
const size_t kit_recovery_count = sizeof kit_recovery_tests / sizeof kit_recovery_tests[0];
