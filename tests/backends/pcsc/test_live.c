/*
 * The PC/SC backend on a real pcscd: faults that other programs, cards and the daemon cause, and their
 * repair.
 */
#include "support/services/pcsc_live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/kits/recovery.h"

static rm_status reattach(struct rm_card *card, uint32_t share, uint32_t init) {
    return rm_reconnect(card, share, LIVE_ANY, init, RM_WITHIN(LIVE_LONG));
}

/*
 * The same by somebody who knows what to do when the connection, of client a, is lost; depth: of its
 * transaction.
 */
static rm_status recover_shared(struct live *live, struct rm_card **card, unsigned depth, uint32_t init) {
    struct recovery recovery = {.service = live->service,
                                .context = &live->a,
                                .card = card,
                                .reader = pcscd_reader(0),
                                .depth = depth};
    return recover(&recovery, RM_SHARE_SHARED, init);
}

static void test_reset__by_another_program(void **state) {
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    struct rm_card_status status;
    uint8_t flag = 0;
    DWORD protocol;

    live_set_flag(card, 7);
    live_other_connects(live, SCARD_SHARE_SHARED);
    assert_int_equal(
        SCardReconnect(live->other, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, SCARD_RESET_CARD, &protocol),
        SCARD_S_SUCCESS);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_W_RESET_CARD);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(LIVE_LONG)), RM_W_RESET_CARD);
    assert_int_equal(rm_begin(card, RM_WITHIN(LIVE_LONG)), RM_W_RESET_CARD);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(live_flag(card, LIVE_LONG, &flag), RM_OK);
    assert_int_equal(flag, 0);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* The service would hold the card for unpowered and refuse all newcomers. */
static void test_unpower__by_another_program(void **state) {
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);
    struct rm_card_status status;

    live_other_connects(live, SCARD_SHARE_SHARED);
    live_other_leaves(live, SCARD_UNPOWER_CARD);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_W_RESET_CARD);
    assert_int_equal(recover_shared(live, &card, 0, RM_LEAVE), RM_OK);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(LIVE_LONG)), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC);
    live_other_connects(live, SCARD_SHARE_SHARED);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/*
 * One program has reconnected with LEAVE, so the service thinks the card in use and off: a newcomer gets in
 * all the same.
 */
static void test_unpower__newcomer_gets_in(void **state) {
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    struct rm_card *newcomer = NULL;
    DWORD protocol;

    live_other_connects(live, SCARD_SHARE_SHARED);
    assert_int_equal(rm_disconnect(card, RM_UNPOWER, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(
        SCardReconnect(live->other, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, SCARD_LEAVE_CARD, &protocol),
        SCARD_S_SUCCESS);
    assert_int_equal(
        rm_connect(live->b, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &newcomer),
        RM_OK);
    assert_int_equal(live_ask(newcomer, LIVE_LONG), RM_OK);
    assert_int_equal(rm_disconnect(newcomer, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_eject__by_another_program(void **state) {
    struct live *const live = *state;
    struct rm_card *card = NULL;

    live_other_connects(live, SCARD_SHARE_SHARED);
    live_other_leaves(live, SCARD_EJECT_CARD);
    card = live_connect(live);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_EJECT, RM_WITHIN(2000)), RM_OK);
}

static void test_removal__and_another_card(void **state) {
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    struct rm_card_status status;

    live_remove(live);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_W_REMOVED_CARD);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(LIVE_LONG)), RM_W_REMOVED_CARD);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_E_NO_SMARTCARD);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_RESET), RM_E_NO_SMARTCARD);
    live_insert(live, 0x77);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(LIVE_LONG)), RM_OK);
    assert_int_equal(status.atr_size, 5);
    assert_int_equal(status.atr[3], 0x77);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* The transaction was dropped by the service when the card went; it is held again. */
static void test_removal__restores_the_transaction(void **state) {
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);
    struct rm_card *rival = NULL;

    assert_int_equal(rm_begin(card, RM_WITHIN(LIVE_LONG)), RM_OK);
    live_remove(live);
    live_insert(live, 0x42);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_W_REMOVED_CARD);
    assert_int_equal(recover_shared(live, &card, 1, RM_LEAVE), RM_OK);
    assert_int_equal(rm_connect(live->b, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(200), &rival),
                     RM_E_TIMEOUT);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(
        rm_connect(live->b, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &rival), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_removal__in_mid_command(void **state) {
    static const uint8_t pull[] = {0x80, 0x12, 0, 0};
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    uint8_t answer[16];
    size_t size = sizeof answer;

    assert_int_equal(rm_transmit(card, 0, pull, sizeof pull, answer, &size, RM_WITHIN(LIVE_LONG)),
                     RM_W_REMOVED_CARD);
    assert_int_equal(size, 0);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_E_NO_SMARTCARD);
    live_insert(live, 0x42);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
}

static void test_exclusive__another_program_has_it(void **state) {
    struct live *const live = *state;
    struct rm_card *card = NULL;

    live_other_connects(live, SCARD_SHARE_EXCLUSIVE);
    assert_int_equal(
        rm_connect(live->a, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &card),
        RM_E_SHARING_VIOLATION);
    live_other_leaves(live, SCARD_LEAVE_CARD);
    assert_int_equal(
        rm_connect(live->a, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &card), RM_OK);
}

/* Raised while nobody else is there, refused at once while somebody is; the transaction lasts. */
static void test_exclusive__raised_and_lowered(void **state) {
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    uint8_t flag = 0;
    const uint64_t start = live_now();

    live_set_flag(card, 9);
    assert_int_equal(rm_begin(card, RM_WITHIN(LIVE_LONG)), RM_OK);
    assert_int_equal(reattach(card, RM_SHARE_EXCLUSIVE, RM_LEAVE), RM_OK);
    assert_int_equal(live_flag(card, LIVE_LONG, &flag), RM_OK);
    assert_int_equal(flag, 9);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    live_other_connects(live, SCARD_SHARE_SHARED);
    assert_int_equal(reattach(card, RM_SHARE_EXCLUSIVE, RM_RESET), RM_E_SHARING_VIOLATION);
    assert_int_equal(live_flag(card, LIVE_LONG, &flag), RM_OK);
    assert_int_equal(flag, 9); /* and was not reset on the way */
    live_other_leaves(live, SCARD_LEAVE_CARD);
    assert_int_equal(reattach(card, RM_SHARE_EXCLUSIVE, RM_RESET), RM_OK);
    assert_int_equal(live_flag(card, LIVE_LONG, &flag), RM_OK);
    assert_int_equal(flag, 0);
    assert_true(live_now() - start < 2000);
}

static void test_daemon__stopped_and_restarted(void **state) {
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);
    struct rm_card *other = NULL;
    struct rm_reader_state seen = {.reader = pcscd_reader(0)};
    struct names names = {0};

    assert_int_equal(rm_begin(card, RM_WITHIN(LIVE_LONG)), RM_OK);
    pcscd_halt(live->pcscd);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_E_NO_SERVICE);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_E_NO_SERVICE);
    assert_int_equal(rm_card_handle(card), 0);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_LEAVE), RM_E_INVALID_HANDLE);
    struct rm_card *lost = card;
    assert_int_equal(recover_shared(live, &lost, 1, RM_LEAVE), RM_E_NO_SERVICE);
    assert_null(lost);
    card = NULL;
    assert_int_equal(rm_list_readers(live->b, RM_WITHIN(RM_INFINITE), &names), RM_E_NO_SERVICE);
    assert_int_equal(rm_wait(live->b, &seen, 1, RM_WITHIN(0)), RM_E_NO_SERVICE);
    assert_int_equal(
        rm_connect(live->b, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &other),
        RM_E_NO_SERVICE);
    assert_true(pcscd_resume(live->pcscd));
    live_insert(live, 0x42);
    assert_int_equal(recover_shared(live, &card, 1, RM_LEAVE), RM_OK);
    assert_true(rm_card_handle(card) != 0);
    assert_true(rm_context_handle(live->a) != 0);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)),
                     RM_OK); /* the transaction is held again */
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_list_readers(live->b, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    names_clear(&names);
    assert_int_equal(rm_wait(live->b, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(
        rm_connect(live->b, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &other), RM_OK);
}

static void test_daemon__restarted_between_two_calls(void **state) {
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);

    pcscd_halt(live->pcscd);
    assert_true(pcscd_resume(live->pcscd));
    live_insert(live, 0x42);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_E_NO_SERVICE);
    assert_int_equal(recover_shared(live, &card, 0, RM_RESET), RM_OK);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
}

static void end_daemon(void *user) {
    pcscd_halt(user);
}

static void test_daemon__stops_in_mid_command(void **state) {
    static const uint8_t slow[] = {0x80, 0x10, 0x05, 0xDC};
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);
    struct live_later later = {.action = end_daemon, .user = live->pcscd, .delay_ms = 100};
    uint8_t answer[16];
    size_t size = sizeof answer;

    live_start(&later);
    assert_int_equal(rm_transmit(card, 0, slow, sizeof slow, answer, &size, RM_WITHIN(LIVE_LONG)),
                     RM_E_SERVICE_STOPPED);
    assert_int_equal(size, 0);
    live_join(&later);
    assert_true(pcscd_resume(live->pcscd));
    live_insert(live, 0x42);
    assert_int_equal(recover_shared(live, &card, 0, RM_LEAVE), RM_OK);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
}

/*
 * exit() counts what the child has run for coverage; the leak detector looks for the parent's threads in it
 * in vain.
 */
#if defined __SANITIZE_ADDRESS__
#define END_CHILD _exit
#else
#define END_CHILD exit
#endif

/* What the child does; returns the step that went wrong, 0 for none. */
static int in_child(struct live *live, struct rm_card *card) {
    uint8_t flag = 0;
    struct names names = {0};

    if (live_ask(card, LIVE_LONG) != RM_E_INVALID_HANDLE)
        return 1;
    if (rm_card_handle(card) != 0 || rm_context_handle(live->a) != 0)
        return 2;
    if (recover_shared(live, &card, 0, RM_LEAVE) != RM_OK)
        return 3;
    if (live_flag(card, LIVE_LONG, &flag) != RM_OK || flag != 5)
        return 4;
    if (rm_list_readers(live->b, RM_WITHIN(RM_INFINITE), &names) != RM_OK)
        return 5;
    names_clear(&names);
    if (rm_begin(card, RM_WITHIN(500)) != RM_OK || rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)) != RM_OK)
        return 6;
    if (rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)) != RM_OK)
        return 7;
    rm_context_close(live->a);
    rm_context_close(live->b);
    rm_service_release(live->service);
    return 0;
}

static void test_fork__child_reattaches(void **state) {
#ifdef __SANITIZE_THREAD__
    skip(); /* it does not know threads that such a child starts */
#endif
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    uint8_t flag = 0;
    int status = -1;

    live_set_flag(card, 5);
    assert_int_equal(live_ask(card, 100), RM_OK); /* the watching thread runs */
    fflush(NULL);                                 /* or the child would say it again */
    const pid_t child = fork();
    if (child == 0)
        END_CHILD(in_child(live, card));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(live_flag(card, LIVE_LONG, &flag), RM_OK);
    assert_int_equal(flag, 5);
}

static void test_adopt__other_programs_handle(void **state) {
    struct live *const live = *state;
    struct rm_card *card = NULL;
    const uint64_t gone = 0x12345678u;

    live_other_connects(live, SCARD_SHARE_SHARED);
    assert_int_equal(rm_adopt(live->a, gone, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_adopt(live->a, 0, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    assert_int_equal(rm_adopt(live->a, (uint64_t)live->other, RM_WITHIN(5000), &card), RM_OK);
    assert_string_equal(rm_reader_name(card), pcscd_reader(0));
    assert_int_equal(card->protocol, RM_PROTOCOL_T1);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_card_handle(card), (uint64_t)live->other);
    rm_abandon(card);
    assert_int_equal(SCardBeginTransaction(live->other), SCARD_S_SUCCESS);
    assert_int_equal(rm_adopt(live->a, (uint64_t)live->other, RM_WITHIN(5000), &card), RM_OK);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK); /* one that its owner began */
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(SCardDisconnect(live->other, SCARD_LEAVE_CARD), SCARD_E_INVALID_HANDLE);
    live->other = 0;
}

/*
 * A handle with a reset to tell: taken over, told, and repaired by name in a context of our own afterwards.
 */
static void test_adopt__repaired_by_name(void **state) {
    struct live *const live = *state;
    struct rm_card *card = live_connect(live);
    struct rm_card *adopted = NULL;

    live_other_connects(live, SCARD_SHARE_SHARED);
    assert_int_equal(reattach(card, RM_SHARE_SHARED, RM_RESET), RM_OK);
    assert_int_equal(rm_adopt(live->b, (uint64_t)live->other, RM_WITHIN(5000), &adopted), RM_OK);
    assert_int_equal(live_ask(adopted, LIVE_LONG), RM_W_RESET_CARD);
    assert_int_equal(reattach(adopted, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_string_equal(rm_reader_name(adopted), pcscd_reader(0));
    assert_int_equal(live_ask(adopted, LIVE_LONG), RM_OK);
    live_other_leaves(live, SCARD_LEAVE_CARD);
    assert_int_equal(live_ask(adopted, LIVE_LONG), RM_E_INVALID_HANDLE);
    struct recovery recovery = {.service = live->service, .context = &live->b, .card = &adopted};
    assert_int_equal(recover(&recovery, RM_SHARE_SHARED, RM_LEAVE), RM_OK);
    assert_int_equal(live_ask(adopted, LIVE_LONG), RM_OK);
    rm_abandon(adopted);
}

static void test_transmit__long_answer_and_nad(void **state) {
    static const uint8_t big[] = {0x80, 0x14, 0x7F, 0xF0};
    static uint8_t answer[70000];
    struct live *const live = *state;
    struct rm_card *const card = live_connect(live);
    size_t size = sizeof answer; /* more than the library takes */

    assert_int_equal(rm_transmit(card, 0, big, sizeof big, answer, &size, RM_WITHIN(LIVE_LONG)), RM_OK);
    assert_int_equal(size, 0x7FF0 + 2);
    assert_int_equal(answer[0], 0xAA);
    assert_int_equal(answer[0x7FF0], 0x90);
    size = 100;
    assert_int_equal(rm_transmit(card, 0, big, sizeof big, answer, &size, RM_WITHIN(LIVE_LONG)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    size = sizeof answer;
    assert_int_equal(rm_transmit(card, 0x12, big, sizeof big, answer, &size, RM_WITHIN(LIVE_LONG)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(size, 0);
}

static const struct CMUnitTest tests[] = {
    LIVE_CASE(test_reset__by_another_program),
    LIVE_CASE(test_unpower__by_another_program),
    LIVE_CASE(test_unpower__newcomer_gets_in),
    LIVE_CASE(test_eject__by_another_program),
    LIVE_CASE(test_removal__and_another_card),
    LIVE_CASE(test_removal__restores_the_transaction),
    LIVE_CASE(test_removal__in_mid_command),
    LIVE_CASE(test_exclusive__another_program_has_it),
    LIVE_CASE(test_exclusive__raised_and_lowered),
    LIVE_CASE(test_daemon__stopped_and_restarted),
    LIVE_CASE(test_daemon__restarted_between_two_calls),
    LIVE_CASE(test_daemon__stops_in_mid_command),
    LIVE_CASE(test_fork__child_reattaches),
    LIVE_CASE(test_adopt__other_programs_handle),
    LIVE_CASE(test_adopt__repaired_by_name),
    LIVE_CASE(test_transmit__long_answer_and_nad),
};

int main(void) {
    return live_run("pcsc_live", tests, sizeof tests / sizeof *tests);
}
