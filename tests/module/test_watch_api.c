/* scardssp_rm.h on the simulator: a watch over all readers, what it tells and what ends it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

#define LONG_MS 60000u

/*
 * What was told, as text: "+name" a new reader, "-name" one that went, "=name" one that changed; then whether
 * there is a card.
 */
struct told {
    char text[400];
};

static void note(void *user, const struct scardssp_reader_change *change) {
    struct told *told = user;
    const size_t used = strlen(told->text);
    const char *card = change->now ? change->now->state & SCARD_STATE_PRESENT ? " card" : " empty" : "";
    (void)snprintf(told->text + used, sizeof told->text - used, "%c%s%s;",
                   change->before ? change->now ? '=' : '-' : '+', change->name + strlen(change->name) - 2,
                   card);
    if (change->now)
        assert_int_equal(change->now->atr_size > 0, (change->now->state & SCARD_STATE_PRESENT) != 0);
}

/* One wait, and what it tells. */
static void expect_told(struct scardssp_watch *watch, uint32_t timeout_ms, int32_t status, const char *text) {
    struct told told = {""};
    expect_hr(scardssp_watch_wait(watch, timeout_ms, note, &told), status);
    assert_string_equal(told.text, text);
}

static struct scardssp_watch *begin(void) {
    struct scardssp_watch *watch = NULL;
    expect_hr(scardssp_watch_open(&watch), S_OK);
    assert_non_null(watch);
    return watch;
}

static void test_watch__tells_what_there_is_then_what_changes(void **state) {
    (void)state;
    struct scardssp_watch *watch = begin();
    expect_told(watch, LONG_MS, S_OK, "+00 card;+01 card;+02 card;");
    expect_told(watch, 0, SCARD_E_TIMEOUT, "");
    expect_hr(scardssp_sim_remove("Simulated Reader 01"), S_OK);
    expect_told(watch, LONG_MS, S_OK, "=01 empty;");
    expect_hr(scardssp_sim_put_back("Simulated Reader 01"), S_OK);
    expect_hr(scardssp_sim_unplug("Simulated Reader 00"), S_OK);
    expect_hr(scardssp_sim_plug("Simulated Reader 07", NULL, 0, NULL, 0), S_OK);
    expect_told(watch, 0, S_OK, "-00;=01 card;+07 empty;");
    expect_told(watch, 0, SCARD_E_TIMEOUT, "");
    scardssp_watch_close(watch);
}

static void test_watch__no_reader_at_first(void **state) {
    (void)state;
    scardssp_sim_clear();
    struct scardssp_watch *watch = begin();
    expect_told(watch, LONG_MS, S_OK, "");
    expect_told(watch, 30, SCARD_E_TIMEOUT, "");
    expect_hr(scardssp_sim_plug("Simulated Reader 09", "gsm", 0, NULL, 0), S_OK);
    expect_told(watch, LONG_MS, S_OK, "+09 card;");
    scardssp_watch_close(watch);
}

/* A card that leaves and comes back between two waits is counted in the state. */
static void count_steps(void *user, const struct scardssp_reader_change *change) {
    assert_non_null(change->before);
    assert_non_null(change->now);
    *(uint32_t *)user = (change->now->state >> 16) - (change->before->state >> 16);
}

static void test_watch__sees_what_is_over(void **state) {
    (void)state;
    struct scardssp_watch *watch = begin();
    uint32_t steps = 0;
    expect_told(watch, 0, S_OK, "+00 card;+01 card;+02 card;");
    expect_hr(scardssp_sim_remove("Simulated Reader 02"), S_OK);
    expect_hr(scardssp_sim_put_back("Simulated Reader 02"), S_OK);
    expect_hr(scardssp_watch_wait(watch, LONG_MS, count_steps, &steps), S_OK);
    assert_int_equal(steps, 2);
    scardssp_watch_close(watch);
}

static void *hand(void *user) {
    kit_pause(60);
    return (void *)(intptr_t)scardssp_sim_remove(user);
}

static void *plugger(void *user) {
    kit_pause(60);
    return (void *)(intptr_t)scardssp_sim_plug(user, NULL, 0, NULL, 0);
}

static void *canceller(void *user) {
    kit_pause(60);
    return (void *)(intptr_t)scardssp_watch_cancel(user);
}

/* One wait, during which another thread does something. */
static void expect_woken(struct scardssp_watch *watch, void *(*act)(void *), void *user, int32_t status,
                         const char *text) {
    pthread_t thread;
    void *done = &done;
    const int64_t start = kit_ms();
    assert_int_equal(pthread_create(&thread, NULL, act, user), 0);
    expect_told(watch, LONG_MS, status, text);
    assert_true(kit_ms() - start < LONG_MS / 2);
    pthread_join(thread, &done);
    assert_null(done);
}

static void test_watch__is_woken(void **state) {
    (void)state;
    char known[] = "Simulated Reader 00", strange[] = "Simulated Reader 05";
    struct scardssp_watch *watch = begin();
    expect_told(watch, 0, S_OK, "+00 card;+01 card;+02 card;");
    expect_woken(watch, hand, known, S_OK, "=00 empty;");
    expect_woken(watch, plugger, strange, S_OK, "+05 empty;");
    scardssp_watch_close(watch);
}

static void test_watch__cancelled(void **state) {
    (void)state;
    struct scardssp_watch *watch = begin();
    expect_told(watch, 0, S_OK, "+00 card;+01 card;+02 card;");
    expect_woken(watch, canceller, watch, SCARD_E_CANCELLED, "");
    expect_told(watch, 30, SCARD_E_TIMEOUT, ""); /* the one is used up */
    expect_hr(scardssp_watch_cancel(watch), S_OK);
    expect_told(watch, LONG_MS, SCARD_E_CANCELLED, ""); /* one that came before */
    expect_hr(scardssp_sim_remove("Simulated Reader 00"), S_OK);
    expect_told(watch, LONG_MS, S_OK, "=00 empty;"); /* nothing was lost by it */
    scardssp_watch_close(watch);
}

static void test_watch__a_use_that_ends(void **state) {
    (void)state;
    wchar_t reader[] = SIM_READER_WIDE;
    ISCard *card = kit_card();
    struct scardssp_watch *watch = begin();
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    expect_told(watch, 0, S_OK, "+00 card;+01 card;+02 card;");
    ISCard_Release(card);
    expect_told(watch, LONG_MS, S_OK, "=00 card;");
    scardssp_watch_close(watch);
}

static void test_watch__errors(void **state) {
    (void)state;
    struct scardssp_watch *watch = begin();
    expect_hr(scardssp_watch_open(NULL), E_POINTER);
    expect_hr(scardssp_watch_wait(NULL, 0, note, NULL), E_POINTER);
    expect_hr(scardssp_watch_wait(watch, 0, NULL, NULL), E_POINTER);
    expect_hr(scardssp_watch_cancel(NULL), E_POINTER);
    scardssp_watch_close(NULL);
    scardssp_watch_close(watch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_watch__tells_what_there_is_then_what_changes, kit_three_cards),
        cmocka_unit_test_setup(test_watch__no_reader_at_first, kit_three_cards),
        cmocka_unit_test_setup(test_watch__sees_what_is_over, kit_three_cards),
        cmocka_unit_test_setup(test_watch__is_woken, kit_three_cards),
        cmocka_unit_test_setup(test_watch__cancelled, kit_three_cards),
        cmocka_unit_test_setup(test_watch__a_use_that_ends, kit_three_cards),
        cmocka_unit_test(test_watch__errors),
    };
    if (FAILED(scardssp_use_rm("sim", NULL, 0)))
        return 1;
    return cmocka_run_group_tests_name("watch_api", tests, NULL, NULL);
}
