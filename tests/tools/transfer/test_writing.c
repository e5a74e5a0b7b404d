/*
 * scard write through faults: tools/scard/transfer/writing.c. The command runs in this process over the
 * simulator, which pulls the card in the middle of an exchange; a thread plays the hand that puts it, or
 * another one, back.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/file.h"
#include "command.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"
#include "support/kits/scratch.h"
#include "talk/reader.h"
#include "tools/capture.h"

#define READER "Pulled"
#define SIZE 32768u
#define WAIT_MS 20000

static char folder[SCRATCH_ROOM], path[SCRATCH_ROOM + 8], back[SCRATCH_ROOM + 8];
static uint8_t wanted[SIZE];

static bool is_out(void) {
    struct reader_list list = {0};
    const bool out = reader_list_get(&list) == S_OK && list.count == 1 &&
                     (list.readers[0].state.state & READER_EMPTY) != 0;
    reader_list_free(&list);
    return out;
}

/* Waits until the card has been pulled, then puts in a card of this image; NULL: the one that was there. */
static void *hand_run(void *image) {
    for (int ms = 0; ms < WAIT_MS && !is_out(); ms += 2)
        nanosleep(&(const struct timespec){.tv_nsec = 2 * 1000 * 1000}, NULL);
    const int32_t status =
        image ? scardssp_sim_insert(READER, image, NULL, 0) : scardssp_sim_put_back(READER);
    return status == S_OK ? path : NULL;
}

/* Writes the file on disk to 0001, pulled after so many exchanges. */
static void write_with(const char *image, uint32_t exchanges, struct capture *out) {
    const char *const arguments[] = {"write", "/0001", path, "-r", READER, NULL};
    char name[16] = "";
    pthread_t thread;
    void *good = NULL;
    (void)snprintf(name, sizeof name, "%s", image ? image : "");
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, exchanges), S_OK);
    assert_int_equal(pthread_create(&thread, NULL, hand_run, image ? name : NULL), 0);
    const bool caught = capture_run(&cmd_write, arguments, out);
    pthread_join(thread, &good);
    assert_true(caught);
    assert_non_null(good);
}

/* What the card has now. */
static void read_back(uint8_t bytes[SIZE]) {
    const char *const arguments[] = {"read", "/0001", "-o", back, "-r", READER, NULL};
    struct capture said;
    assert_true(capture_run(&cmd_read, arguments, &said));
    assert_int_equal(said.code, EXIT_GOOD);
    FILE *file = file_open(back, "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, SIZE, file), SIZE);
    fclose(file);
}

/* Other bytes than the card has, and than the time before. */
static void make_wanted(uint8_t seed) {
    FILE *file = file_open(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < SIZE; ++i)
        wanted[i] = (uint8_t)(i * 31 + (i >> 8) + seed);
    assert_int_equal(fwrite(wanted, 1, SIZE, file), SIZE);
    fclose(file);
}

static void test_writing__pulled_anywhere_and_put_back(void **state) {
    static const uint32_t places[] = {0, 1, 2, 3, 7, 40, 41, 90, 125};
    static uint8_t bytes[SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
        struct capture said;
        make_wanted((uint8_t)(i + 1));
        write_with(NULL, places[i], &said);
        assert_int_equal(said.code, EXIT_GOOD);
        assert_string_equal(said.out, "/0001: 32768 bytes, written\n");
        assert_non_null(strstr(said.err, "The card has been taken out; waiting for one.\n"));
        read_back(bytes);
        assert_memory_equal(bytes, wanted, SIZE);
    }
}

/* A card of the same make has not got the first half: it must not get the second. */
static void test_writing__another_card_of_the_make(void **state) {
    static uint8_t bytes[SIZE];
    struct capture said;
    (void)state;
    make_wanted(99);
    write_with("demo", 40, &said);
    assert_int_equal(said.code, EXIT_CARD);
    assert_non_null(
        strstr(said.err, "scard: what was written to '/0001' is not there: this is another card"));
    read_back(bytes);
    for (size_t i = 0; i < SIZE; i += 2)
        assert_int_equal(bytes[i] << 8 | bytes[i + 1], i / 2);
}

static int plug(void **state) {
    (void)state;
    scardssp_sim_clear();
    return scardssp_sim_plug(READER, "demo", 0, NULL, 0) == S_OK ? 0 : -1;
}

static int begin(void **state) {
    if (scardssp_use_rm("sim:", NULL, 0) != S_OK || !scratch_create(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/file", folder);
    (void)snprintf(back, sizeof back, "%s/back", folder);
    return capture_begin(state);
}

static int end(void **state) {
    scardssp_sim_clear();
    scratch_empty(folder);
    return scratch_remove(folder) ? capture_end(state) : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_writing__pulled_anywhere_and_put_back, plug),
        cmocka_unit_test_setup(test_writing__another_card_of_the_make, plug),
    };
    return cmocka_run_group_tests_name("tools/writing", tests, begin, end);
}
