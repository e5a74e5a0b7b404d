/*
 * The PC/SC backend on a real pcscd: no wait for another program lasts longer than told, and all can be
 * cancelled.
 */
#include "support/services/pcsc_live.h"

#include <dirent.h>
#include <pthread.h>
#include <string.h>

#include "support/kits/recovery.h"

/*
 * What a wait may last beyond its limit: the library looks at its socket every 200 ms, BeginTransaction 400.
 */
#define SLACK_MS 700u

static const uint8_t slow[] = {0x80, 0x10, 0x05, 0xDC}; /* 1500 ms */

#define assert_took(start, limit_ms)                                                                         \
    assert_int_in_range(live_now() - (start), (limit_ms) > 20 ? (limit_ms)-20 : 0, (limit_ms) + SLACK_MS)

static void cancel(void *user) {
    rm_cancel(user);
}

/* The call, which would wait without end, is cancelled after 150 ms by client a's context. */
#define assert_cancelled(live, call)                                                                         \
    do {                                                                                                     \
        struct live_later later = {.action = cancel, .user = (live)->a, .delay_ms = 150};                    \
        const uint64_t begun = live_now();                                                                   \
        live_start(&later);                                                                                  \
        assert_int_equal((call), RM_E_CANCELLED);                                                            \
        assert_took(begun, 150);                                                                             \
        live_join(&later);                                                                                   \
    } while (0)

/* Short limits are kept by asking first: the connection is as good as before. */
static void test_short_limit__connection_stays(void **state) {
    static const uint32_t limits[] = {0, 50, 300};
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    const uint64_t handle = rm_card_handle(card);
    struct rm_card_status status;

    live_other_locks(live);
    for (size_t i = 0; i < 3; i++) {
        uint64_t start = live_now();
        assert_int_equal(live_ask(card, limits[i]), RM_E_TIMEOUT);
        assert_took(start, limits[i]);
        start = live_now();
        assert_int_equal(rm_status_of(card, &status, RM_WITHIN(limits[i])), RM_E_TIMEOUT);
        assert_took(start, limits[i]);
        start = live_now();
        assert_int_equal(rm_begin(card, RM_WITHIN(limits[i])), RM_E_TIMEOUT);
        assert_took(start, limits[i]);
        start = live_now();
        assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, LIVE_ANY, RM_RESET, RM_WITHIN(limits[i])),
                         RM_E_TIMEOUT);
        assert_took(start, limits[i]);
        start = live_now();
        assert_int_equal(rm_reconnect(card, RM_SHARE_EXCLUSIVE, LIVE_ANY, RM_LEAVE, RM_WITHIN(limits[i])),
                         RM_E_SHARING_VIOLATION); /* who holds a transaction is connected */
        assert_took(start, 0);
    }
    live_other_unlocks(live);
    assert_int_equal(rm_card_handle(card), handle);
    assert_int_equal(live_ask(card, 0), RM_OK);
    assert_int_equal(rm_begin(card, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/* A longer one is kept by ending the call in the library, which costs the connection. */
static void test_long_limit__transmit_is_broken_off(void **state) {
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    struct rm_card_status status;
    const uint64_t handle = rm_card_handle(card);

    live_other_locks(live);
    const uint64_t start = live_now();
    assert_int_equal(live_ask(card, 1200), RM_E_TIMEOUT);
    assert_took(start, 1200);
    assert_int_equal(rm_card_handle(card), handle); /* the connection stays */
    assert_int_equal(live_ask(card, 0), RM_E_TIMEOUT);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(1200)), RM_E_TIMEOUT);
    assert_int_equal(rm_begin(card, RM_WITHIN(1200)), RM_E_TIMEOUT);
    assert_false(card->locked);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, LIVE_ANY, RM_LEAVE, RM_WITHIN(1200)), RM_E_TIMEOUT);
    live_other_unlocks(live);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, LIVE_ANY, RM_LEAVE, RM_WITHIN(LIVE_LONG)), RM_OK);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_card_handle(card), handle);
}

static void test_long_limit__reconnect_is_broken_off(void **state) {
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);

    live_set_flag(card, 3);
    live_other_locks(live);
    const uint64_t start = live_now();
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, LIVE_ANY, RM_RESET, RM_WITHIN(1200)), RM_E_TIMEOUT);
    assert_took(start, 1200);
    live_other_unlocks(live);
    uint8_t flag = 0;
    assert_int_equal(live_flag(card, LIVE_LONG, &flag), RM_OK);
    assert_int_equal(flag, 3); /* the reset that timed out did not happen later */
}

/* How many threads the daemon spends on us shows in how many sockets we have to it: they do not grow. */
static unsigned open_files(void) {
    unsigned count = 0;
    DIR *const directory = opendir("/proc/self/fd");

    assert_non_null(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static void test_connect__is_bounded(void **state) {
    struct live *const live = *state;
    struct rm_card *card = NULL;
    uint64_t start = live_now();

    live_other_locks(live);
    assert_int_equal(rm_connect(live->a, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(400), &card),
                     RM_E_TIMEOUT);
    assert_took(start, 400);
    assert_null(card);
    const unsigned files = open_files();
    for (int i = 0; i < 20; i++) {
        start = live_now();
        assert_int_equal(
            rm_connect(live->b, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(20), &card),
            RM_E_TIMEOUT);
        assert_took(start, 20);
    }
    assert_true(open_files() <= files + 4);
    live_other_unlocks(live);
    assert_int_equal(rm_connect(live->b, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(2000), &card),
                     RM_OK);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    /* The attempt that was given up does not linger as a connection: ours is the only one left. */
    live_other_leaves(live, SCARD_LEAVE_CARD);
    assert_int_equal(rm_reconnect(card, RM_SHARE_EXCLUSIVE, LIVE_ANY, RM_LEAVE, RM_WITHIN(LIVE_LONG)), RM_OK);
}

static void test_disconnect__disposition_is_bounded(void **state) {
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);

    live_set_flag(card, 4);
    live_other_locks(live);
    const uint64_t start = live_now();
    assert_int_equal(rm_disconnect(card, RM_RESET, RM_WITHIN(2000)), RM_E_TIMEOUT);
    assert_took(start, 2000);
}

/*
 * A card that is pulled instead of answering: to learn why the command failed takes no longer than the call
 * may.
 */
static void test_removal__is_asked_about_within_the_limit(void **state) {
    static const uint8_t pull[] = {0x80, 0x12, 0, 0};
    static const uint32_t limits[] = {0, 100, LIVE_LONG};
    struct live *const live = *state;
    uint8_t answer[16];

    for (size_t i = 0; i < 3; i++) {
        struct rm_card *const card = live_connect(live);
        size_t size = sizeof answer;
        const uint64_t start = live_now();
        const rm_status status = rm_transmit(card, 0, pull, sizeof pull, answer, &size, RM_WITHIN(limits[i]));
        const uint64_t took = live_now() - start;
        if (limits[i] == LIVE_LONG)
            assert_int_equal(status, RM_W_REMOVED_CARD);
        else
            assert_true(status == RM_W_REMOVED_CARD || (status == RM_E_NOT_TRANSACTED && took < 450));
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
        live_remove(live); /* until the service has seen it */
        live_insert(live, 0x42);
    }
}

/* The limit is on waiting, not on work. */
static void test_work__is_not_cut_off(void **state) {
    static const uint32_t limits[] = {0, 1000, RM_INFINITE};
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    uint8_t answer[16];

    for (size_t i = 0; i < 3; i++) {
        size_t size = sizeof answer;
        assert_int_equal(rm_transmit(card, 0, slow, sizeof slow, answer, &size, RM_WITHIN(limits[i])), RM_OK);
        assert_int_equal(size, 2);
        assert_true(rm_card_handle(card) != 0);
    }
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
}

/* What the card does in a moment is left to it. */
static void test_cancel__leaves_short_work_alone(void **state) {
    static const uint8_t brisk[] = {0x80, 0x10, 0x01, 0x5E}; /* 350 ms */
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    struct live_later later = {.action = cancel, .user = live->a, .delay_ms = 250};
    uint8_t answer[16];
    size_t size = sizeof answer;

    live_start(&later);
    assert_int_equal(rm_transmit(card, 0, brisk, sizeof brisk, answer, &size, RM_WITHIN(LIVE_LONG)), RM_OK);
    live_join(&later);
    assert_int_equal(size, 2);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    rm_cancel(live->a); /* nothing waits */
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
}

/*
 * Recovery specification, row 12: Cancel ends a call that the card does not answer, at the price of the
 * connection.
 */
static void test_cancel__ends_long_work(void **state) {
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);
    struct live_later later = {.action = cancel, .user = live->a, .delay_ms = 200};
    uint8_t answer[16];
    size_t size = sizeof answer;

    const uint64_t start = live_now();
    live_start(&later);
    assert_int_equal(rm_transmit(card, 0, slow, sizeof slow, answer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_CANCELLED);
    assert_took(start, 200);
    live_join(&later);
    assert_int_equal(size, 0);
    assert_int_equal(rm_card_handle(card), 0);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_W_RESET_CARD);
    /* The service comes back with the card. */
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, LIVE_ANY, RM_LEAVE, RM_WITHIN(LIVE_LONG)),
                     RM_E_INVALID_HANDLE);
    struct recovery recovery = {.service = live->service, .context = &live->a, .card = &card};
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    /* No client of ours is left in it, once the service has seen that the one is gone. */
    live_other_locks(live);
    live_other_leaves(live, SCARD_LEAVE_CARD);
    const uint64_t end = live_now() + LIVE_LONG;
    rm_status status = RM_E_SHARING_VIOLATION;
    for (; status == RM_E_SHARING_VIOLATION && live_now() < end; live_pause(20))
        status = rm_reconnect(card, RM_SHARE_EXCLUSIVE, LIVE_ANY, RM_LEAVE, RM_WITHIN(LIVE_LONG));
    assert_int_equal(status, RM_OK);
}

static void test_cancel__waiting_calls(void **state) {
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);
    struct rm_card *other = NULL;
    struct rm_card_status status;
    struct rm_reader_state seen = {.reader = pcscd_reader(1), .current = RM_STATE_EMPTY};

    live_other_locks(live);
    assert_cancelled(live, rm_begin(card, RM_WITHIN(RM_INFINITE)));
    assert_cancelled(live, rm_status_of(card, &status, RM_WITHIN(LIVE_LONG)));
    assert_true(rm_card_handle(card) != 0);
    assert_cancelled(live, live_ask(card, RM_INFINITE));
    assert_cancelled(live, rm_connect(live->a, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY,
                                      RM_WITHIN(RM_INFINITE), &other));
    assert_cancelled(live, rm_connect(live->a, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY,
                                      RM_WITHIN(RM_INFINITE), &other));
    assert_cancelled(live, rm_wait(live->a, &seen, 1, RM_WITHIN(RM_INFINITE)));
    live_other_unlocks(live);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, LIVE_ANY, RM_LEAVE, RM_WITHIN(LIVE_LONG)), RM_OK);
}

static void test_wait__all_ignored_is_cancelled(void **state) {
    struct live *const live = *state;
    struct rm_reader_state seen = {.reader = pcscd_reader(1), .current = RM_STATE_IGNORE};
    const uint64_t start = live_now();

    assert_int_equal(rm_wait(live->a, &seen, 1, RM_WITHIN(100)), RM_E_TIMEOUT);
    assert_took(start, 100);
    assert_cancelled(live, rm_wait(live->a, &seen, 1, RM_WITHIN(RM_INFINITE)));
}

static void test_wait__counts_readers(void **state) {
    struct live *const live = *state;
    struct rm_reader_state seen[2] = {{.reader = RM_PNP_NOTIFICATION},
                                      {.reader = pcscd_reader(1), .current = RM_STATE_EMPTY}};

    assert_int_equal(rm_wait(live->a, seen, 2, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(seen[0].event, 2u << 16 | RM_STATE_CHANGED);
    seen[0].current = 2u << 16;
    const uint64_t start = live_now();
    assert_int_equal(rm_wait(live->a, seen, 2, RM_WITHIN(700)), RM_E_TIMEOUT);
    assert_took(start, 700);
    assert_int_equal(seen[0].event, 2u << 16);
    assert_true(seen[1].event & RM_STATE_EMPTY);
}

/* Many threads: connections and contexts come and go while others talk to the card. */
#define STRESS_THREADS 8
#define STRESS_ROUNDS 60

struct stress {
    struct live *live;
    unsigned failures;
    pthread_t thread;
};

static unsigned stress_round(struct live *live) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    unsigned failures = 0;

    if (rm_context_open(live->service, RM_WITHIN(RM_INFINITE), &context) != RM_OK)
        return 1;
    if (rm_connect(context, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &card) !=
        RM_OK) {
        rm_context_close(context);
        return 1;
    }
    for (int i = 0; i < 5; i++) {
        failures += live_ask(card, LIVE_LONG) != RM_OK;
        failures += rm_begin(card, RM_WITHIN(LIVE_LONG)) != RM_OK;
        failures += live_ask(card, LIVE_LONG) != RM_OK;
        failures += rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)) != RM_OK;
    }
    failures += rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)) != RM_OK;
    rm_context_close(context);
    return failures;
}

static void *stress_run(void *argument) {
    struct stress *const stress = argument;

    for (int i = 0; i < STRESS_ROUNDS; i++)
        stress->failures += stress_round(stress->live);
    return NULL;
}

static void test_many_threads(void **state) {
    struct stress all[STRESS_THREADS];

    for (unsigned i = 0; i < STRESS_THREADS; i++) {
        all[i] = (struct stress){.live = *state};
        assert_int_equal(pthread_create(&all[i].thread, NULL, stress_run, &all[i]), 0);
    }
    for (unsigned i = 0; i < STRESS_THREADS; i++) {
        assert_int_equal(pthread_join(all[i].thread, NULL), 0);
        assert_int_equal(all[i].failures, 0);
    }
}

static const struct CMUnitTest tests[] = {
    LIVE_CASE(test_short_limit__connection_stays),
    LIVE_CASE(test_long_limit__transmit_is_broken_off),
    LIVE_CASE(test_long_limit__reconnect_is_broken_off),
    LIVE_CASE(test_connect__is_bounded),
    LIVE_CASE(test_disconnect__disposition_is_bounded),
    LIVE_CASE(test_removal__is_asked_about_within_the_limit),
    LIVE_CASE(test_work__is_not_cut_off),
    LIVE_CASE(test_cancel__leaves_short_work_alone),
    LIVE_CASE(test_cancel__ends_long_work),
    LIVE_CASE(test_cancel__waiting_calls),
    LIVE_CASE(test_wait__all_ignored_is_cancelled),
    LIVE_CASE(test_wait__counts_readers),
    LIVE_CASE(test_many_threads),
};

int main(void) {
    return live_run("pcsc_bounds", tests, sizeof tests / sizeof *tests);
}
