/*
 * The PC/SC backend on a real pcscd that is stopped by a signal: the library waits for its answers for ever,
 * and yet all calls end at their deadlines. Prints what was measured.
 */
#include "support/services/pcsc_live.h"

#include <stdio.h>
#include <time.h>

#include "backends/pcsc/watch.h"
#include "rm/names.h"
#include "support/kits/recovery.h"

#define LIMIT_MS 900u
/* On a machine that has other things to do. */
#define SLACK_MS 4000u

struct scene {
    struct live *live;
    struct rm_card *card;
};

static rm_status call_list(struct scene *scene) {
    struct names names = {0};
    const rm_status status = rm_list_readers(scene->live->a, RM_WITHIN(RM_INFINITE), &names);
    names_clear(&names);
    return status;
}

static rm_status call_wait(struct scene *scene) {
    struct rm_reader_state state = {.reader = pcscd_reader(0), .current = RM_STATE_PRESENT | RM_STATE_INUSE};
    return rm_wait(scene->live->a, &state, 1, RM_WITHIN(LIMIT_MS));
}

static rm_status call_connect(struct scene *scene) {
    struct rm_card *card = NULL;
    return rm_connect(scene->live->a, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIMIT_MS), &card);
}

static rm_status call_transmit(struct scene *scene) {
    return live_ask(scene->card, LIMIT_MS);
}

static rm_status call_status(struct scene *scene) {
    struct rm_card_status status;
    return rm_status_of(scene->card, &status, RM_WITHIN(LIMIT_MS));
}

static rm_status call_begin(struct scene *scene) {
    return rm_begin(scene->card, RM_WITHIN(LIMIT_MS));
}

static rm_status call_reconnect(struct scene *scene) {
    return rm_reconnect(scene->card, RM_SHARE_SHARED, LIVE_ANY, RM_RESET, RM_WITHIN(LIMIT_MS));
}

static rm_status call_disconnect(struct scene *scene) {
    const rm_status status = rm_disconnect(scene->card, RM_LEAVE, RM_WITHIN(LIMIT_MS));
    scene->card = NULL;
    return status;
}

static rm_status call_attrib(struct scene *scene) {
    uint8_t value[64];
    size_t size = sizeof value;
    return rm_get_attrib(scene->card, RM_ATTR_VENDOR_NAME, value, &size, RM_WITHIN(RM_INFINITE));
}

static rm_status call_open(struct scene *scene) {
    struct rm_context *context = NULL;
    return rm_context_open(scene->live->service, RM_WITHIN(RM_INFINITE), &context);
}

static const struct row {
    const char *name;
    rm_status (*call)(struct scene *scene);
    uint32_t limit_ms;
    bool connected; /* it is a call on a connection */
} rows[] = {
    {"wait", call_wait, LIMIT_MS, false},
    {"connect", call_connect, LIMIT_MS, false},
    {"transmit", call_transmit, LIMIT_MS, true},
    {"status", call_status, LIMIT_MS, true},
    {"begin", call_begin, LIMIT_MS, true},
    {"reconnect", call_reconnect, LIMIT_MS, true},
    {"disconnect", call_disconnect, LIMIT_MS, true},
    {"get_attrib", call_attrib, PCSC_SILENT_MS, true},
    {"list", call_list, PCSC_SILENT_MS, false},
    {"open", call_open, PCSC_SILENT_MS, false},
};

static void run(struct live *live, const struct row *row, const char *when) {
    struct scene scene = {.live = live, .card = row->connected ? live_connect(live) : NULL};
    pcscd_freeze(live->pcscd);
    const uint64_t start = live_now();
    const rm_status status = row->call(&scene);
    const uint64_t took = live_now() - start;
    pcscd_thaw(live->pcscd);
    print_message("# %s of a daemon that is stopped%s: %u ms of %u\n", row->name, when, (unsigned)took,
                  (unsigned)row->limit_ms);
    assert_int_equal(status, RM_E_TIMEOUT);
    assert_true(took + 350 >= row->limit_ms && took <= row->limit_ms + SLACK_MS);
    struct recovery recovery = {
        .service = live->service, .context = &live->a, .card = &scene.card, .loss = RM_W_RESET_CARD};
    if (!scene.card)
        recovery.reader = pcscd_reader(0);
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(live_ask(scene.card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_disconnect(scene.card, RM_LEAVE, RM_WITHIN(LIVE_LONG)), RM_OK);
}

/* Each call is the first that meets it. */
static void test_frozen__calls_end(void **state) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        run(*state, &rows[i], "");
}

/* One after the other: what the first has found out serves the others, and nothing piles up at the door. */
static void test_frozen__for_long(void **state) {
    struct live *const live = *state;
    struct scene scene = {.live = live};
    pcscd_freeze(live->pcscd);
    for (int i = 0; i < 20; ++i) {
        const uint64_t start = live_now();
        assert_int_equal(i % 2 ? call_connect(&scene) : call_wait(&scene), RM_E_TIMEOUT);
        assert_true(live_now() - start <= LIMIT_MS + SLACK_MS);
    }
    pcscd_thaw(live->pcscd);
    scene.card = live_connect(live);
    assert_int_equal(live_ask(scene.card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_disconnect(scene.card, RM_LEAVE, RM_WITHIN(LIVE_LONG)), RM_OK);
}

/* A context with links that nobody uses ends, too. */
static void test_frozen__contexts_end(void **state) {
    struct live *const live = *state;
    struct rm_context *context = NULL;
    assert_int_equal(rm_context_open(live->service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    pcscd_freeze(live->pcscd);
    const uint64_t start = live_now();
    rm_context_close(context);
    const uint64_t took = live_now() - start;
    pcscd_thaw(live->pcscd);
    print_message("# close of a daemon that is stopped: %u ms of %u\n", (unsigned)took, PCSC_SILENT_MS);
    assert_true(took <= PCSC_SILENT_MS + SLACK_MS);
}

/* A card's work is not taken for silence, however long it lasts. */
static void test_alive__work_is_not_cut_off(void **state) {
    static const uint8_t slow[] = {0x80, 0x10, 0x1B, 0x58}; /* 7000 ms */
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    uint8_t answer[16];
    size_t size = sizeof answer;
    assert_int_equal(rm_transmit(card, 0, slow, sizeof slow, answer, &size, RM_WITHIN(300)), RM_OK);
    assert_int_equal(size, 2);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(LIVE_LONG)), RM_OK);
}

static uint64_t cpu_us(void) {
    struct timespec time;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), 0);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* A wait costs no work, with the watch awake beside it: less in three seconds than ten may cost. */
static void test_alive__waits_cost_nothing(void **state) {
    struct live *const live = *state;
    struct rm_reader_state seen = {.reader = pcscd_reader(1), .current = RM_STATE_EMPTY};
    const uint64_t start = cpu_us();
    assert_int_equal(rm_wait(live->a, &seen, 1, RM_WITHIN(3000)), RM_E_TIMEOUT);
    const uint64_t cost = cpu_us() - start;
    print_message("# a wait of 3 s: %u us of the processor\n", (unsigned)cost);
    assert_true(cost < 50000);
}

static const struct CMUnitTest tests[] = {
    LIVE_CASE(test_frozen__calls_end),         LIVE_CASE(test_frozen__for_long),
    LIVE_CASE(test_frozen__contexts_end),      LIVE_CASE(test_alive__work_is_not_cut_off),
    LIVE_CASE(test_alive__waits_cost_nothing),
};

int main(void) {
    return live_run("pcsc_frozen", tests, sizeof tests / sizeof *tests);
}
