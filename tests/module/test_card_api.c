/*
 * scardssp_card.h on the simulator: bytes in and out, what another program's resets do and do not, and
 * everything a caller may get wrong.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

#include <scardssp_card.h>

#define LONG_MS 60000u
#define REPLY_ROOM 300

static const uint8_t select_greeting[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x02};
static const uint8_t read_greeting[] = {0x00, 0xB0, 0x00, 0x00, 0x05};
static const uint8_t greeting[] = {'H', 'e', 'l', 'l', 'o', 0x90, 0x00};

static struct scardssp_card *opened(const char *reader) {
    struct scardssp_card *card = NULL;
    expect_hr(scardssp_open(reader, &card), S_OK);
    assert_non_null(card);
    return card;
}

/* Sends a command; fails unless exactly these bytes come back. */
static void expect_bytes(struct scardssp_card *card, const uint8_t *command, size_t size,
                         const uint8_t *wanted, size_t wanted_size) {
    uint8_t reply[REPLY_ROOM];
    size_t got = sizeof reply;
    memset(reply, 0xEE, sizeof reply);
    expect_hr(scardssp_transmit(card, command, size, reply, &got), S_OK);
    assert_int_equal(got, wanted_size);
    assert_memory_equal(reply, wanted, wanted_size);
    assert_int_equal(reply[got], 0xEE);
}
#define expect_sw(card, command, ...)                                                                        \
    expect_bytes((card), (command), sizeof(command), (const uint8_t[]){__VA_ARGS__}, 2)

static void expect_greeting(struct scardssp_card *card) {
    expect_bytes(card, read_greeting, sizeof read_greeting, greeting, sizeof greeting);
}

/* A command that fails with this code, and leaves nothing behind. */
static void expect_failure(struct scardssp_card *card, const uint8_t *command, size_t size, int32_t code) {
    uint8_t reply[REPLY_ROOM] = {0xEE};
    size_t got = sizeof reply;
    expect_hr(scardssp_transmit(card, command, size, reply, &got), code);
    assert_int_equal(got, 0);
    assert_int_equal(reply[0], 0xEE);
}

/* Another program resets the card. */
static void reset_by_other(void) {
    wchar_t reader[] = SIM_READER_WIDE;
    ISCard *other = kit_card();
    expect_hr(ISCard_AttachByReader(other, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    expect_hr(ISCard_ReAttach(other, SHARED, RESET), S_OK);
    ISCard_Release(other);
}

static void test_open__by_name_and_the_first(void **state) {
    (void)state;
    char name[SCARDSSP_READER_MAX];
    size_t size = sizeof name;
    struct scardssp_card *card = opened("Simulated Reader 01");
    expect_hr(scardssp_get_reader(card, name, &size), S_OK);
    assert_string_equal(name, "Simulated Reader 01");
    assert_int_equal(size, sizeof "Simulated Reader 01");
    scardssp_close(card);

    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    card = opened(NULL);
    size = sizeof name;
    expect_hr(scardssp_get_reader(card, name, &size), S_OK);
    assert_string_equal(name, "Simulated Reader 01");
    scardssp_close(card);
}

/* A card that cannot be had does not keep the next one from being found; if there is no other, it is told. */
static void test_open__the_first_that_can_be_had(void **state) {
    (void)state;
    char name[SCARDSSP_READER_MAX];
    size_t size = sizeof name;
    wchar_t reader[] = SIM_READER_WIDE;
    ISCard *other = kit_card();
    expect_hr(ISCard_AttachByReader(other, reader, EXCLUSIVE, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    struct scardssp_card *card = opened(NULL);
    expect_hr(scardssp_get_reader(card, name, &size), S_OK);
    assert_string_equal(name, "Simulated Reader 01");
    scardssp_close(card);
    expect_hr(scardssp_sim_remove("Simulated Reader 01"), S_OK);
    expect_hr(scardssp_sim_remove("Simulated Reader 02"), S_OK);
    expect_hr(scardssp_open(NULL, &card), SCARD_E_SHARING_VIOLATION);
    assert_null(card);
    ISCard_Release(other);
}

static void test_open__nothing_there(void **state) {
    (void)state;
    char longest[SCARDSSP_READER_MAX + 1];
    struct scardssp_card *card = (struct scardssp_card *)&card;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    expect_hr(scardssp_open(longest, &card), E_INVALIDARG);
    assert_null(card);
    expect_hr(scardssp_open(longest + 1, &card), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_open("", &card), E_INVALIDARG);
    expect_hr(scardssp_open("Reader \xFF that is no text", &card), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_open(NULL, NULL), E_POINTER);
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    expect_hr(scardssp_open(SIM_READER, &card), SCARD_E_NO_SMARTCARD);
    scardssp_sim_clear();
    expect_hr(scardssp_open(NULL, &card), SCARD_E_NO_SMARTCARD);
    assert_null(card);
    scardssp_close(NULL);
}

static void test_transmit__bytes(void **state) {
    (void)state;
    static const uint8_t no_file[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x77, 0x77};
    static const uint8_t select_fci[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x00, 0x02};
    uint8_t reply[REPLY_ROOM];
    size_t size = sizeof reply;
    struct scardssp_card *card = opened(NULL);
    expect_sw(card, select_greeting, 0x90, 0x00);
    expect_greeting(card);
    expect_sw(card, no_file, 0x6A, 0x82);
    /* Over T=0 the card announces its answer (61xx), which is fetched. */
    expect_hr(scardssp_transmit(card, select_fci, sizeof select_fci, reply, &size), S_OK);
    assert_true(size > 4 && size < sizeof reply);
    assert_int_equal(reply[0], 0x6F);
    assert_int_equal(reply[1], size - 4);
    assert_int_equal(reply[size - 2], 0x90);
    scardssp_close(card);
}

static void test_transmit__room_and_shared_memory(void **state) {
    (void)state;
    static const uint8_t extended[] = {0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00};
    static const uint8_t large[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x01};
    struct scardssp_card *card = opened(NULL);
    uint8_t bytes[8] = {0};
    size_t size = 6;
    expect_sw(card, select_greeting, 0x90, 0x00);
    expect_hr(scardssp_transmit(card, read_greeting, sizeof read_greeting, bytes, &size),
              SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 7);
    assert_int_equal(bytes[0], 0);
    memcpy(bytes, read_greeting, sizeof read_greeting);
    expect_hr(scardssp_transmit(card, bytes, sizeof read_greeting, bytes, &size), S_OK);
    assert_int_equal(size, 7);
    assert_memory_equal(bytes, greeting, sizeof greeting);

    expect_sw(card, large, 0x90, 0x00);
    uint8_t *all = malloc(SCARDSSP_REPLY_MAX);
    assert_non_null(all);
    size = SCARDSSP_REPLY_MAX;
    expect_hr(scardssp_transmit(card, extended, sizeof extended, all, &size), S_OK);
    assert_true(size == 258 || size == 32770); /* as much as the protocol in use carries at once */
    assert_int_equal(all[size - 2], 0x90);
    free(all);
    scardssp_close(card);
}

static void test_transmit__hostile_arguments(void **state) {
    (void)state;
    static const uint8_t wrong_lc[] = {0x00, 0xA4, 0x00, 0x0C, 0x09, 0x00, 0x02};
    struct scardssp_card *card = opened(NULL);
    uint8_t reply[4];
    size_t size = sizeof reply;
    expect_failure(card, select_greeting, 0, E_INVALIDARG);
    expect_failure(card, select_greeting, 3, E_INVALIDARG);
    expect_failure(card, wrong_lc, sizeof wrong_lc, E_INVALIDARG);
    expect_hr(scardssp_transmit(NULL, select_greeting, 7, reply, &size), E_POINTER);
    expect_hr(scardssp_transmit(card, NULL, 7, reply, &size), E_POINTER);
    expect_hr(scardssp_transmit(card, select_greeting, 7, NULL, &size), E_POINTER);
    expect_hr(scardssp_transmit(card, select_greeting, 7, reply, NULL), E_POINTER);
    expect_hr(scardssp_reattach(NULL, SCARDSSP_KEEP), E_POINTER);
    expect_hr(scardssp_reattach(card, 3), E_INVALIDARG);
    expect_hr(scardssp_begin(NULL), E_POINTER);
    expect_hr(scardssp_end(NULL), E_POINTER);
    expect_hr(scardssp_end(card), SCARD_E_NOT_TRANSACTED);
    expect_hr(scardssp_cancel(NULL), E_POINTER);
    expect_hr(scardssp_set_timeout(NULL, 1), E_POINTER);
    expect_hr(scardssp_prepare(NULL, NULL, NULL), E_POINTER);
    scardssp_close(card);
}

static void test_get__reader_and_atr(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    struct scardssp_reader_state known = {0};
    uint8_t atr[33];
    char name[8];
    size_t size = sizeof atr;
    expect_hr(scardssp_get_reader_state(SIM_READER, &known, 0), S_OK);
    expect_hr(scardssp_get_atr(card, atr, &size), S_OK);
    assert_int_equal(size, known.atr_size);
    assert_memory_equal(atr, known.atr, size);
    size = known.atr_size - 1;
    expect_hr(scardssp_get_atr(card, atr, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, known.atr_size);
    size = sizeof name;
    expect_hr(scardssp_get_reader(card, name, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof SIM_READER);
    expect_hr(scardssp_get_atr(NULL, atr, &size), E_POINTER);
    expect_hr(scardssp_get_atr(card, NULL, &size), E_POINTER);
    expect_hr(scardssp_get_atr(card, atr, NULL), E_POINTER);
    expect_hr(scardssp_get_reader(NULL, name, &size), E_POINTER);
    expect_hr(scardssp_get_reader(card, NULL, &size), E_POINTER);
    expect_hr(scardssp_get_reader(card, name, NULL), E_POINTER);
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    size = sizeof atr;
    expect_hr(scardssp_get_atr(card, atr, &size), SCARD_W_REMOVED_CARD);
    assert_int_equal(size, 0);
    scardssp_close(card);
}

/* A preparation that counts, selects the file of the greeting, and may do worse. */
struct habit {
    unsigned calls;

    int32_t result;
    struct scardssp_card *outer;
};

static int32_t prepare(struct scardssp_card *card, void *user) {
    struct habit *habit = user;
    uint8_t reply[2];
    size_t size = sizeof reply;
    ++habit->calls;
    const int32_t status = scardssp_transmit(card, select_greeting, sizeof select_greeting, reply, &size);
    return habit->result ? habit->result : status;
}

static void test_reset__is_told_without_a_preparation(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    expect_sw(card, select_greeting, 0x90, 0x00);
    reset_by_other();
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_RESET_CARD);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_RESET_CARD);
    expect_hr(scardssp_reattach(card, SCARDSSP_KEEP), S_OK);
    expect_sw(card, read_greeting, 0x69, 0x86); /* nothing is selected any more */
    scardssp_close(card);
}

static void test_reset__is_mended_with_one(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    struct habit habit = {0};
    expect_hr(scardssp_prepare(card, prepare, &habit), S_OK);
    assert_int_equal(habit.calls, 1);
    expect_greeting(card);
    assert_int_equal(habit.calls, 1);
    reset_by_other();
    expect_greeting(card);
    assert_int_equal(habit.calls, 2);
    reset_by_other();
    expect_hr(scardssp_begin(card), S_OK);
    assert_int_equal(habit.calls, 3);
    expect_greeting(card);
    expect_hr(scardssp_end(card), S_OK);
    expect_hr(scardssp_end(card), SCARD_E_NOT_TRANSACTED);
    /* The reader is not held on: another program gets in at once. */
    reset_by_other();
    expect_hr(scardssp_prepare(card, NULL, NULL), S_OK);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_RESET_CARD);
    scardssp_close(card);
}

static void test_reattach__after_removal_and_unplugging(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    struct habit habit = {0};
    expect_hr(scardssp_prepare(card, prepare, &habit), S_OK);
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_REMOVED_CARD);
    expect_hr(scardssp_reattach(card, SCARDSSP_KEEP), SCARD_E_NO_SMARTCARD);
    expect_hr(scardssp_sim_put_back(SIM_READER), S_OK);
    expect_hr(scardssp_reattach(card, SCARDSSP_KEEP), S_OK);
    assert_int_equal(habit.calls, 2);
    expect_greeting(card);
    expect_hr(scardssp_sim_unplug(SIM_READER), S_OK);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_E_READER_UNAVAILABLE);
    expect_hr(scardssp_sim_plug(SIM_READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_reattach(card, SCARDSSP_RESET), S_OK);
    expect_greeting(card);
    expect_hr(scardssp_reattach(card, SCARDSSP_POWER), S_OK);
    expect_greeting(card);
    assert_int_equal(habit.calls, 4);
    scardssp_close(card);
}

/* A command whose fate is not known is never sent twice. */
static void test_transmit__is_not_repeated_after_other_faults(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    struct habit habit = {0};
    expect_hr(scardssp_prepare(card, prepare, &habit), S_OK);
    expect_hr(scardssp_sim_fault(SIM_READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 0), S_OK);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_REMOVED_CARD);
    assert_int_equal(habit.calls, 1);
    expect_hr(scardssp_sim_put_back(SIM_READER), S_OK);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_REMOVED_CARD);
    expect_hr(scardssp_reattach(card, SCARDSSP_KEEP), S_OK);
    expect_hr(scardssp_sim_fault(SIM_READER, SCARDSSP_SIM_FAULT_TRANSPORT, 1), S_OK);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_E_NOT_TRANSACTED);
    expect_greeting(card);
    scardssp_close(card);
}

static void test_prepare__that_fails(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    struct habit good = {0}, bad = {.result = SCARD_W_WRONG_CHV};
    expect_hr(scardssp_prepare(card, prepare, &good), S_OK);
    expect_hr(scardssp_prepare(card, prepare, &bad), SCARD_W_WRONG_CHV);
    expect_greeting(card); /* after the former one, since the other may have selected something else */
    assert_int_equal(good.calls, 2);
    reset_by_other(); /* the reader is free */
    expect_greeting(card);
    assert_int_equal(good.calls, 3);
    assert_int_equal(bad.calls, 1);
    good.result = SCARD_W_WRONG_CHV;
    reset_by_other();
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_WRONG_CHV);
    reset_by_other();
    expect_hr(scardssp_begin(card), SCARD_W_WRONG_CHV);
    expect_hr(scardssp_end(card), SCARD_E_NOT_TRANSACTED);
    /* A card that could not be prepared is not used as it is: it is prepared before the next command. */
    good.result = 0;
    expect_greeting(card);
    /* One that says it was reset, again and again, is not asked for ever. */
    good.result = SCARD_W_RESET_CARD;
    good.calls = 0;
    reset_by_other();
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_RESET_CARD);
    assert_int_equal(good.calls, 5);
    scardssp_close(card);
}

/* What a preparation may not do, and what it may. */
static int32_t meddle(struct scardssp_card *card, void *user) {
    struct habit *habit = user;
    char name[SCARDSSP_READER_MAX];
    uint8_t atr[33];
    size_t size = sizeof name, atr_size = sizeof atr;
    expect_hr(scardssp_get_reader(card, name, &size), S_OK);
    expect_hr(scardssp_get_atr(card, atr, &atr_size), S_OK);
    expect_hr(scardssp_begin(card), E_UNEXPECTED);
    expect_hr(scardssp_end(card), E_UNEXPECTED);
    expect_hr(scardssp_reattach(card, SCARDSSP_KEEP), E_UNEXPECTED);
    expect_hr(scardssp_prepare(card, NULL, NULL), E_UNEXPECTED);
    scardssp_close(card);
    /* Through the outer card it would wait for itself: no longer than that card waits for anybody. */
    uint8_t reply[2];
    size_t reply_size = sizeof reply;
    expect_hr(scardssp_transmit(habit->outer, select_greeting, 7, reply, &reply_size), SCARD_E_TIMEOUT);
    return prepare(card, user);
}

static void test_prepare__what_it_may_do(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    struct habit habit = {.outer = card};
    expect_hr(scardssp_set_timeout(card, 50), S_OK);
    expect_hr(scardssp_prepare(card, meddle, &habit), S_OK);
    expect_greeting(card);
    assert_int_equal(habit.calls, 1);
    scardssp_close(card);
}

static void test_begin__keeps_others_out_and_tells_of_resets(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER), *other = opened(SIM_READER);
    struct habit habit = {0};
    expect_hr(scardssp_prepare(card, prepare, &habit), S_OK);
    expect_hr(scardssp_set_timeout(other, 50), S_OK);
    expect_hr(scardssp_begin(card), S_OK);
    expect_hr(scardssp_begin(card), S_OK);
    expect_failure(other, select_greeting, sizeof select_greeting, SCARD_E_TIMEOUT);
    expect_hr(scardssp_end(card), S_OK);
    expect_failure(other, select_greeting, sizeof select_greeting, SCARD_E_TIMEOUT);
    /* A card that lost its power in between has forgotten more than the preparation knows. */
    expect_hr(scardssp_sim_remove(SIM_READER), S_OK);
    expect_hr(scardssp_sim_put_back(SIM_READER), S_OK);
    expect_failure(card, read_greeting, sizeof read_greeting, SCARD_W_REMOVED_CARD);
    expect_hr(scardssp_reattach(card, SCARDSSP_KEEP), S_OK);
    expect_greeting(card);
    expect_hr(scardssp_end(card), S_OK);
    expect_hr(scardssp_reattach(other, SCARDSSP_KEEP), S_OK);
    expect_sw(other, select_greeting, 0x90, 0x00);
    scardssp_close(other);
    scardssp_close(card);
}

struct sender {
    struct scardssp_card *card;
    pthread_t thread;
    const _Atomic bool *stop;
    unsigned failures;
};

static void *send_many(void *user) {
    struct sender *sender = user;
    while (!*sender->stop) {
        uint8_t reply[7];
        size_t size = sizeof reply;
        const int32_t status =
            scardssp_transmit(sender->card, read_greeting, sizeof read_greeting, reply, &size);
        sender->failures += status != S_OK || size != 7 || memcmp(reply, greeting, 7) != 0;
    }
    return NULL;
}

/* Threads share one prepared card while another program resets it: none ever reads an unprepared card. */
static void test_threads__share_a_card_through_resets(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER);
    struct habit habit = {0};
    struct sender senders[4];
    _Atomic bool stop = false;
    expect_hr(scardssp_prepare(card, prepare, &habit), S_OK);
    for (size_t i = 0; i < 4; ++i) {
        senders[i] = (struct sender){.card = card, .stop = &stop};
        assert_int_equal(pthread_create(&senders[i].thread, NULL, send_many, &senders[i]), 0);
    }
    for (int i = 0; i < 20; ++i) {
        reset_by_other();
        kit_pause(1);
    }
    stop = true;
    for (size_t i = 0; i < 4; ++i) {
        pthread_join(senders[i].thread, NULL);
        assert_int_equal(senders[i].failures, 0);
    }
    expect_greeting(card);
    assert_true(habit.calls > 1);
    scardssp_close(card);
}

static void *cancel_soon(void *user) {
    kit_pause(60);
    return (void *)(intptr_t)scardssp_cancel(user);
}

static void test_cancel__ends_a_wait_for_others(void **state) {
    (void)state;
    struct scardssp_card *card = opened(SIM_READER), *other = opened(SIM_READER);
    pthread_t thread;
    void *done = &done;
    expect_hr(scardssp_set_timeout(card, UINT32_MAX), S_OK);
    expect_hr(scardssp_begin(other), S_OK);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, card), 0);
    const int64_t start = kit_ms();
    expect_failure(card, select_greeting, sizeof select_greeting, SCARD_E_CANCELLED);
    assert_true(kit_ms() - start >= 40 && kit_ms() - start < LONG_MS / 2);
    pthread_join(thread, &done);
    assert_null(done);
    expect_hr(scardssp_end(other), S_OK);
    expect_sw(card, select_greeting, 0x90, 0x00);
    scardssp_close(other);
    scardssp_close(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_open__by_name_and_the_first, kit_three_cards),
        cmocka_unit_test_setup(test_open__the_first_that_can_be_had, kit_three_cards),
        cmocka_unit_test_setup(test_open__nothing_there, kit_three_cards),
        cmocka_unit_test_setup(test_transmit__bytes, kit_three_cards),
        cmocka_unit_test_setup(test_transmit__room_and_shared_memory, kit_three_cards),
        cmocka_unit_test_setup(test_transmit__hostile_arguments, kit_three_cards),
        cmocka_unit_test_setup(test_get__reader_and_atr, kit_three_cards),
        cmocka_unit_test_setup(test_reset__is_told_without_a_preparation, kit_three_cards),
        cmocka_unit_test_setup(test_reset__is_mended_with_one, kit_three_cards),
        cmocka_unit_test_setup(test_reattach__after_removal_and_unplugging, kit_three_cards),
        cmocka_unit_test_setup(test_transmit__is_not_repeated_after_other_faults, kit_three_cards),
        cmocka_unit_test_setup(test_prepare__that_fails, kit_three_cards),
        cmocka_unit_test_setup(test_prepare__what_it_may_do, kit_three_cards),
        cmocka_unit_test_setup(test_begin__keeps_others_out_and_tells_of_resets, kit_three_cards),
        cmocka_unit_test_setup(test_threads__share_a_card_through_resets, kit_three_cards),
        cmocka_unit_test_setup(test_cancel__ends_a_wait_for_others, kit_three_cards),
    };
    if (FAILED(scardssp_use_rm("sim", NULL, 0)))
        return 1;
    return cmocka_run_group_tests_name("card_api", tests, NULL, NULL);
}
