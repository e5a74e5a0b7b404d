/*
 * Threads share a reader, have transactions and reset the card, at random; what came out must be possible in
 * a world where one thing happens after the other (history.h). A wait that nobody wakes ends the program, or
 * is one that was late while the reader was free, which is not possible. Once on a slot that is instant, once
 * on one that takes its time. Arguments: ROUNDS and the seed; a failure tells what to repeat it with.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "slots/history.h"
#include "slots/plug.h"
#include "support/fakes/slow_slot.h"
#include "support/kits/jobs.h"

#define READER "Reader"
#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define ROUNDS_ALL 3000
#define HANG_S 120u /* by then a round is over, whatever else the machine does */

static size_t rounds = 150;
static uint64_t seed = 1;

/* A world with one reader, and its clients. */
static struct {
    struct rm_service *service;
    struct rm_context *contexts[HISTORY_THREADS];
    pthread_barrier_t start, end;
    uint64_t seed; /* of the round */
    bool over;
    struct history history;
} stage;

/* One thread. */
struct player {
    pthread_t thread;
    unsigned number;
    uint64_t random;
    struct rm_card *card;
};

/* G. Marsaglia's xorshift64. */
static uint32_t draw(struct player *player, uint32_t below) {
    player->random ^= player->random << 13;
    player->random ^= player->random >> 7;
    player->random ^= player->random << 17;
    return (uint32_t)(player->random >> 33) % below;
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static rm_status transmit(struct rm_card *card, struct rm_bound *bound) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status = rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, bound);
    assert_int_equal(size, status == RM_OK ? 10 : 0);
    return status;
}

/* What it is to be; without a connection there is nothing but to connect or to cancel. */
static struct history_call choose(struct player *player) {
    static const enum history_verb often[] = {
        HISTORY_BEGIN,    HISTORY_BEGIN,    HISTORY_BEGIN,     HISTORY_END,    HISTORY_END,       HISTORY_END,
        HISTORY_TRANSMIT, HISTORY_TRANSMIT, HISTORY_RECONNECT, HISTORY_CANCEL, HISTORY_DISCONNECT};
    struct history_call call = {.verb = HISTORY_CONNECT};
    if (player->card)
        call.verb = often[draw(player, sizeof often / sizeof *often)];
    call.share = draw(player, 6) ? RM_SHARE_SHARED : RM_SHARE_EXCLUSIVE;
    call.disposition = draw(player, 4) ? RM_LEAVE : RM_RESET;
    call.whom = draw(player, HISTORY_THREADS);
    return call;
}

static rm_status make_call(struct player *player, const struct history_call *call, struct rm_bound *bound) {
    struct rm_card *card = player->card;
    rm_status status = RM_OK;
    switch (call->verb) {
    case HISTORY_CONNECT:
        status = rm_connect(stage.contexts[player->number], READER, call->share, ANY, bound, &player->card);
        assert_true((status == RM_OK) == (player->card != NULL));
        return status;
    case HISTORY_DISCONNECT:
        player->card = NULL;
        return rm_disconnect(card, call->disposition, bound);
    case HISTORY_BEGIN:
        return rm_begin(card, bound);
    case HISTORY_END:
        return rm_end(card, call->disposition, RM_WITHIN(RM_INFINITE));
    case HISTORY_RECONNECT:
        return rm_reconnect(card, call->share, ANY, call->disposition, bound);
    case HISTORY_TRANSMIT:
        return transmit(card, bound);
    default:
        rm_cancel(stage.contexts[call->whom]);
        return RM_OK;
    }
}

/* How long a call waits, in ms. Who waits for ever must be woken. An end of a connection has to succeed. */
static uint32_t patience(struct player *player, enum history_verb verb) {
    static const uint32_t times[] = {0, 2, 5, RM_INFINITE, RM_INFINITE};
    return verb == HISTORY_DISCONNECT ? RM_INFINITE : times[draw(player, 5)];
}

static void play(struct player *player, const struct history_call *chosen) {
    struct history_call *call = &stage.history.calls[player->number][stage.history.counts[player->number]++];
    *call = *chosen;
    const uint32_t ms = patience(player, call->verb);
    struct rm_bound bound = {.timeout_ms = ms};
    call->began = now();
    if (ms != RM_INFINITE && ms) /* clocks of whole ms may come to it so much earlier */
        call->late = call->began + (uint64_t)(ms - 1) * 1000000u;
    call->status = make_call(player, call, &bound);
    call->ended = now();
    if (draw(player, 4) == 0)
        (void)nanosleep(&(struct timespec){.tv_nsec = (long)draw(player, 400000)}, NULL);
}

static void *run(void *argument) {
    struct player *player = argument;
    for (;;) {
        pthread_barrier_wait(&stage.start);
        if (stage.over)
            return NULL;
        player->random = (stage.seed + player->number + 1) * 0x9E3779B97F4A7C15u | 1;
        const unsigned count = 6 + draw(player, HISTORY_CALLS - 8);
        for (unsigned i = 0; i < count; ++i) {
            const struct history_call call = choose(player);
            play(player, &call);
        }
        if (player->card)
            play(player, &(struct history_call){.verb = HISTORY_DISCONNECT, .disposition = RM_LEAVE});
        pthread_barrier_wait(&stage.end);
    }
}

static void tell(const struct history_search *found) {
    history_print(&stage.history);
    print_error("not possible; there is an order for %u, %u, %u, %u calls. The round's seed is %llu\n",
                found->reached[0], found->reached[1], found->reached[2], found->reached[3],
                (unsigned long long)stage.seed);
}

/* So many rounds; numbers of calls, and of states that were looked at. */
static void play_rounds(const char *name) {
    struct player players[HISTORY_THREADS] = {{0}};
    size_t calls = 0, states = 0;
    assert_int_equal(pthread_barrier_init(&stage.start, NULL, HISTORY_THREADS + 1), 0);
    assert_int_equal(pthread_barrier_init(&stage.end, NULL, HISTORY_THREADS + 1), 0);
    stage.over = false;
    jobs_count((int)HISTORY_THREADS);
    for (unsigned i = 0; i < HISTORY_THREADS; ++i) {
        players[i].number = i;
        assert_int_equal(pthread_create(&players[i].thread, NULL, run, &players[i]), 0);
    }
    for (size_t round = 0; round < rounds; ++round) {
        struct history_search found;
        memset(&stage.history, 0, sizeof stage.history);
        stage.seed = seed + round;
        (void)alarm(HANG_S);
        pthread_barrier_wait(&stage.start);
        pthread_barrier_wait(&stage.end);
        if (!history_is_possible(&stage.history, &found)) {
            tell(&found);
            fail();
        }
        states += found.states;
        for (unsigned i = 0; i < HISTORY_THREADS; ++i)
            calls += stage.history.counts[i];
    }
    (void)alarm(0);
    stage.over = true;
    pthread_barrier_wait(&stage.start);
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        assert_int_equal(pthread_join(players[i].thread, NULL), 0);
    jobs_count(-(int)HISTORY_THREADS);
    pthread_barrier_destroy(&stage.start);
    pthread_barrier_destroy(&stage.end);
    print_message("# %s: %zu histories with %zu calls, %zu states, from seed %llu on\n", name, rounds, calls,
                  states, (unsigned long long)seed);
}

static void open_contexts(void) {
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        assert_int_equal(rm_context_open(stage.service, RM_WITHIN(RM_INFINITE), &stage.contexts[i]), RM_OK);
}

static void close_contexts(void) {
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        rm_context_close(stage.contexts[i]);
    rm_service_release(stage.service);
}

static void test_history__instant(void **state) {
    (void)state;
    assert_int_equal(sim_service_create("", &stage.service, NULL, 0), RM_OK);
    assert_int_equal(sim_plug(stage.service, READER, "demo", 0, NULL, 0), RM_OK);
    open_contexts();
    play_rounds("instant");
    close_contexts();
}

static void test_history__slow(void **state) {
    (void)state;
    struct slots_service *service = slots_service_new("slots");
    assert_non_null(service);
    struct slots_reader *reader = slots_reader_create(READER, 0, &service->events);
    assert_non_null(reader);
    struct slow_slot *slow = slow_slot_create(1);
    assert_int_equal(slots_plug(service, reader), RM_OK);
    slots_insert(reader, &slow->slot);
    stage.service = &service->base;
    open_contexts();
    play_rounds("slow");
    assert_int_equal(slow->overlaps, 0);
    assert_int_equal(slow->mistakes, 0);
    close_contexts();
    slot_drop(&slow->slot);
}

/* The search finds what cannot have happened: two have the reader at the same time. */
static void test_history__finds_two_owners(void **state) {
    struct history history = {0};
    struct history_search found;
    (void)state;
    for (unsigned i = 0; i < 2; ++i) {
        history.calls[i][0] = (struct history_call){
            .verb = HISTORY_CONNECT, .share = RM_SHARE_SHARED, .began = i * 2 + 1, .ended = i * 2 + 2};
        history.calls[i][1] = (struct history_call){.verb = HISTORY_BEGIN, .began = 10 + i, .ended = 20 + i};
        history.counts[i] = 2;
    }
    assert_false(history_is_possible(&history, &found));
    history.calls[0][2] = (struct history_call){.verb = HISTORY_END, .began = 20, .ended = 22};
    history.counts[0] = 3;
    assert_true(history_is_possible(&history, &found));
    history.calls[0][2].began = 22; /* the second had it before */
    history.calls[0][2].ended = 23;
    assert_false(history_is_possible(&history, &found));
}

/* ... and who was late although the reader was free. */
static void test_history__finds_a_lost_wake_up(void **state) {
    struct history history = {0};
    struct history_search found;
    (void)state;
    for (unsigned i = 0; i < 2; ++i)
        history.calls[i][0] = (struct history_call){
            .verb = HISTORY_CONNECT, .share = RM_SHARE_SHARED, .began = i * 2 + 1, .ended = i * 2 + 2};
    history.calls[0][1] = (struct history_call){.verb = HISTORY_BEGIN, .began = 5, .ended = 6};
    history.calls[0][2] = (struct history_call){.verb = HISTORY_END, .began = 20, .ended = 21};
    history.calls[1][1] = (struct history_call){
        .verb = HISTORY_BEGIN, .began = 10, .ended = 40, .late = 30, .status = RM_E_TIMEOUT};
    history.counts[0] = 3;
    history.counts[1] = 2;
    assert_false(history_is_possible(&history, &found));
    history.calls[0][2].ended = 35; /* it may have been that late */
    assert_true(history_is_possible(&history, &found));
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_history__finds_two_owners),
        cmocka_unit_test(test_history__finds_a_lost_wake_up),
        cmocka_unit_test(test_history__instant),
        cmocka_unit_test(test_history__slow),
    };
    const char *const all = getenv("SCARDSSP_TEST_ALL"); /* "SEED": `make stress` */
    if (argc > 1)
        rounds = strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    if (all) {
        rounds = ROUNDS_ALL;
        seed = strtoull(all, NULL, 10) | 1;
    }
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
