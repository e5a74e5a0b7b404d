/*
 * scard read through faults: tools/scard/transfer/. The command runs in this process over the simulator,
 * which pulls the card in the middle of an exchange; a thread plays the hand that puts it back.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "command.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"
#include "support/kits/scratch.h"
#include "talk/card.h"
#include "talk/reader.h"
#include "tools/capture.h"

#define READER "Pulled"
#define SIZE 32768u /* of the demo card's file 0001, which counts in two bytes */
#define WAIT_MS 20000

static char folder[SCRATCH_ROOM], path[SCRATCH_ROOM + 8];

/* Tries `act` until it has been possible: the hand that waits for its moment. */
static bool eventually(int32_t (*act)(void)) {
    for (int ms = 0; ms < WAIT_MS; ms += 2) {
        if (act() == S_OK)
            return true;
        nanosleep(&(const struct timespec){.tv_nsec = 2 * 1000 * 1000}, NULL);
    }
    return false;
}

static int32_t put_back(void) {
    return scardssp_sim_put_back(READER);
}

/* Whether the card has been pulled. */
static int32_t is_out(void) {
    struct reader_list list = {0};
    int32_t status = reader_list_get(&list);
    if (status == S_OK && (list.count != 1 || !(list.readers[0].state.state & READER_EMPTY)))
        status = E_FAIL;
    reader_list_free(&list);
    return status;
}

static int32_t put_another_make(void) {
    return scardssp_sim_insert(READER, "app", NULL, 0);
}

static int32_t put_another_like_it(void) {
    return scardssp_sim_insert(READER, "demo", NULL, 0);
}

static bool hand_puts_back(void) {
    return eventually(put_back);
}

static bool hand_puts_another_make(void) {
    return eventually(is_out) && put_another_make() == S_OK;
}

static bool hand_puts_another_like_it(void) {
    return eventually(is_out) && put_another_like_it() == S_OK;
}

static bool hand_interrupts(void) {
    return eventually(is_out) && kill(getpid(), SIGINT) == 0;
}

static void *hand_run(void *hand) {
    bool (*const act)(void) = *(bool (**)(void))hand;
    return act() ? hand : NULL;
}

/* Reads file 0001 to disk with the hand beside it. */
static void read_with(bool (*hand)(void), const char *seconds, struct capture *out) {
    const char *const arguments[] = {"read", "/0001", "-o", path, "-w", seconds, "-r", READER, NULL};
    pthread_t thread;
    void *good = NULL;
    assert_int_equal(pthread_create(&thread, NULL, hand_run, &hand), 0);
    const bool caught = capture_run(&cmd_read, arguments, out);
    pthread_join(thread, &good);
    assert_true(caught);
    assert_non_null(good);
}

static void check_whole(void) {
    static uint8_t bytes[SIZE + 1];
    FILE *file = file_open(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, sizeof bytes, file), SIZE);
    fclose(file);
    for (size_t i = 0; i < SIZE; i += 2)
        assert_int_equal(bytes[i] << 8 | bytes[i + 1], i / 2);
}

/* Neither the file nor one under another name is there. */
static void check_nothing_written(void) {
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
}

/* Nobody holds a lock: another program gets the card for itself. */
static void check_unlocked(void) {
    ISCard *card = NULL;
    assert_int_equal(card_make(&card), S_OK);
    assert_int_equal(card_attach(card, READER, EXCLUSIVE, T0 | T1), S_OK);
    card_close(card);
}

static void test_reading__pulled_anywhere_and_put_back(void **state) {
    /* exchanges before it is pulled: at the first, while it is selected, within pieces, near the end */
    static const uint32_t places[] = {0, 1, 2, 3, 7, 40, 41, 90, 125};
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
        struct capture said;
        remove(path);
        assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, places[i]), S_OK);
        read_with(hand_puts_back, "20", &said);
        assert_int_equal(said.code, EXIT_GOOD);
        assert_non_null(strstr(said.err, "The card has been taken out; waiting for one.\n"));
        assert_non_null(strstr(said.out, "/0001: 32768 bytes, in '"));
        check_whole();
        check_unlocked();
    }
}

static void test_reading__another_make_of_card(void **state) {
    struct capture said;
    (void)state;
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 10), S_OK);
    read_with(hand_puts_another_make, "1", &said);
    assert_int_equal(said.code, EXIT_CARD);
    assert_non_null(strstr(said.err, "scard: cannot read '/0001': SCARD_W_REMOVED_CARD"));
    check_nothing_written();
    check_unlocked();
}

/* A card of the same make, but with other content: nobody may get half of each. */
static void test_reading__another_card_of_the_make(void **state) {
    static const uint8_t update[] = {0x00, 0xD6, 0x81, 0x00, 0x02, 0xBE, 0xEF};
    struct capture said;
    ISCard *card = NULL;
    uint8_t *reply = NULL;
    size_t size = 0;
    (void)state;
    assert_int_equal(card_make(&card), S_OK);
    assert_int_equal(card_attach(card, READER, SHARED, T1), S_OK);
    assert_int_equal(card_send_raw(card, update, sizeof update, &reply, &size), S_OK);
    assert_int_equal(size, 2);
    assert_memory_equal(reply, "\x90\x00", 2);
    free(reply);
    card_close(card);
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 10), S_OK);
    read_with(hand_puts_another_like_it, "20", &said);
    assert_int_equal(said.code, EXIT_CARD);
    assert_non_null(strstr(said.err, "scard: '/0001' is not what it was before: this is another card"));
    check_nothing_written();
    check_unlocked();
}

static void test_reading__nobody_puts_it_back(void **state) {
    const char *const arguments[] = {"read", "/0001", "-o", path, "-w", "1", "-r", READER, NULL};
    struct capture said;
    (void)state;
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 10), S_OK);
    assert_true(capture_run(&cmd_read, arguments, &said));
    assert_int_equal(said.code, EXIT_CARD);
    assert_non_null(strstr(said.err, "scard: cannot read '/0001': SCARD_E_NO_SMARTCARD"));
    check_nothing_written();
}

static void test_reading__interrupted(void **state) {
    struct capture said;
    (void)state;
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 10), S_OK);
    read_with(hand_interrupts, "20", &said);
    assert_int_equal(said.code, EXIT_CARD);
    assert_non_null(strstr(said.err, "scard: ended by Ctrl-C: '/0001' was not read to its end"));
    check_nothing_written();
    assert_int_equal(put_back(), S_OK);
    check_unlocked();
}

static int plug(void **state) {
    (void)state;
    scratch_empty(folder);
    scardssp_sim_clear();
    return scardssp_sim_plug(READER, "demo", 0, NULL, 0) == S_OK ? 0 : -1;
}

static int begin(void **state) {
    if (scardssp_use_rm("sim:", NULL, 0) != S_OK || !scratch_create(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/file", folder);
    return capture_begin(state);
}

static int end(void **state) {
    scardssp_sim_clear();
    scratch_empty(folder);
    return scratch_remove(folder) ? capture_end(state) : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_reading__pulled_anywhere_and_put_back, plug),
        cmocka_unit_test_setup(test_reading__another_make_of_card, plug),
        cmocka_unit_test_setup(test_reading__another_card_of_the_make, plug),
        cmocka_unit_test_setup(test_reading__nobody_puts_it_back, plug),
        cmocka_unit_test_setup(test_reading__interrupted, plug),
    };
    return cmocka_run_group_tests_name("tools/reading", tests, begin, end);
}
