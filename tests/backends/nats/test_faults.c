/*
 * What becomes of a client's calls when servers and agents fail, with a real nats-server and a card that
 * counts: nothing is done twice, nothing is lost without a code. The numbers are those of docs/remote.md's
 * faults.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/services/slow_lent.h"

#define LONG_MS 20000u

static struct slow_lent slow;

static void nap(uint32_t ms) {
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

static void restart_server(void) {
    char why[200];
    nats_server_stop(&slow.lent.server);
    assert_true(nats_server_start(&slow.lent.server, why, sizeof why));
}

/* A call on a thread of its own. */
struct job {
    pthread_t thread;
    rm_status (*call)(struct rm_card *card, uint32_t timeout_ms);
    struct rm_card *card;
    uint32_t timeout_ms;
    rm_status status;
    uint64_t took_ms;
    unsigned *turns; /* counts who is first */
    unsigned turn;
};

static void *run(void *argument) {
    struct job *job = argument;
    const uint64_t start = clock_ms();
    job->status = job->call(job->card, job->timeout_ms);
    job->took_ms = clock_ms() - start;
    if (job->turns)
        job->turn = ++*job->turns;
    return NULL;
}

static void start(struct job *job) {
    assert_int_equal(pthread_create(&job->thread, NULL, run, job), 0);
}

static void join(struct job *job) {
    assert_int_equal(pthread_join(job->thread, NULL), 0);
}

static rm_status begin(struct rm_card *card, uint32_t timeout_ms) {
    return rm_begin(card, RM_WITHIN(timeout_ms));
}

static void test_N1__server_restarted_between_commands(void **state) {
    struct rm_context *context;
    struct rm_card *card = slow_lent_connect(&slow, &context);
    (void)state;
    assert_int_equal(rm_begin(card, RM_WITHIN(LONG_MS)), RM_OK);
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_OK);
    const uint32_t exchanges = slow.slow->exchanges, powers = slow.slow->powers;
    restart_server();
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_OK);
    assert_int_equal(slow.slow->exchanges, exchanges + 1);
    assert_int_equal(slow.slow->powers, powers);
    assert_true(card->locked);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rm_context_close(context);
}

static void test_N2__server_restarted_in_a_command(void **state) {
    struct rm_context *context;
    struct job job = {
        .call = slow_lent_ask, .card = slow_lent_connect(&slow, &context), .timeout_ms = LONG_MS};
    (void)state;
    assert_int_equal(slow_lent_ask(job.card, LONG_MS), RM_OK);
    for (uint32_t after = 50; after <= 250; after += 100) {
        const uint32_t exchanges = slow.slow->exchanges;
        slow.slow->ms = 300;
        start(&job);
        nap(after);
        restart_server();
        join(&job);
        slow.slow->ms = 1;
        assert_int_equal(job.status, RM_OK);
        assert_int_equal(slow.slow->exchanges, exchanges + 1);
    }
    rm_context_close(context);
}

/* A command may take longer than the lease. */
static void test_lease__slow_card_keeps_its_session(void **state) {
    struct rm_context *context;
    struct rm_card *card = slow_lent_connect(&slow, &context);
    (void)state;
    const uint32_t exchanges = slow.slow->exchanges;
    slow.slow->ms = 2 * SLOW_LENT_LEASE_MS;
    assert_int_equal(slow_lent_ask(card, 1), RM_OK);
    slow.slow->ms = 1;
    assert_int_equal(slow.slow->exchanges, exchanges + 1);
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_OK);
    rm_context_close(context);
}

static void test_N3__no_server_for_longer_than_the_lease(void **state) {
    struct rm_context *context, *other;
    struct rm_card *card = slow_lent_connect(&slow, &context);
    char why[200];
    (void)state;
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_OK);
    nats_server_stop(&slow.lent.server);
    const uint64_t begun = clock_ms();
    assert_int_equal(slow_lent_ask(card, 400), RM_E_NO_SERVICE);
    assert_int_in_range(clock_ms() - begun, 300, 1200);
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_E_NO_SERVICE);
    assert_int_in_range(clock_ms() - begun, 300, SLOW_LENT_LEASE_MS + 1500);
    nap(SLOW_LENT_LEASE_MS);
    assert_true(nats_server_start(&slow.lent.server, why, sizeof why));
    assert_true(rm_connection_is_lost(slow_lent_ask(card, LONG_MS)));
    rm_context_close(context);
    assert_true(lent_is_seen(&slow.lent, &slow.service->base, SLOW_LENT_READER));
    card = slow_lent_connect(&slow, &other);
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_OK);
    rm_context_close(other);
}

static void test_N5__agent_started_again(void **state) {
    struct rm_context *context, *other;
    struct rm_card *card = slow_lent_connect(&slow, &context);
    char why[300];
    (void)state;
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_OK);
    share_stop(slow.lent.agent);
    assert_true(lent_agent_start(&slow.lent, &slow.service->base, why, sizeof why));
    const uint32_t exchanges = slow.slow->exchanges;
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_E_SERVICE_STOPPED);
    assert_true(rm_card_handle(card) == 0);
    assert_int_equal(slow.slow->exchanges, exchanges);
    card = slow_lent_connect(&slow, &other);
    assert_int_equal(slow_lent_ask(card, LONG_MS), RM_OK);
    rm_context_close(context);
    rm_context_close(other);
}

static void test_N9__second_waits_its_time(void **state) {
    struct rm_context *a, *b;
    struct rm_card *first = slow_lent_connect(&slow, &a), *second = slow_lent_connect(&slow, &b);
    (void)state;
    assert_int_equal(rm_begin(first, RM_WITHIN(LONG_MS)), RM_OK);
    const uint64_t begun = clock_ms();
    assert_int_equal(rm_begin(second, RM_WITHIN(300)), RM_E_TIMEOUT);
    assert_int_in_range(clock_ms() - begun, 250, 1300);
    assert_int_equal(slow_lent_ask(second, 100), RM_E_TIMEOUT);
    assert_int_equal(slow_lent_ask(first, LONG_MS), RM_OK);
    rm_context_close(a);
    rm_context_close(b);
}

/* They get it in the order in which they asked, and none of them has a thread of the agent meanwhile. */
static void test_N9__in_order(void **state) {
    enum { WAITERS = 8 };
    struct rm_context *contexts[WAITERS], *owner;
    struct job jobs[WAITERS];
    unsigned turns = 0;
    size_t sessions, before, threads;
    struct rm_card *first = slow_lent_connect(&slow, &owner);
    (void)state;
    for (size_t i = 0; i < WAITERS; i++) {
        jobs[i] = (struct job){.call = begin, .timeout_ms = LONG_MS, .turns = &turns};
        jobs[i].card = slow_lent_connect(&slow, &contexts[i]);
    }
    assert_int_equal(rm_begin(first, RM_WITHIN(LONG_MS)), RM_OK);
    share_load(slow.lent.agent, &sessions, &before);
    for (size_t i = 0; i < WAITERS; i++) {
        start(&jobs[i]);
        nap(30);
    }
    share_load(slow.lent.agent, &sessions, &threads);
    assert_int_equal(sessions, WAITERS + 1);
    assert_true(threads <= before + 1);
    assert_int_equal(rm_end(first, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    for (size_t i = 0; i < WAITERS; i++) {
        join(&jobs[i]);
        assert_int_equal(jobs[i].status, RM_OK);
        assert_int_equal(jobs[i].turn, i + 1);
        assert_int_equal(rm_end(jobs[i].card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        rm_context_close(contexts[i]);
    }
    rm_context_close(owner);
}

/* A waiting transaction that is cancelled, and one whose owner goes. */
static void test_waits__end(void **state) {
    struct rm_context *a, *b;
    struct rm_card *first = slow_lent_connect(&slow, &a);
    struct job job = {.call = begin, .card = slow_lent_connect(&slow, &b), .timeout_ms = LONG_MS};
    (void)state;
    assert_int_equal(rm_begin(first, RM_WITHIN(LONG_MS)), RM_OK);
    start(&job);
    nap(100);
    const uint64_t begun = clock_ms();
    rm_cancel(b);
    join(&job);
    assert_int_equal(job.status, RM_E_CANCELLED);
    assert_int_in_range(clock_ms() - begun, 0, 1000);
    start(&job);
    nap(100);
    rm_context_close(a);
    join(&job);
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(rm_end(job.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rm_context_close(b);
}

/*
 * A connection that two cards share, ended by one while the other is in the middle of a call: the agent does
 * not hear of it, and the next connection of the session is a new one all the same.
 */
static void test_shared__ended_in_a_call(void **state) {
    struct rm_context *a, *b;
    struct rm_card *second = NULL;
    struct job job = {.call = slow_lent_ask, .card = slow_lent_connect(&slow, &a), .timeout_ms = LONG_MS};
    (void)state;
    assert_int_equal(rm_context_open(slow.lent.client, RM_WITHIN(RM_INFINITE), &b), RM_OK);
    assert_int_equal(rm_adopt(b, rm_card_handle(job.card), RM_WITHIN(LONG_MS), &second), RM_OK);
    const uint32_t exchanges = slow.slow->exchanges;
    slow.slow->ms = 300;
    start(&job);
    while (slow.slow->exchanges == exchanges)
        nap(1);
    assert_int_equal(rm_disconnect(second, RM_LEAVE, RM_WITHIN(0)), RM_E_TIMEOUT);
    join(&job);
    slow.slow->ms = 1;
    assert_int_equal(job.status, RM_OK);
    assert_int_equal(slow_lent_ask(job.card, LONG_MS), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_disconnect(job.card, RM_LEAVE, RM_WITHIN(0)), RM_E_INVALID_HANDLE);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rm_connect(a, SLOW_LENT_FAR, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
                                    RM_WITHIN(LONG_MS), &second),
                         RM_OK);
        assert_int_equal(slow_lent_ask(second, LONG_MS), RM_OK);
    }
    rm_context_close(a);
    rm_context_close(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_N1__server_restarted_between_commands),
        cmocka_unit_test(test_N2__server_restarted_in_a_command),
        cmocka_unit_test(test_lease__slow_card_keeps_its_session),
        cmocka_unit_test(test_N3__no_server_for_longer_than_the_lease),
        cmocka_unit_test(test_N5__agent_started_again),
        cmocka_unit_test(test_N9__second_waits_its_time),
        cmocka_unit_test(test_N9__in_order),
        cmocka_unit_test(test_waits__end),
        cmocka_unit_test(test_shared__ended_in_a_call),
    };
    char why[300] = "";
    if (!slow_lent_start(&slow, SLOW_LENT_LEASE_MS, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const int failures = cmocka_run_group_tests_name("faults", tests, NULL, NULL);
    slow_lent_stop(&slow);
    return failures;
}
