/* The contract's cases on connecting, sharing and transactions. */
#include "support/contract/kit.h"

#include <string.h>

static void test_connect__unknown_reader(void **state) {
    struct kit *kit = *state;
    struct rm_card *card = NULL;
    for (uint32_t share = RM_SHARE_EXCLUSIVE; share <= RM_SHARE_DIRECT; ++share) {
        kit_assert_status(rm_connect(kit->a, "No Such Reader \xC3\xA9", share, KIT_ANY, RM_WITHIN(0), &card),
                          RM_E_UNKNOWN_READER);
        assert_null(card);
    }
}

static void test_connect__says_what_it_connected(void **state) {
    struct kit *kit = *state;
    struct rm_card *card = kit_connect(kit, kit->a);
    assert_true(card->protocol == RM_PROTOCOL_T0 || card->protocol == RM_PROTOCOL_T1);
    assert_string_equal(rm_reader_name(card), kit->contract->reader);
    assert_true(rm_card_handle(card) != 0);
    assert_true(rm_context_handle(kit->a) != 0);
    assert_true(rm_context_handle(kit->a) != rm_context_handle(kit->b));
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_connect__two_share(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a);
    struct rm_card *second = kit_connect(kit, kit->b);
    assert_true(rm_card_handle(first) != rm_card_handle(second));
    assert_int_equal(first->protocol, second->protocol);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_connect__exclusive_finds_others(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second;
    kit_assert_status(kit_try(kit, kit->b, RM_SHARE_EXCLUSIVE, 0, &second), RM_E_SHARING_VIOLATION);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(kit_try(kit, kit->b, RM_SHARE_EXCLUSIVE, 0, &second), RM_OK);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_connect__exclusive_keeps_others_out(void **state) {
    struct kit *kit = *state;
    struct rm_card *first, *second;
    kit_assert_status(kit_try(kit, kit->a, RM_SHARE_EXCLUSIVE, 0, &first), RM_OK);
    for (uint32_t share = RM_SHARE_EXCLUSIVE; share <= RM_SHARE_DIRECT; ++share)
        kit_assert_status(kit_try(kit, kit->b, share, 0, &second), RM_E_SHARING_VIOLATION);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    second = kit_connect(kit, kit->b);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_connect__direct_beside_shared(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second;
    kit_assert_status(kit_try(kit, kit->b, RM_SHARE_DIRECT, 0, &second), RM_OK);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_connect__protocol_in_use_is_kept(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = NULL;
    const uint32_t used = first->protocol, other = KIT_ANY & ~used;
    kit_assert_status(
        rm_connect(kit->b, kit->contract->reader, RM_SHARE_SHARED, other, RM_WITHIN(KIT_LONG), &second),
        RM_E_PROTO_MISMATCH);
    assert_null(second);
    kit_assert_status(
        rm_connect(kit->b, kit->contract->reader, RM_SHARE_SHARED, used, RM_WITHIN(KIT_LONG), &second),
        RM_OK);
    assert_int_equal(second->protocol, used);
    kit_assert_status(rm_reconnect(second, RM_SHARE_SHARED, other, RM_LEAVE, RM_WITHIN(KIT_LONG)),
                      RM_E_PROTO_MISMATCH);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/*
 * RAW is the protocol of the reader from then on: nobody else gets through until the card is reset, also when
 * the one who wanted it has left (pcscd 1.9.9 sets its card's protocol so).
 */
static void test_connect__raw_keeps_the_others_out(void **state) {
    struct kit *kit = *state;
    const char *const reader = kit->contract->reader;
    struct rm_card *first = kit_connect(kit, kit->a), *raw, *third;
    const uint32_t used = first->protocol;
    kit_assert_status(rm_connect(kit->b, reader, RM_SHARE_SHARED, RM_PROTOCOL_RAW, RM_WITHIN(KIT_LONG), &raw),
                      RM_OK);
    assert_int_equal(raw->protocol, RM_PROTOCOL_RAW);
    kit_assert_status(kit_ask(raw, KIT_LONG), RM_OK);
    for (int left = 0; left < 2; ++left) {
        kit_assert_status(kit_ask(first, KIT_LONG), RM_E_PROTO_MISMATCH);
        kit_assert_status(kit_try(kit, kit->b, RM_SHARE_SHARED, KIT_LONG, &third), RM_E_PROTO_MISMATCH);
        if (!left)
            kit_assert_status(rm_disconnect(raw, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
    kit_assert_status(rm_reconnect(first, RM_SHARE_SHARED, KIT_ANY, RM_RESET, RM_WITHIN(KIT_LONG)), RM_OK);
    assert_int_equal(first->protocol, used);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    third = kit_connect(kit, kit->b);
    kit_assert_status(rm_disconnect(third, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_connect__raw_left_by_a_reset(void **state) {
    struct kit *kit = *state;
    static const uint32_t ends[] = {RM_RESET, RM_UNPOWER};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; ++i) {
        struct rm_card *raw = NULL;
        kit_assert_status(rm_connect(kit->b, kit->contract->reader, RM_SHARE_SHARED, RM_PROTOCOL_RAW,
                                     RM_WITHIN(KIT_LONG), &raw),
                          RM_OK);
        kit_assert_status(rm_disconnect(raw, ends[i], RM_WITHIN(2000)), RM_OK);
        struct rm_card *card = kit_connect(kit, kit->a);
        kit_assert_status(kit_ask(card, KIT_LONG), RM_OK);
        kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
}

/* A protocol stays when nobody is connected any more. RAW beside others is RAW. */
static void test_connect__protocol_outlives_its_connection(void **state) {
    struct kit *kit = *state;
    const char *const reader = kit->contract->reader;
    struct rm_card *card = kit_connect(kit, kit->a), *other = NULL;
    const uint32_t used = card->protocol;
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(
        rm_connect(kit->b, reader, RM_SHARE_SHARED, KIT_ANY & ~used, RM_WITHIN(KIT_LONG), &other),
        RM_E_PROTO_MISMATCH);
    assert_null(other);
    kit_assert_status(
        rm_connect(kit->b, reader, RM_SHARE_SHARED, KIT_ANY | RM_PROTOCOL_RAW, RM_WITHIN(KIT_LONG), &other),
        RM_OK);
    assert_int_equal(other->protocol, RM_PROTOCOL_RAW);
    kit_assert_status(rm_reconnect(other, RM_SHARE_SHARED, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG)),
                      RM_E_PROTO_MISMATCH);
    kit_assert_status(rm_reconnect(other, RM_SHARE_SHARED, KIT_ANY, RM_RESET, RM_WITHIN(KIT_LONG)), RM_OK);
    assert_int_equal(other->protocol, used);
    kit_assert_status(rm_disconnect(other, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_context__close_ends_its_connections(void **state) {
    struct kit *kit = *state;
    struct rm_context *third = NULL;
    struct rm_card *card, *other;
    kit_assert_status(rm_context_open(kit->contract->service, RM_WITHIN(RM_INFINITE), &third), RM_OK);
    card = kit_connect(kit, third);
    kit_assert_status(rm_begin(card, RM_WITHIN(KIT_LONG)), RM_OK);
    rm_context_close(third);
    kit_assert_status(kit_try(kit, kit->a, RM_SHARE_EXCLUSIVE, KIT_LONG, &other), RM_OK);
    kit_assert_status(kit_ask(other, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(other, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_reconnect__exclusive_while_shared(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second = kit_connect(kit, kit->b);
    kit_assert_status(rm_reconnect(first, RM_SHARE_EXCLUSIVE, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG)),
                      RM_E_SHARING_VIOLATION);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_reconnect__changes_the_share_mode(void **state) {
    struct kit *kit = *state;
    struct rm_card *first = kit_connect(kit, kit->a), *second;
    kit_assert_status(rm_reconnect(first, RM_SHARE_EXCLUSIVE, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(kit_try(kit, kit->b, RM_SHARE_SHARED, 0, &second), RM_E_SHARING_VIOLATION);
    kit_assert_status(rm_reconnect(first, RM_SHARE_SHARED, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG)), RM_OK);
    second = kit_connect(kit, kit->b);
    kit_assert_status(kit_ask(second, KIT_LONG), RM_OK);
    kit_assert_status(kit_ask(first, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/*
 * What is refused touches nothing, and what has nothing to do puts nothing at risk: whoever waits for the
 * transaction's end does not get it before (row 14 of the recovery specification). All its levels go with the
 * last end.
 */
static void test_reconnect__gives_no_transaction_away(void **state) {
    struct kit *kit = *state;
    struct rm_card *holder = kit_connect(kit, kit->a), *waiter = kit_connect(kit, kit->b);
    struct kit_job job = {.call = kit_job_begin, .card = waiter, .timeout_ms = KIT_LONG};
    kit_assert_status(rm_begin(holder, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_start(&job);
    for (uint32_t init = RM_LEAVE; init <= RM_UNPOWER; ++init) {
        kit_assert_status(rm_reconnect(holder, RM_SHARE_EXCLUSIVE, KIT_ANY, init, RM_WITHIN(KIT_LONG)),
                          RM_E_SHARING_VIOLATION);
        assert_true(holder->locked);
        kit_assert_status(kit_ask(holder, 0), RM_OK);
        kit_assert_status(rm_reconnect(holder, RM_SHARE_SHARED, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_LONG)),
                          RM_OK);
        assert_true(holder->locked);
        kit_assert_status(kit_ask(holder, 0), RM_OK);
    }
    kit_assert_status(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    kit_join(&job);
    kit_assert_status(job.status, RM_OK);
    kit_assert_status(kit_ask(waiter, 0), RM_OK);
    kit_assert_status(rm_end(waiter, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(kit_ask(holder, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(waiter, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_begin__nests(void **state) {
    struct kit *kit = *state;
    struct rm_card *card = kit_connect(kit, kit->a);
    kit_assert_status(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_false(card->locked);
    kit_assert_status(rm_begin(card, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_begin(card, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(kit_ask(card, KIT_LONG), RM_OK);
    kit_assert_status(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_true(card->locked);
    kit_assert_status(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_false(card->locked);
    kit_assert_status(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_false(card->locked);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_begin__others_wait_no_longer_than_told(void **state) {
    struct kit *kit = *state;
    struct rm_card *holder = kit_connect(kit, kit->a), *waiter = kit_connect(kit, kit->b), *late;
    struct rm_card_status status;
    struct kit_job job = {.call = kit_job_begin, .card = waiter, .timeout_ms = 2 * KIT_SHORT};
    kit_assert_status(rm_begin(holder, RM_WITHIN(KIT_LONG)), RM_OK);

    kit_start(&job);
    kit_join(&job);
    kit_assert_status(job.status, RM_E_TIMEOUT);
    assert_int_in_range(job.took_ms, KIT_SHORT, KIT_PATIENCE);
    kit_assert_status(rm_begin(waiter, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_false(waiter->locked);
    kit_assert_status(kit_ask(waiter, KIT_SHORT), RM_E_TIMEOUT);
    kit_assert_status(rm_status_of(waiter, &status, RM_WITHIN(KIT_SHORT)), RM_E_TIMEOUT);
    kit_assert_status(rm_reconnect(waiter, RM_SHARE_SHARED, KIT_ANY, RM_LEAVE, RM_WITHIN(KIT_SHORT)),
                      RM_E_TIMEOUT);
    kit_assert_status(kit_try(kit, kit->b, RM_SHARE_SHARED, KIT_SHORT, &late), RM_E_TIMEOUT);

    kit_assert_status(kit_ask(holder, KIT_LONG), RM_OK);
    kit_assert_status(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(kit_ask(waiter, KIT_LONG), RM_OK);
    kit_assert_status(rm_begin(waiter, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_end(waiter, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(rm_disconnect(waiter, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* How long one waits for the transaction of another, who ends it after a while. */
static uint32_t hand_over(struct rm_card *holder, struct rm_card *waiter) {
    struct kit_job job = {.call = kit_job_begin, .card = waiter, .timeout_ms = KIT_LONG};
    kit_assert_status(rm_begin(holder, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_start(&job);
    kit_assert_status(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_join(&job);
    kit_assert_status(job.status, RM_OK);
    return (uint32_t)job.took_ms;
}

static void test_begin__is_handed_over(void **state) {
    struct kit *kit = *state;
    struct rm_card *holder = kit_connect(kit, kit->a), *waiter = kit_connect(kit, kit->b);
    uint32_t took = hand_over(holder, waiter);
    /* On a busy machine the thread that is to wait may begin when there is nothing left to wait for. */
    for (int tries = 0; tries < 3 && took < KIT_SHORT / 2; ++tries) {
        kit_assert_status(rm_end(waiter, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        took = hand_over(holder, waiter);
    }
    assert_int_in_range(took, KIT_SHORT / 2, KIT_PATIENCE);
    kit_assert_status(kit_ask(holder, KIT_SHORT), RM_E_TIMEOUT);
    kit_assert_status(rm_end(waiter, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(kit_ask(holder, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(waiter, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_begin__is_cancelled(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_CANCEL);
    struct rm_card *holder = kit_connect(kit, kit->a), *waiter = kit_connect(kit, kit->b);
    struct kit_job job = {.call = kit_job_begin, .card = waiter, .timeout_ms = KIT_LONG};
    kit_assert_status(rm_begin(holder, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_start(&job);
    rm_cancel(kit->a); /* another client's */
    rm_cancel(kit->b);
    kit_join(&job);
    kit_assert_status(job.status, RM_E_CANCELLED);
    assert_int_in_range(job.took_ms, 0, KIT_PATIENCE);
    kit_assert_status(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(rm_begin(waiter, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_end(waiter, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(rm_disconnect(waiter, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_disconnect__releases_the_lock(void **state) {
    struct kit *kit = *state;
    struct rm_card *holder = kit_connect(kit, kit->a), *waiter = kit_connect(kit, kit->b);
    kit_assert_status(rm_begin(holder, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_begin(holder, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(rm_begin(waiter, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_end(waiter, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    kit_assert_status(rm_disconnect(waiter, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

const struct CMUnitTest kit_sharing_tests[] = {
    CASE(test_connect__unknown_reader),
    CASE(test_connect__says_what_it_connected),
    CASE(test_connect__two_share),
    CASE(test_connect__exclusive_finds_others),
    CASE(test_connect__exclusive_keeps_others_out),
    CASE(test_connect__direct_beside_shared),
    CASE(test_connect__protocol_in_use_is_kept),
    CASE(test_connect__raw_keeps_the_others_out),
    CASE(test_connect__raw_left_by_a_reset),
    CASE(test_connect__protocol_outlives_its_connection),
    CASE(test_context__close_ends_its_connections),
    CASE(test_reconnect__exclusive_while_shared),
    CASE(test_reconnect__changes_the_share_mode),
    CASE(test_reconnect__gives_no_transaction_away),
    CASE(test_begin__nests),
    CASE(test_begin__others_wait_no_longer_than_told),
    CASE(test_begin__is_handed_over),
    CASE(test_begin__is_cancelled),
    CASE(test_disconnect__releases_the_lock),
};
const size_t kit_sharing_count = sizeof kit_sharing_tests / sizeof kit_sharing_tests[0];
