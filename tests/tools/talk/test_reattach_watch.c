/*
 * scard reattach --watch: tools/scard/talk/reattach_watch.c. The tool's command runs in this process over the
 * simulator; a thread plays the hand at the reader and the other program, and waits each time for the line
 * that must come.
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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"
#include "talk/card.h"
#include "tools/capture.h"

#define READER "Watched"
#define DEMO_ATR "3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E"
#define APP_ATR "3B 87 81 31 FE 45 80 31 E0 73 F7 41 DB C3"
#define HEAD "Watching '" READER "'; Ctrl-C ends it.\n"
#define BACK "ReAttach(SHARED, LEAVE): S_OK, SPECIFICMODE, T=0, ATR " DEMO_ATR "\n"
#define WAIT_MS 10000

/* Waits until the tool has printed `wanted` and no more: what is checked is the whole text. */
static bool output_wait(const char *wanted) {
    char text[CAPTURE_MAX];
    for (int ms = 0; ms < WAIT_MS; ms += 10) {
        capture_peek(text);
        if (strcmp(text, wanted) == 0)
            return true;
        nanosleep(&(const struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    }
    fprintf(stderr, "instead of\n%s\nthe tool printed\n%s\n", wanted, text);
    return false;
}

static bool other_program(SCARD_SHARE_MODES share, ISCard **out) {
    return card_make(out) == S_OK && card_attach(*out, READER, (int)share, T0 | T1) == S_OK;
}

static bool hand_resets(void) {
    ISCard *other = NULL;
    const bool good = output_wait(HEAD) && other_program(SHARED, &other) &&
                      ISCard_ReAttach(other, SHARED, RESET) == S_OK &&
                      output_wait(HEAD "Another program has reset the card.\n" BACK) &&
                      ISCard_ReAttach(other, SHARED, RESET) == S_OK;
    card_close(other);
    return good;
}

static bool hand_takes_out(void) {
    return output_wait(HEAD) && scardssp_sim_remove(READER) == S_OK &&
           output_wait(HEAD "The card has been taken out; waiting for one.\n") &&
           scardssp_sim_put_back(READER) == S_OK;
}

static bool hand_swaps(void) {
    return output_wait(HEAD) && scardssp_sim_remove(READER) == S_OK &&
           output_wait(HEAD "The card has been taken out; waiting for one.\n") &&
           scardssp_sim_insert(READER, "app", NULL, 0) == S_OK;
}

static bool hand_pulls_cable(void) {
    return output_wait(HEAD) && scardssp_sim_unplug(READER) == S_OK &&
           output_wait(HEAD "The reader is gone; waiting for it.\n") &&
           scardssp_sim_plug(READER, "demo", 0, NULL, 0) == S_OK;
}

/* The card is put back, but another program is faster and keeps it. */
static bool hand_keeps(void) {
    ISCard *other = NULL;
    const bool good = output_wait(HEAD) && scardssp_sim_remove(READER) == S_OK &&
                      output_wait(HEAD "The card has been taken out; waiting for one.\n");
    if (!good)
        return false;
    /* Between insertion and attachment the tool may be first: then there is nothing to wait for. */
    scardssp_sim_put_back(READER);
    const bool kept = other_program(EXCLUSIVE, &other);
    const bool told = !kept || output_wait(HEAD "The card has been taken out; waiting for one.\n"
                                                "Another program holds the card exclusively; waiting.\n");
    card_close(other);
    return told;
}

static bool hand_interrupts(void) {
    return output_wait(HEAD) && kill(getpid(), SIGTERM) == 0;
}

struct row {
    bool (*hand)(void);
    const char *count; /* NULL: until the signal */
    const char *last;  /* the whole output */
};

static void *hand_run(void *argument) {
    const struct row *row = argument;
    const bool good = row->hand();
    if (!good)
        kill(getpid(), SIGTERM); /* the tool would wait for ever */
    return good ? argument : NULL;
}

/* Runs `scard reattach --watch` with the hand beside it. */
static void watch_with(const struct row *row, struct capture *out) {
    const char *const with_count[] = {"reattach", "--watch", "--count", row->count, READER, NULL};
    const char *const without[] = {"reattach", "--watch", READER, NULL};
    struct row copy = *row;
    pthread_t hand;
    void *good = NULL;
    assert_int_equal(pthread_create(&hand, NULL, hand_run, &copy), 0);
    const bool caught = capture_run(&cmd_reattach, row->count ? with_count : without, out);
    pthread_join(hand, &good);
    assert_true(caught);
    assert_non_null(good);
    assert_int_equal(out->code, EXIT_GOOD);
    assert_string_equal(out->err, "");
}

static void check_row(const struct row *row) {
    struct capture said;
    watch_with(row, &said);
    assert_string_equal(said.out, row->last);
}

static int plug(void **state) {
    (void)state;
    scardssp_sim_clear();
    return scardssp_sim_plug(READER, "demo", 0, NULL, 0) == S_OK ? 0 : -1;
}

static void test_watch__resets_by_another_program(void **state) {
    (void)state;
    check_row(&(const struct row){hand_resets, "2",
                                  HEAD "Another program has reset the card.\n" BACK
                                       "Another program has reset the card.\n" BACK
                                       "Re-attached 2 times.\n"});
}

static void test_watch__card_taken_out_and_put_back(void **state) {
    (void)state;
    check_row(&(const struct row){hand_takes_out, "1",
                                  HEAD "The card has been taken out; waiting for one.\n" BACK
                                       "Re-attached 1 time.\n"});
}

static void test_watch__another_card(void **state) {
    (void)state;
    check_row(&(const struct row){hand_swaps, "1",
                                  HEAD "The card has been taken out; waiting for one.\n"
                                       "ReAttach(SHARED, LEAVE): S_OK, SPECIFICMODE, T=1, ATR " APP_ATR "\n"
                                       "This is another card.\n"
                                       "Re-attached 1 time.\n"});
}

static void test_watch__reader_unplugged(void **state) {
    (void)state;
    check_row(&(const struct row){hand_pulls_cable, "1",
                                  HEAD "The reader is gone; waiting for it.\n" BACK "Re-attached 1 time.\n"});
}

static void test_watch__card_kept_by_another_program(void **state) {
    struct capture said;
    (void)state;
    watch_with(&(const struct row){hand_keeps, "1", NULL}, &said);
    assert_non_null(strstr(said.out, BACK "Re-attached 1 time.\n"));
}

static void test_watch__ends_at_a_signal(void **state) {
    (void)state;
    check_row(&(const struct row){hand_interrupts, NULL, HEAD "Re-attached 0 times.\n"});
}

static int begin(void **state) {
    return scardssp_use_rm("sim:", NULL, 0) == S_OK ? capture_begin(state) : -1;
}

static int end(void **state) {
    scardssp_sim_clear();
    return capture_end(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_watch__resets_by_another_program, plug),
        cmocka_unit_test_setup(test_watch__card_taken_out_and_put_back, plug),
        cmocka_unit_test_setup(test_watch__another_card, plug),
        cmocka_unit_test_setup(test_watch__reader_unplugged, plug),
        cmocka_unit_test_setup(test_watch__card_kept_by_another_program, plug),
        cmocka_unit_test_setup(test_watch__ends_at_a_signal, plug),
    };
    return cmocka_run_group_tests_name("tools/watch", tests, begin, end);
}
