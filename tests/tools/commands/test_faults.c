/*
 * What the commands of the tool say when reader, card or another program is in the way: each code with its
 * cause and remedy, and the exit code. They run in this process over the simulator, which other objects and
 * faults disturb.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"
#include "talk/card.h"
#include "talk/reader.h"
#include "tools/capture.h"

#define READER "Tested"
#define ATR "3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E"
#define ATR_WORDS "T=0 and T=1, direct convention, historical bytes 80 31 E0 73 F7 41 DB 54 44 45 4D 4F"
#define LOOK(state)                                                                                          \
    "Reader:    " READER "\nState:     " state "\nATR:       " ATR "\n           " ATR_WORDS "\n"
#define SHARING                                                                                              \
    "SCARD_E_SHARING_VIOLATION (0x8010000B): Another program holds the card exclusively, or is connected "   \
    "while this one wants it exclusively; close that program, or wait until it lets the card go.\n"

/* Runs a command and compares all it says. */
static void check(const struct command *command, const char *const *arguments, int code, const char *out,
                  const char *err) {
    struct capture said;
    assert_true(capture_run(command, arguments, &said));
    assert_string_equal(said.err, err);
    assert_string_equal(said.out, out);
    assert_int_equal(said.code, code);
}

static const char *const list[] = {"list", NULL};
static const char *const status[] = {"status", NULL};
static const char *const challenge[] = {"apdu", "0084000008", NULL};
static const char *const to_exclusive[] = {"reattach", "--share", "exclusive", NULL};

static ISCard *other_attach(int share) {
    ISCard *other = NULL;
    assert_int_equal(card_make(&other), S_OK);
    assert_int_equal(card_attach(other, READER, share, T0 | T1), S_OK);
    return other;
}

static void test_other__shares_the_card(void **state) {
    (void)state;
    ISCard *other = other_attach(SHARED);
    check(&cmd_list, list, EXIT_GOOD, "0: " READER "  card in use  ATR " ATR "\n", "");
    check(&cmd_status, status, EXIT_GOOD, LOOK("card in use") "Attached:  SHARED, T=0, SPECIFICMODE\n", "");
    const char *const exclusive[] = {"apdu", "--exclusive", "0084000008", NULL};
    check(&cmd_apdu, exclusive, EXIT_CARD, "", "scard: cannot attach to the card in '" READER "': " SHARING);
    struct capture said;
    assert_true(capture_run(&cmd_reattach, to_exclusive, &said));
    assert_int_equal(said.code, EXIT_CARD);
    assert_non_null(strstr(said.out, "\nReAttach(EXCLUSIVE, LEAVE): SCARD_E_SHARING_VIOLATION\n"));
    assert_string_equal(said.err, "scard: cannot re-attach to the card in '" READER "': " SHARING);
    card_close(other);
}

static void test_other__keeps_the_card(void **state) {
    (void)state;
    ISCard *other = other_attach(EXCLUSIVE);
    check(&cmd_list, list, EXIT_GOOD, "0: " READER "  card in exclusive use  ATR " ATR "\n", "");
    check(&cmd_status, status, EXIT_CARD, LOOK("card in exclusive use"),
          "scard: cannot attach to the card in '" READER "': " SHARING);
    check(&cmd_apdu, challenge, EXIT_CARD, "", "scard: cannot attach to the card in '" READER "': " SHARING);
    const char *const demo[] = {"demo", NULL};
    struct capture said;
    assert_true(capture_run(&cmd_demo, demo, &said));
    assert_int_equal(said.code, EXIT_CARD);
    assert_string_equal(
        said.err,
        "scard: ISCard::AttachByReader(SHARED, T0|T1) must return S_OK: " SHARING
        "scard: step 2, 'Attach to the card', did not do what it must; the line above says what came "
        "instead; end other programs that use the card and try again, or see with --trace 2 what was said\n");
    card_close(other);
}

static void test_card__mute(void **state) {
    (void)state;
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_MUTE, 100), S_OK);
    check(&cmd_list, list, EXIT_GOOD, "0: " READER "  card mute\n", "");
    struct capture said;
    assert_true(capture_run(&cmd_apdu, challenge, &said));
    assert_int_equal(said.code, EXIT_CARD);
    assert_string_equal(said.out, "");
    assert_string_equal(said.err,
                        "scard: cannot attach to the card in '" READER
                        "': SCARD_W_UNRESPONSIVE_CARD (0x80100066): The card does not answer; clean or "
                        "re-insert it, or re-attach with UNPOWER.\n");
}

static void test_card__pulled_out_in_an_exchange(void **state) {
    (void)state;
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 1), S_OK);
    const char *const two[] = {"apdu", "00A4000C020002", "00B0000005", "00B0000005", NULL};
    check(&cmd_apdu, two, EXIT_CARD, "> 00 A4 00 0C 02 00 02\n< [9000: success]\n> 00 B0 00 00 05\n",
          "scard: cannot send the command: SCARD_W_REMOVED_CARD (0x80100069): The card has been removed; "
          "insert it "
          "and re-attach.\n");
}

static void test_card__bad_contact(void **state) {
    (void)state;
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_TRANSPORT, 1), S_OK);
    check(&cmd_apdu, challenge, EXIT_CARD, "> 00 84 00 00 08\n",
          "scard: cannot send the command: SCARD_E_NOT_TRANSACTED (0x80100016): There is no transaction to "
          "end, or the "
          "exchange with the card failed; check the contacts.\n");
}

static void test_card__none(void **state) {
    (void)state;
    assert_int_equal(scardssp_sim_remove(READER), S_OK);
    check(&cmd_list, list, EXIT_GOOD, "0: " READER "  empty\n", "");
    check(&cmd_status, status, EXIT_GOOD, "Reader:    " READER "\nState:     empty\nATR:       none\n", "");
    const char *const named[] = {"reattach", READER, NULL};
    check(&cmd_reattach, named, EXIT_CARD, "",
          "scard: cannot attach to the card in '" READER
          "': SCARD_E_NO_SMARTCARD (0x8010000C): There is no card in the reader; insert one.\n");
}

static void test_state__in_words(void **state) {
    static const struct {
        uint32_t bits;
        const char *words;
    } rows[] = {
        {READER_EMPTY, "empty"},
        {READER_PRESENT, "card present"},
        {READER_PRESENT | READER_INUSE, "card in use"},
        {READER_PRESENT | READER_INUSE | READER_EXCLUSIVE, "card in exclusive use"},
        {READER_PRESENT | READER_MUTE, "card mute"},
        {READER_PRESENT | READER_UNPOWERED, "card present, not powered"},
        {READER_PRESENT | READER_INUSE | READER_UNPOWERED, "card in use"},
        {READER_UNKNOWN, "not available"},
        {READER_UNAVAILABLE | READER_EMPTY, "not available"},
        {0, "not known"},
        {0x00030000u | READER_PRESENT, "card present"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        assert_string_equal(reader_state_text(rows[i].bits), rows[i].words);
}

static int plug(void **state) {
    (void)state;
    scardssp_sim_clear();
    return scardssp_sim_plug(READER, "demo", 0, NULL, 0) == S_OK ? 0 : -1;
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
        cmocka_unit_test_setup(test_other__shares_the_card, plug),
        cmocka_unit_test_setup(test_other__keeps_the_card, plug),
        cmocka_unit_test_setup(test_card__mute, plug),
        cmocka_unit_test_setup(test_card__pulled_out_in_an_exchange, plug),
        cmocka_unit_test_setup(test_card__bad_contact, plug),
        cmocka_unit_test_setup(test_card__none, plug),
        cmocka_unit_test(test_state__in_words),
    };
    return cmocka_run_group_tests_name("tools/faults", tests, begin, end);
}
