/* Faults: what each makes of an exchange, when it ends, and how a client recovers. */
#include <pthread.h>

#include "backends/sim/clients.h"
#include "backends/sim/fault.h"
#include "base/clock.h"

static rm_status arm(struct clients *clients, uint32_t fault, uint32_t value) {
    return sim_fault(clients->service, READER, fault, value);
}

static void nap(long ms) {
    const struct timespec pause = {0, ms * 1000000};
    nanosleep(&pause, NULL);
}

static void test_fault__unknown_kinds(void **state) {
    (void)state;
    struct sim_fault fault = {.any = false};
    assert_false(sim_fault_arm(&fault, 0, 1));
    assert_false(sim_fault_arm(&fault, 5, 1));
    assert_false(fault.any);
}

static void test_fault__order_and_counts(void **state) {
    (void)state;
    struct sim_fault fault = {.any = false};
    assert_int_equal(sim_fault_exchange(&fault), SIM_FINE);
    assert_true(sim_fault_arm(&fault, SIM_FAULT_MUTE, 2));
    assert_true(sim_fault_arm(&fault, SIM_FAULT_TRANSPORT, 2));
    assert_true(sim_fault_arm(&fault, SIM_FAULT_REMOVE_AFTER, 1));
    assert_true(fault.any);
    assert_int_equal(sim_fault_exchange(&fault), SIM_NO_ANSWER);
    assert_false(sim_fault_cold_reset(&fault));
    assert_int_equal(sim_fault_exchange(&fault), SIM_NO_ANSWER);
    assert_true(sim_fault_cold_reset(&fault));
    assert_int_equal(sim_fault_exchange(&fault), SIM_BAD_CONTACT);
    assert_int_equal(sim_fault_exchange(&fault), SIM_BAD_CONTACT);
    assert_int_equal(sim_fault_exchange(&fault), SIM_FINE);
    assert_int_equal(sim_fault_exchange(&fault), SIM_PULLED);
    assert_false(fault.any);
    assert_int_equal(sim_fault_exchange(&fault), SIM_FINE);
    /* 0 takes a fault back, but for a removal it means "the very next". */
    assert_true(sim_fault_arm(&fault, SIM_FAULT_TRANSPORT, 3));
    assert_true(sim_fault_arm(&fault, SIM_FAULT_TRANSPORT, 0));
    assert_true(sim_fault_arm(&fault, SIM_FAULT_SLOW, 1));
    assert_true(fault.any);
    assert_true(sim_fault_arm(&fault, SIM_FAULT_SLOW, 0));
    assert_false(fault.any);
    assert_true(sim_fault_arm(&fault, SIM_FAULT_REMOVE_AFTER, 0));
    assert_int_equal(sim_fault_exchange(&fault), SIM_PULLED);
}

static void test_mute__until_a_cold_reset(void **state) {
    struct clients *clients = *state;
    struct rm_card *card = clients_connect(clients->a), *other;
    struct rm_card_status status;
    assert_int_equal(arm(clients, SIM_FAULT_MUTE, 2), RM_OK);
    assert_int_equal(clients_look(clients->b) & 0xFFFF,
                     RM_STATE_PRESENT | RM_STATE_INUSE | RM_STATE_MUTE | RM_STATE_CHANGED);
    assert_int_equal(clients_ask(card, SOON), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(SOON)), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(clients_try(clients->b, RM_SHARE_SHARED, ANY, &other), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(clients_reconnect(card, RM_RESET), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(clients_reconnect(card, RM_UNPOWER), RM_W_UNRESPONSIVE_CARD); /* the first of two */
    assert_int_equal(clients_reconnect(card, RM_RESET), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(clients_reconnect(card, RM_UNPOWER), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(SOON)), RM_OK);
    assert_true(status.atr_size >= 2);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_mute__put_in_again(void **state) {
    struct clients *clients = *state;
    struct rm_reader_state seen = {.reader = READER};
    struct rm_card *card;
    assert_int_equal(arm(clients, SIM_FAULT_MUTE, 2), RM_OK);
    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    assert_int_equal(rm_wait(clients->a, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_true(seen.event & RM_STATE_MUTE);
    assert_int_equal(seen.atr_size, 0);
    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    card = clients_connect(clients->a);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_transport__next_exchanges_fail(void **state) {
    struct clients *clients = *state;
    struct rm_card *card = clients_connect(clients->a);
    assert_int_equal(arm(clients, SIM_FAULT_TRANSPORT, 2), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_E_NOT_TRANSACTED);
    assert_int_equal(clients_ask(card, SOON), RM_E_NOT_TRANSACTED);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    /* A DIRECT connection without a protocol does not use a fault up. */
    assert_int_equal(arm(clients, SIM_FAULT_TRANSPORT, 1), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(clients_try(clients->a, RM_SHARE_DIRECT, 0, &card), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_W_UNPOWERED_CARD);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_E_NOT_TRANSACTED);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_remove_after__in_the_middle(void **state) {
    struct clients *clients = *state;
    struct rm_card *card = clients_connect(clients->a), *other = clients_connect(clients->b);
    assert_int_equal(arm(clients, SIM_FAULT_REMOVE_AFTER, 1), RM_OK);
    assert_int_equal(rm_begin(card, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_W_REMOVED_CARD);
    assert_true(clients_look(clients->a) & RM_STATE_EMPTY);
    assert_int_equal(clients_ask(other, SOON), RM_W_REMOVED_CARD);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_E_NO_SMARTCARD);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    assert_int_equal(clients_reconnect(card, RM_LEAVE), RM_OK);
    assert_int_equal(clients_ask(card, SOON), RM_OK);
    /* The transaction went with the card and came back with the connection. */
    assert_int_equal(clients_ask(other, SOON), RM_W_REMOVED_CARD);
    assert_int_equal(rm_reconnect(other, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(0)),
                     RM_E_TIMEOUT);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(clients_reconnect(other, RM_LEAVE), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(other, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

struct job {
    struct rm_card *card;
    rm_status status;
    uint64_t took_ms;
};

static void *ask_run(void *argument) {
    struct job *job = argument;
    const uint64_t start = clock_ms();
    job->status = clients_ask(job->card, SOON);
    job->took_ms = clock_ms() - start;
    return NULL;
}

static void test_slow__takes_its_time(void **state) {
    struct clients *clients = *state;
    struct job job = {.card = clients_connect(clients->a)};
    struct rm_card *other = clients_connect(clients->b);
    pthread_t thread;
    assert_int_equal(arm(clients, SIM_FAULT_SLOW, 120), RM_OK);
    assert_int_equal(pthread_create(&thread, NULL, ask_run, &job), 0);
    nap(40);
    /* Others wait for it, those who only look do not. */
    assert_int_equal(clients_ask(other, 20), RM_E_TIMEOUT);
    assert_true(clients_look(clients->b) & RM_STATE_PRESENT);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(job.status, RM_OK);
    assert_int_in_range(job.took_ms, 110, SOON);
    assert_int_equal(arm(clients, SIM_FAULT_SLOW, 0), RM_OK);
    ask_run(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_in_range(job.took_ms, 0, 100);
    assert_int_equal(rm_disconnect(job.card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(other, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_slow__ends_with_card_and_reader(void **state) {
    struct clients *clients = *state;
    static const rm_status expected[] = {RM_W_REMOVED_CARD, RM_E_READER_UNAVAILABLE};
    assert_int_equal(arm(clients, SIM_FAULT_SLOW, 10 * SOON), RM_OK);
    for (int unplug = 0; unplug < 2; ++unplug) {
        struct job job = {.card = clients_connect(clients->a)};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, ask_run, &job), 0);
        nap(40);
        if (unplug) {
            sim_clear(clients->service);
        } else {
            assert_int_equal(sim_remove(clients->service, READER), RM_OK);
            assert_int_equal(sim_put_back(clients->service, READER),
                             RM_OK); /* back, but not the same any more */
        }
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(job.status, expected[unplug]);
        assert_int_in_range(job.took_ms, 0, SOON);
        assert_int_equal(rm_disconnect(job.card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault__unknown_kinds),       cmocka_unit_test(test_fault__order_and_counts),
        CLIENTS_CASE(test_mute__until_a_cold_reset),       CLIENTS_CASE(test_mute__put_in_again),
        CLIENTS_CASE(test_transport__next_exchanges_fail), CLIENTS_CASE(test_remove_after__in_the_middle),
        CLIENTS_CASE(test_slow__takes_its_time),           CLIENTS_CASE(test_slow__ends_with_card_and_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
