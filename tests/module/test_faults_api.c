/*
 * scardssp_faults.h: scripts that are chosen before the first object and replaced later, what is said of one
 * that is none, and what ISCard returns while one is played. Over the simulator, which needs no script of its
 * own.
 */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "scardssp_faults.h"
#include "support/kits/environment.h"

#define READER_WIDE L"Desk"

static char message[300];

static ISCard *attached(void) {
    wchar_t reader[] = READER_WIDE;
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    return card;
}

static void test_check__says_where(void **state) {
    (void)state;
    expect_hr(scardssp_faults_check(": remove", message, sizeof message), S_OK);
    expect_text(message, "");
    expect_hr(scardssp_faults_check(": remove\n\n  after: drop", message, sizeof message), E_INVALIDARG);
    expect_text(message, "the fault script:3:8: expected a number up to 999999999, found ':'");
    expect_hr(scardssp_faults_check(NULL, message, sizeof message), E_INVALIDARG);
    expect_hr(scardssp_faults_check(": x", NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_faults(": x", message, sizeof message), E_INVALIDARG);
    assert_true(*message);
    expect_hr(scardssp_faults_file(NULL, message, sizeof message), E_INVALIDARG);
    expect_hr(scardssp_faults_file("/no/such/file.faults", message, sizeof message), E_INVALIDARG);
    expect_text(message, "/no/such/file.faults: the file cannot be read");
}

/* The card object goes through all of it, and is attached at the end as at the beginning. */
static void test_play__the_same_object(void **state) {
    (void)state;
    ISCard *card = attached();
    expect_hr(scardssp_faults("after 1: reset", message, sizeof message), S_OK);
    expect_works(card);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_W_RESET_CARD);
    assert_int_equal(scardssp_faults_struck(), 1);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    expect_hr(scardssp_faults(": stop", NULL, 0), S_OK);
    assert_int_equal(scardssp_faults_struck(), 0);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_E_SERVICE_STOPPED);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_NO_SERVICE);
    expect_hr(scardssp_faults("at 0 ms: start", NULL, 0), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    expect_hr(scardssp_faults(": unplug", NULL, 0), S_OK);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_E_READER_UNAVAILABLE);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_faults("at 0 ms: replug", NULL, 0), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    expect_hr(scardssp_faults(NULL, NULL, 0), S_OK);
    ISCard_Release(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__says_where),
        cmocka_unit_test(test_play__the_same_object),
    };
    if (scardssp_faults("", message, sizeof message) != S_OK || scardssp_use_rm("sim:", NULL, 0) != S_OK ||
        scardssp_sim_plug("Desk", "demo", 0, NULL, 0) != S_OK)
        return 1;
    return cmocka_run_group_tests_name("faults_api", tests, NULL, NULL);
}
