/* scardssp_card.h on the simulator: waiting for a card in any reader, and what ends the wait. */
#include <pthread.h>
#include <string.h>

#include "kit.h"

#include <scardssp_card.h>

#define LONG_MS 60000u

/* One wait, and the last two letters of the reader that it tells. */
static void expect_card(struct scardssp_watch *watch, uint32_t timeout_ms, int32_t status, const char *end) {
    char reader[SCARDSSP_READER_MAX] = "stale";
    expect_hr(scardssp_wait(watch, timeout_ms, reader, sizeof reader), status);
    const size_t length = strlen(reader);
    assert_string_equal(length > 2 ? reader + length - 2 : reader, end);
}

static void test_wait__each_card_once(void **state) {
    (void)state;
    struct scardssp_watch *watch = NULL;
    char small[4] = "abc";
    expect_hr(scardssp_watch_open(&watch), S_OK);
    expect_hr(scardssp_wait(watch, 0, small, sizeof small), SCARD_E_INSUFFICIENT_BUFFER);
    assert_string_equal(small, "");
    expect_hr(scardssp_wait(watch, 0, small, 0), SCARD_E_INSUFFICIENT_BUFFER);
    expect_card(watch, LONG_MS, S_OK, "00");
    expect_hr(scardssp_sim_remove("Simulated Reader 01"), S_OK); /* before its turn */
    expect_card(watch, LONG_MS, S_OK, "02");
    expect_card(watch, 30, SCARD_E_TIMEOUT, "");
    expect_hr(scardssp_sim_put_back("Simulated Reader 01"), S_OK);
    expect_hr(scardssp_sim_insert(SIM_READER, "gsm", NULL, 0), S_OK); /* another one in its place */
    expect_card(watch, 0, S_OK, "00");
    expect_card(watch, 0, S_OK, "01");
    expect_card(watch, 0, SCARD_E_TIMEOUT, "");
    /* A card that somebody uses and resets is no new card. */
    struct scardssp_card *card = NULL;
    expect_hr(scardssp_open(SIM_READER, &card), S_OK);
    expect_hr(scardssp_reattach(card, SCARDSSP_RESET), S_OK);
    scardssp_close(card);
    expect_card(watch, 30, SCARD_E_TIMEOUT, "");
    /* One that comes, goes and comes again is one card. */
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    expect_hr(scardssp_sim_put_back(SIM_READER), S_OK);
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    expect_hr(scardssp_sim_put_back(SIM_READER), S_OK);
    expect_card(watch, 0, S_OK, "00");
    expect_card(watch, 0, SCARD_E_TIMEOUT, "");
    scardssp_sim_clear();
    expect_card(watch, 0, SCARD_E_TIMEOUT, "");
    scardssp_watch_close(watch);
}

static void *put_back_soon(void *user) {
    kit_pause(60);
    return (void *)(intptr_t)scardssp_sim_put_back(user);
}

static void *cancel_watch_soon(void *user) {
    kit_pause(60);
    return (void *)(intptr_t)scardssp_watch_cancel(user);
}

static void test_wait__is_woken_and_cancelled(void **state) {
    (void)state;
    char last[] = "Simulated Reader 02";
    struct scardssp_watch *watch = NULL;
    pthread_t thread;
    void *done = &done;
    expect_hr(scardssp_sim_unplug(SIM_READER), S_OK);
    expect_hr(scardssp_sim_remove("Simulated Reader 01"), S_OK);
    expect_hr(scardssp_sim_remove(last), S_OK);
    expect_card(NULL, 20, SCARD_E_TIMEOUT, "");
    assert_int_equal(pthread_create(&thread, NULL, put_back_soon, last), 0);
    expect_card(NULL, LONG_MS, S_OK, "02");
    pthread_join(thread, &done);
    assert_null(done);
    expect_card(NULL, 0, S_OK, "02"); /* without a watch nothing is remembered */
    expect_hr(scardssp_watch_open(&watch), S_OK);
    expect_card(watch, 0, S_OK, "02");
    assert_int_equal(pthread_create(&thread, NULL, cancel_watch_soon, watch), 0);
    expect_card(watch, LONG_MS, SCARD_E_CANCELLED, "");
    pthread_join(thread, &done);
    assert_null(done);
    expect_card(watch, 0, SCARD_E_TIMEOUT, "");
    expect_hr(scardssp_wait(watch, 0, NULL, 10), E_POINTER);
    scardssp_watch_close(watch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_wait__each_card_once, kit_three_cards),
        cmocka_unit_test_setup(test_wait__is_woken_and_cancelled, kit_three_cards),
    };
    if (FAILED(scardssp_use_rm("sim", NULL, 0)))
        return 1;
    return cmocka_run_group_tests_name("wait_api", tests, NULL, NULL);
}
