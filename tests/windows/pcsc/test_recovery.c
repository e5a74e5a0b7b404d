/*
 * What ReAttach survives on the system's own winscard.dll: resets by other programs, cards and services that
 * go and come.
 */
#include <winscard.h>

#include "../clients/registering.h"
#include "play.h"

/*
 * Another program did something to the card; the object says so until it is re-attached, and is useful again
 * then.
 */
static void expect_recovery(ISCard *card, HRESULT event) {
    play_expect_event(card, event);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    assert_int_equal(play_state(card), SPECIFICMODE);
    play_expect_reset(card);
}

static void test_recovery__reset_by_a_linux_program(void **state) {
    (void)state;
    ISCard *card = play_attached();
    for (int round = 0; round < 3; round++) {
        (void)hand("linux reattach 0 --init reset");
        expect_recovery(card, (HRESULT)SCARD_W_RESET_CARD);
    }
    assert_string_equal(play_atr(card), DEMO_ATR);
    play_end(card);
}

static void test_recovery__reset_by_a_wine_program(void **state) {
    (void)state;
    ISCard *card = play_attached();
    assert_non_null(strstr(hand("wine reset Virtual PCD 00 00"), "SCardReconnect 0x00000000"));
    expect_recovery(card, (HRESULT)SCARD_W_RESET_CARD);
    play_end(card);
}

static void test_recovery__power_off_and_on(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("linux reattach 0 --init unpower");
    expect_recovery(card, (HRESULT)SCARD_W_RESET_CARD);
    play_end(card);
}

/* The service then holds the card for one without power, and nobody has powered it since. */
static void test_recovery__powered_off_by_who_left(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("wine unpower Virtual PCD 00 00");
    const HRESULT hr = play_ask(card);
    assert_true(hr == (HRESULT)SCARD_W_RESET_CARD || hr == (HRESULT)SCARD_W_UNPOWERED_CARD);
    expect_recovery(card, hr);
    ISCard *other = kit_attached(READER, T1);
    play_expect_selected(other);
    play_end(other);
    play_end(card);
}

static void test_recovery__card_removed(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("remove");
    play_expect_event(card, (HRESULT)SCARD_W_REMOVED_CARD);
    for (int round = 0; round < 2; round++)
        expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_NO_SMARTCARD);
    assert_int_equal(play_state(card), ABSENT);
    (void)hand("insert demo");
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    play_expect_reset(card);
    play_end(card);
}

static void test_recovery__card_out_and_in_between_two_calls(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("swap demo");
    const HRESULT hr = play_ask(card);
    assert_true(hr == (HRESULT)SCARD_W_REMOVED_CARD || hr == (HRESULT)SCARD_W_RESET_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    play_expect_reset(card);
    play_end(card);
}

static void test_recovery__another_card(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("swap gsm");
    expect_hr(play_ask(card), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    assert_string_equal(play_atr(card), GSM_ATR);
    expect_apdu(card, "A0 A4 00 00 02 3F 00", "9F 17");
    play_end(card);
}

/* The lock is taken again before ReAttach returns: another program's command has to wait. */
static void test_recovery__with_a_transaction(void **state) {
    (void)state;
    ISCard *card = play_attached();
    expect_hr(ISCard_LockSCard(card), S_OK);
    (void)hand("swap demo");
    expect_hr(play_ask(card), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    play_expect_reset(card);
    hand_begin("linux apdu -r 0 0084000008");
    Sleep(AT_ONCE_MS);
    play_expect_selected(card);
    expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    assert_non_null(strstr(hand_done(), "[9000: success]"));
    expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    play_end(card);
}

static void test_recovery__service_stopped(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("stop");
    const HRESULT hr = play_ask(card);
    assert_true(hr == (HRESULT)SCARD_E_NO_SERVICE || hr == (HRESULT)SCARD_E_SERVICE_STOPPED);
    for (int round = 0; round < 2; round++)
        expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_NO_SERVICE);
    IUnknown *none = NULL;
    expect_hr(CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_IUnknown, (void **)&none),
              SCARD_E_NO_SERVICE);
    (void)hand("start");
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    play_expect_reset(card);
    play_end(card);
}

static void test_recovery__service_restarted_between_two_calls(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("restart");
    const HRESULT hr = play_ask(card);
    assert_true(hr == (HRESULT)SCARD_E_NO_SERVICE || hr == (HRESULT)SCARD_E_SERVICE_STOPPED ||
                hr == (HRESULT)SCARD_E_INVALID_HANDLE);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    play_expect_reset(card);
    /* An object that is made now and one that was made before do equally well. */
    ISCard *fresh = kit_attached(READER, T1);
    play_expect_selected(fresh);
    play_end(fresh);
    play_end(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {PLAY(test_recovery__reset_by_a_linux_program),
                                       PLAY(test_recovery__reset_by_a_wine_program),
                                       PLAY(test_recovery__power_off_and_on),
                                       PLAY(test_recovery__powered_off_by_who_left),
                                       PLAY(test_recovery__card_removed),
                                       PLAY(test_recovery__card_out_and_in_between_two_calls),
                                       PLAY(test_recovery__another_card),
                                       PLAY(test_recovery__with_a_transaction),
                                       PLAY(test_recovery__service_stopped),
                                       PLAY(test_recovery__service_restarted_between_two_calls)};
    return cmocka_run_group_tests_name("recovery", tests, registering_begin, registering_end);
}
