/* The slot and its clients: the sharing matrix, notices, power, ejecting. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "backends/sim/clients.h"
#include "base/clock.h"

#define WORKERS 4

static void test_share__matrix(void **state) {
    struct clients *clients = *state;
    static const rm_status expected[4][4] = {
        [RM_SHARE_EXCLUSIVE] = {[RM_SHARE_EXCLUSIVE] = RM_E_SHARING_VIOLATION,
                                [RM_SHARE_SHARED] = RM_E_SHARING_VIOLATION,
                                [RM_SHARE_DIRECT] = RM_E_SHARING_VIOLATION},
        [RM_SHARE_SHARED] = {[RM_SHARE_EXCLUSIVE] = RM_E_SHARING_VIOLATION,
                             [RM_SHARE_SHARED] = RM_OK,
                             [RM_SHARE_DIRECT] = RM_OK},
        [RM_SHARE_DIRECT] = {[RM_SHARE_EXCLUSIVE] = RM_E_SHARING_VIOLATION,
                             [RM_SHARE_SHARED] = RM_OK,
                             [RM_SHARE_DIRECT] = RM_OK},
    };
    for (uint32_t held = RM_SHARE_EXCLUSIVE; held <= RM_SHARE_DIRECT; ++held)
        for (uint32_t asked = RM_SHARE_EXCLUSIVE; asked <= RM_SHARE_DIRECT; ++asked) {
            struct rm_card *first, *second;
            assert_int_equal(clients_try(clients->a, held, ANY, &first), RM_OK);
            /* By a new connection, of this or another client, and by changing an old one. */
            assert_int_equal(clients_try(clients->a, asked, ANY, &second), expected[held][asked]);
            if (second)
                assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
            if (held != RM_SHARE_EXCLUSIVE) {
                assert_int_equal(clients_try(clients->b, RM_SHARE_SHARED, ANY, &second), RM_OK);
                assert_int_equal(rm_reconnect(second, asked, ANY, RM_LEAVE, RM_WITHIN(SOON)),
                                 expected[held][asked]);
                assert_int_equal(clients_ask(second, SOON), RM_OK);
                assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
            }
            assert_int_equal(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
        }
}

static void test_share__violation_does_not_wait(void **state) {
    struct clients *clients = *state;
    struct rm_card *first = clients_connect(clients->a), *second;
    assert_int_equal(rm_begin(first, RM_WITHIN(SOON)), RM_OK);
    const uint64_t start = clock_ms();
    assert_int_equal(clients_try(clients->b, RM_SHARE_EXCLUSIVE, ANY, &second), RM_E_SHARING_VIOLATION);
    assert_int_in_range(clock_ms() - start, 0, SOON / 2);
    assert_int_equal(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_reconnect__refusal_leaves_the_card_alone(void **state) {
    struct clients *clients = *state;
    struct rm_card *first = clients_connect(clients->a), *second = clients_connect(clients->b);
    assert_int_equal(rm_reconnect(first, RM_SHARE_EXCLUSIVE, ANY, RM_RESET, RM_WITHIN(SOON)),
                     RM_E_SHARING_VIOLATION);
    assert_int_equal(rm_reconnect(first, RM_SHARE_SHARED, 0, RM_RESET, RM_WITHIN(SOON)), RM_E_PROTO_MISMATCH);
    assert_int_equal(rm_reconnect(first, RM_SHARE_SHARED, ANY, RM_EJECT, RM_WITHIN(SOON)),
                     RM_E_INVALID_VALUE);
    assert_int_equal(clients_ask(first, SOON), RM_OK);
    assert_int_equal(clients_ask(second, SOON), RM_OK); /* no reset notice */
    assert_int_equal(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_disconnect__spares_anothers_transaction(void **state) {
    struct clients *clients = *state;
    struct rm_card *holder = clients_connect(clients->a), *other = clients_connect(clients->b);
    assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_disconnect(other, RM_RESET, RM_WITHIN(100)), RM_E_TIMEOUT);
    assert_int_equal(clients_ask(holder, SOON), RM_OK);
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    /* It is disconnected all the same. */
    assert_int_equal(rm_reconnect(holder, RM_SHARE_EXCLUSIVE, ANY, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_end__disposition_at_the_last_level(void **state) {
    struct clients *clients = *state;
    struct rm_card *first = clients_connect(clients->a), *second = clients_connect(clients->b);
    assert_int_equal(rm_begin(first, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_begin(first, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_end(first, RM_UNPOWER, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(clients_ask(first, SOON), RM_OK);
    assert_int_equal(rm_end(first, RM_UNPOWER, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(clients_ask(first, SOON),
                     RM_OK); /* one's own doing is no news (rm_contract_recovery.c) */
    assert_int_equal(clients_ask(second, SOON), RM_W_RESET_CARD);
    assert_int_equal(clients_reconnect(second, RM_LEAVE), RM_OK);
    assert_int_equal(clients_ask(second, 0), RM_OK); /* the lock is free */
    assert_int_equal(rm_disconnect(first, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_unpower__card_is_off_until_someone_comes(void **state) {
    struct clients *clients = *state;
    struct rm_card *first = clients_connect(clients->a), *second = clients_connect(clients->b), *third;
    struct rm_card_status status;
    assert_int_equal(rm_disconnect(first, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_ask(second, SOON), RM_W_UNPOWERED_CARD);
    third = clients_connect(clients->a); /* powers it */
    assert_int_equal(clients_ask(third, SOON), RM_OK);
    assert_int_equal(clients_ask(second, SOON), RM_W_RESET_CARD);
    assert_int_equal(rm_disconnect(third, RM_EJECT, RM_WITHIN(2000)), RM_OK); /* no ejector: switched off */
    assert_int_equal(clients_ask(second, SOON), RM_W_UNPOWERED_CARD);
    assert_int_equal(clients_reconnect(second, RM_LEAVE), RM_OK);
    assert_int_equal(clients_ask(second, SOON), RM_OK);
    assert_int_equal(rm_disconnect(second, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    /* A warm reset of a card without power is a cold one. */
    assert_int_equal(clients_try(clients->a, RM_SHARE_DIRECT, 0, &third), RM_OK);
    assert_int_equal(clients_ask(third, SOON), RM_W_UNPOWERED_CARD);
    assert_int_equal(rm_status_of(third, &status, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(status.state, RM_CARD_PRESENT);
    assert_int_equal(clients_reconnect(third, RM_RESET), RM_OK);
    assert_int_equal(clients_ask(third, SOON), RM_OK);
    assert_int_equal(rm_disconnect(third, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_eject__takes_the_card_out(void **state) {
    struct clients *clients = *state;
    struct rm_card *first = NULL, *second = NULL;
    struct rm_reader_state seen = {.reader = "Ejector"};
    assert_int_equal(sim_plug(clients->service, "Ejector", "demo", 1, NULL, 0), RM_OK);
    for (int by_end = 0; by_end < 2; ++by_end) {
        assert_int_equal(rm_connect(clients->a, "Ejector", RM_SHARE_SHARED, ANY, RM_WITHIN(SOON), &first),
                         RM_OK);
        assert_int_equal(rm_connect(clients->b, "Ejector", RM_SHARE_SHARED, ANY, RM_WITHIN(SOON), &second),
                         RM_OK);
        if (by_end) {
            assert_int_equal(rm_begin(first, RM_WITHIN(SOON)), RM_OK);
            assert_int_equal(rm_end(first, RM_EJECT, RM_WITHIN(RM_INFINITE)), RM_OK);
            assert_int_equal(clients_ask(first, SOON), RM_W_REMOVED_CARD);
            assert_int_equal(rm_disconnect(first, RM_EJECT, RM_WITHIN(2000)), RM_OK);
        } else {
            assert_int_equal(rm_disconnect(first, RM_EJECT, RM_WITHIN(2000)), RM_OK);
        }
        assert_int_equal(rm_wait(clients->a, &seen, 1, RM_WITHIN(0)), RM_OK);
        assert_true(seen.event & RM_STATE_EMPTY);
        assert_int_equal(clients_ask(second, SOON), RM_W_REMOVED_CARD);
        assert_int_equal(clients_reconnect(second, RM_LEAVE), RM_E_NO_SMARTCARD);
        assert_int_equal(sim_put_back(clients->service, "Ejector"), RM_OK);
        assert_int_equal(clients_reconnect(second, RM_LEAVE), RM_OK);
        assert_int_equal(clients_ask(second, SOON), RM_OK);
        assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
}

static void test_notice__removal_outlives_resets(void **state) {
    struct clients *clients = *state;
    struct rm_card *old = clients_connect(clients->a), *fresh;
    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    fresh = clients_connect(clients->b);
    assert_int_equal(rm_disconnect(fresh, RM_RESET, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_ask(old, SOON), RM_W_REMOVED_CARD);
    fresh = clients_connect(clients->b);
    assert_int_equal(rm_disconnect(fresh, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_ask(old, SOON), RM_W_REMOVED_CARD);
    assert_int_equal(clients_reconnect(old, RM_LEAVE), RM_OK);
    assert_int_equal(clients_ask(old, SOON), RM_OK);
    assert_int_equal(rm_disconnect(old, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/*
 * What a card holds: selected file and written bytes tell whether it was reset, and whether it is the same.
 */
static void test_slot__same_card_put_back(void **state) {
    struct clients *clients = *state;
    struct rm_card_status before, after;
    struct rm_card *card = clients_connect(clients->a);
    assert_int_equal(rm_status_of(card, &before, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(sim_insert(clients->service, READER, "gsm", NULL, 0), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_W_REMOVED_CARD);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_OK);
    assert_int_equal(rm_status_of(card, &after, RM_WITHIN(SOON)), RM_OK);
    assert_true(before.atr_size != after.atr_size || memcmp(before.atr, after.atr, after.atr_size) != 0);
    /* The one put back changes places with the one in the slot. */
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_OK);
    assert_int_equal(rm_status_of(card, &after, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(before.atr_size, after.atr_size);
    assert_memory_equal(before.atr, after.atr, after.atr_size);
    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    assert_int_equal(sim_remove(clients->service, READER), RM_E_NO_SMARTCARD);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* Readers do not hold each other up: exchanges on several of them, cards moved meanwhile. */
struct traffic {
    struct clients *clients;
    char name[32];
    unsigned answered, removed, other;
};

static void *traffic_run(void *argument) {
    struct traffic *traffic = argument;
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    if (rm_context_open(traffic->clients->service, RM_WITHIN(RM_INFINITE), &context) != RM_OK)
        return NULL;
    for (int i = 0; i < 2000; ++i) {
        rm_status status =
            card ? clients_ask(card, SOON)
                 : rm_connect(context, traffic->name, RM_SHARE_SHARED, ANY, RM_WITHIN(SOON), &card);
        if (status == RM_OK)
            ++traffic->answered;
        else if (status == RM_W_REMOVED_CARD || status == RM_E_NO_SMARTCARD)
            ++traffic->removed;
        else
            ++traffic->other;
        if (card && status == RM_W_REMOVED_CARD)
            (void)clients_reconnect(card, RM_LEAVE);
    }
    rm_context_close(context);
    return NULL;
}

static void test_readers__work_side_by_side(void **state) {
    struct clients *clients = *state;
    struct traffic traffic[WORKERS] = {0};
    pthread_t threads[WORKERS];
    for (size_t i = 0; i < WORKERS; ++i) {
        traffic[i].clients = clients;
        (void)snprintf(traffic[i].name, sizeof traffic[i].name, "Reader %zu", i / 2);
        if (i % 2 == 0)
            assert_int_equal(sim_plug(clients->service, traffic[i].name, "demo", 0, NULL, 0), RM_OK);
    }
    for (size_t i = 0; i < WORKERS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, traffic_run, &traffic[i]), 0);
    for (int i = 0; i < 50; ++i) {
        assert_int_equal(sim_remove(clients->service, "Reader 0"), RM_OK);
        (void)clients_look(clients->a);
        rm_cancel(clients->a);
        assert_int_equal(sim_put_back(clients->service, "Reader 0"), RM_OK);
    }
    for (size_t i = 0; i < WORKERS; ++i) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(traffic[i].other, 0);
        assert_int_equal(traffic[i].answered + traffic[i].removed, 2000);
    }
    assert_int_equal(traffic[2].removed, 0);
    assert_int_equal(traffic[3].removed, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLIENTS_CASE(test_share__matrix),
        CLIENTS_CASE(test_share__violation_does_not_wait),
        CLIENTS_CASE(test_reconnect__refusal_leaves_the_card_alone),
        CLIENTS_CASE(test_disconnect__spares_anothers_transaction),
        CLIENTS_CASE(test_end__disposition_at_the_last_level),
        CLIENTS_CASE(test_unpower__card_is_off_until_someone_comes),
        CLIENTS_CASE(test_eject__takes_the_card_out),
        CLIENTS_CASE(test_notice__removal_outlives_resets),
        CLIENTS_CASE(test_slot__same_card_put_back),
        CLIENTS_CASE(test_readers__work_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
