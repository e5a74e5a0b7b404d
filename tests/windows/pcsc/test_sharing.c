/*
 * The card shared with other programs on the system's own winscard.dll: their transactions, exclusive use,
 * ours.
 */
#include <winscard.h>

#include "../clients/registering.h"
#include "play.h"

static HRESULT attach(ISCard *card, SCARD_SHARE_MODES share) {
    BSTR name = SysAllocString(READER);
    const HRESULT hr = ISCard_AttachByReader(card, name, share, T1);
    SysFreeString(name);
    return hr;
}

/* A call that had to wait as long as calls may, and not much longer. */
static void expect_waited(DWORD since) {
    const DWORD took = GetTickCount() - since;
    assert_int_in_range(took, TIMEOUT_MS - 50, TIMEOUT_MS + AT_ONCE_MS);
}

/* Commands wait for another program's transaction, within their bound, and are not sent late. */
static void test_sharing__another_has_a_transaction(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("hold locked");
    DWORD since = GetTickCount();
    expect_hr(kit_send(card, "00 D6 00 00 01 4A", NULL), SCARD_E_TIMEOUT);
    expect_waited(since);
    since = GetTickCount();
    expect_hr(ISCard_LockSCard(card), SCARD_E_TIMEOUT);
    expect_waited(since);
    (void)hand("release");
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    play_expect_selected(card);
    Sleep(AT_ONCE_MS);
    play_expect_selected(card); /* "Hello" still, not "Jello" */
    play_end(card);
}

/* It ends while the call waits. */
static void test_sharing__anothers_transaction_ends(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("hold locked");
    const DWORD since = GetTickCount();
    hand_begin("release later");
    play_expect_selected(card);
    assert_int_in_range(GetTickCount() - since, 300, TIMEOUT_MS);
    (void)hand_done();
    play_end(card);
}

static void test_sharing__another_has_it_exclusively(void **state) {
    (void)state;
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    (void)hand("hold exclusive");
    const DWORD since = GetTickCount();
    expect_hr(attach(card, SHARED), SCARD_E_SHARING_VIOLATION);
    expect_hr(attach(card, EXCLUSIVE), SCARD_E_SHARING_VIOLATION);
    assert_true(GetTickCount() - since < AT_ONCE_MS);
    (void)hand("release");
    expect_hr(attach(card, SHARED), S_OK);
    expect_apdu(card, SELECT_HELLO, DONE);
    play_end(card);
}

/* Our own transaction makes others wait. */
static void test_sharing__our_transaction(void **state) {
    (void)state;
    ISCard *card = play_attached();
    expect_hr(ISCard_LockSCard(card), S_OK);
    expect_hr(ISCard_LockSCard(card), S_OK); /* they nest */
    hand_begin("linux apdu -r 0 00A4000C020001");
    for (int i = 0; i < 5; i++) {
        Sleep(AT_ONCE_MS / 5);
        play_expect_selected(card); /* the other one has selected nothing yet */
    }
    expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    play_expect_selected(card);
    expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    assert_non_null(strstr(hand_done(), "[9000: success]"));
    expect_apdu(card, READ_HELLO, "00 00 00 01 00 90 00"); /* of the file it has selected */
    expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    play_end(card);
}

/* ReAttach of a healthy card gives the transaction to nobody, and it ends as ever. */
static void test_sharing__our_transaction_over_reattach(void **state) {
    (void)state;
    ISCard *card = play_attached();
    expect_hr(ISCard_LockSCard(card), S_OK);
    hand_begin("linux apdu -r 0 00A4000C020001");
    for (int i = 0; i < 3; i++) {
        Sleep(AT_ONCE_MS / 3);
        expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
        play_expect_selected(card); /* the other one has selected nothing yet */
    }
    expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    assert_non_null(strstr(hand_done(), "[9000: success]"));
    expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    expect_apdu(card, READ_HELLO, "00 00 00 01 00 90 00"); /* of the file it has selected */
    play_end(card);
}

/* Over a reset, and to exclusive use and back, too: then others get at it at once, with no level left. */
static void test_sharing__no_level_is_left(void **state) {
    (void)state;
    ISCard *card = play_attached();
    for (int i = 0; i < 3; i++) {
        expect_hr(ISCard_LockSCard(card), S_OK);
        expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
        expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
        expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
        expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
        expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
        assert_non_null(strstr(hand("linux apdu -r 0 00A4000C020001"), "[9000: success]"));
    }
    play_end(card);
}

/* A reset at the end of our own transaction is no news to ourselves. */
static void test_sharing__unlock_with_reset(void **state) {
    (void)state;
    ISCard *card = play_attached();
    ISCard *other = kit_attached(READER, T1);
    expect_hr(ISCard_LockSCard(card), S_OK);
    expect_hr(ISCard_UnlockSCard(card, RESET), S_OK);
    play_expect_event(other, (HRESULT)SCARD_W_RESET_CARD);
    play_expect_reset(card);
    play_end(other);
    play_end(card);
}

static void test_sharing__exclusive_alone(void **state) {
    (void)state;
    ISCard *card = play_attached();
    ISCard *other = kit_make(&CLSID_CSCard, &IID_ISCard);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_hr(attach(other, SHARED), SCARD_E_SHARING_VIOLATION);
    assert_non_null(strstr(hand("linux fails apdu -r 0 0084000008"), "SCARD_E_SHARING_VIOLATION"));
    play_expect_selected(card);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_hr(attach(other, SHARED), S_OK);
    play_expect_selected(other);
    play_end(other);
    play_end(card);
}

/*
 * Windows refuses this at once. pcsc-lite lets the call wait until the others are gone, which must not be our
 * user's wait: the shared connection goes on. A transaction cannot be kept on that way, and it is said that
 * it is gone (row 14 of the recovery specification).
 */
static void test_sharing__exclusive_beside_another(void **state) {
    (void)state;
    ISCard *card = play_attached();
    (void)hand("hold shared");
    for (int locked = 0; locked < 2; locked++) {
        const DWORD since = GetTickCount();
        if (locked)
            expect_hr(ISCard_LockSCard(card), S_OK);
        expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE),
                  locked ? SCARD_E_NOT_TRANSACTED : SCARD_E_SHARING_VIOLATION);
        assert_true(GetTickCount() - since < TIMEOUT_MS);
        play_expect_selected(card);
    }
    expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_non_null(strstr(hand("linux apdu -r 0 00A4000C020001"), "[9000: success]")); /* nothing is held */
    (void)hand("release");
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_apdu(card, READ_HELLO, "00 00 00 01 00 90 00"); /* what the other one has selected */
    play_end(card);
}

/* Other programs beside us in threads and processes: nobody gets in between, nobody is refused. */
static void test_sharing__transactions_of_two_programs(void **state) {
    (void)state;
    ISCard *card = play_attached();
    hand_begin("linux apdu -r 0 --lock 00A4000C020001 00B0000005 00B0000005 00A4000C020001 00B0000005");
    for (int i = 0; i < 20; i++) {
        expect_hr(ISCard_LockSCard(card), S_OK);
        expect_apdu(card, SELECT_HELLO, DONE);
        play_expect_selected(card);
        expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    }
    const char *said = hand_done();
    for (int i = 0; i < 3; i++) {
        said = strstr(said, "< 00 00 00 01 00 [9000: success]");
        assert_non_null(said);
        said++;
    }
    play_end(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {PLAY(test_sharing__another_has_a_transaction),
                                       PLAY(test_sharing__anothers_transaction_ends),
                                       PLAY(test_sharing__another_has_it_exclusively),
                                       PLAY(test_sharing__our_transaction),
                                       PLAY(test_sharing__our_transaction_over_reattach),
                                       PLAY(test_sharing__no_level_is_left),
                                       PLAY(test_sharing__unlock_with_reset),
                                       PLAY(test_sharing__exclusive_alone),
                                       PLAY(test_sharing__exclusive_beside_another),
                                       PLAY(test_sharing__transactions_of_two_programs)};
    return cmocka_run_group_tests_name("sharing", tests, registering_begin, registering_end);
}
