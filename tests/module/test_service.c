/*
 * The real service seen through scardssp_rm.h and CoCreateInstance: absent, there, with a card, and back
 * after it was stopped. Skipped where there is no pcscd.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit.h"
#include "support/services/pcscd.h"

#define STATE(state) ((state)&0xFFFFu)

static struct pcscd *pcscd;
static const struct scardssp_sim_serve_options demo = {.image = "demo", .protocol = 2, .wait_ms = 5000};

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    struct scardssp_sim_serve_options options = *(const struct scardssp_sim_serve_options *)card;
    options.port = port;
    options.connected = connected;
    options.user = user;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

static HRESULT try_card(ISCard **card) {
    *card = NULL;
    return CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)card);
}

static void check_absent(void) {
    struct scardssp_reader_state now = {.state = 0};
    char names[100] = "x";
    size_t size = sizeof names;
    ISCard *card = NULL;
    expect_hr(try_card(&card), SCARD_E_NO_SERVICE);
    assert_null(card);
    expect_hr(scardssp_list_readers(names, &size), SCARD_E_NO_SERVICE);
    assert_int_equal(size, 0);
    expect_hr(scardssp_get_reader_state(pcscd_reader(0), &now, 0), SCARD_E_NO_SERVICE);
}

static void check_there(void) {
    static const char expected[] = "Virtual PCD 00 00\0Virtual PCD 00 01\0";
    char names[100];
    size_t size = 0;
    ISCard *card = NULL;
    expect_hr(scardssp_list_readers(NULL, &size), S_OK);
    assert_int_equal(size, sizeof expected);
    size = sizeof names;
    expect_hr(scardssp_list_readers(names, &size), S_OK);
    assert_int_equal(size, sizeof expected);
    assert_memory_equal(names, expected, sizeof expected);
    size = 5;
    expect_hr(scardssp_list_readers(names, &size), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof expected);
    expect_hr(try_card(&card), S_OK);
    ISCard_Release(card);
}

static void test_service__there(void **state) {
    (void)state;
    expect_hr(scardssp_use_rm("system", NULL, 0), S_OK);
    check_there();
}

static void test_service__reader_states(void **state) {
    (void)state;
    struct scardssp_reader_state now = {.state = 0};
    ISCard *card = kit_card();
    IByteBuffer *atr = NULL;
    wchar_t reader[] = L"Virtual PCD 00 00";
    expect_hr(scardssp_get_reader_state(pcscd_reader(0), &now, 0), S_OK);
    assert_int_equal(STATE(now.state), SCARD_STATE_EMPTY);
    assert_int_equal(now.atr_size, 0);
    expect_hr(scardssp_get_reader_state(pcscd_reader(0), &now, 50), SCARD_E_TIMEOUT);
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), SCARD_E_NO_SMARTCARD);
    assert_true(pcscd_insert(pcscd, 0, serve, &demo));
    expect_hr(scardssp_get_reader_state(pcscd_reader(0), &now, 10000), S_OK);
    assert_true(now.state & SCARD_STATE_PRESENT);
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    expect_works(card);
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    char hex[120] = "";
    for (uint32_t i = 0; i < now.atr_size; ++i)
        (void)sprintf(hex + strlen(hex), i ? " %02X" : "%02X", now.atr[i]);
    expect_text(kit_hex(atr), hex);
    IByteBuffer_Release(atr);
    ISCard_Release(card);
    expect_hr(scardssp_get_reader_state("No such reader", &now, 0), SCARD_E_UNKNOWN_READER);
    assert_true(pcscd_remove(pcscd, 0));
}

/* The service goes: objects say so, new ones cannot be had. It comes back: the same objects recover. */
static void test_service__gone_and_back(void **state) {
    (void)state;
    wchar_t reader[] = L"Virtual PCD 00 00";
    ISCard *card = kit_card();
    assert_true(pcscd_insert(pcscd, 0, serve, &demo));
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    expect_works(card);
    pcscd_halt(pcscd);
    assert_true(FAILED(kit_send(card, "00 84 00 00 08", NULL)));
    check_absent();
    assert_true(FAILED(ISCard_ReAttach(card, SHARED, LEAVE)));
    assert_true(pcscd_resume(pcscd));
    assert_true(pcscd_insert(pcscd, 0, serve, &demo));
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
    assert_true(pcscd_remove(pcscd, 0));
    check_there();
}

/* The leak detector would look in the child for what the parent's thread has that serves the card. */
static void end_child(void) {
#if defined __SANITIZE_ADDRESS__
    _exit(0);
#endif
}

/*
 * Standard error is closed: its number becomes the conversation with the service, which no line of the trace
 * may enter.
 */
static void traced_without_standard_error(void) {
    wchar_t reader[] = L"Virtual PCD 00 00";
    close(STDERR_FILENO);
    ISCard *card = kit_card();
    expect(fcntl(STDERR_FILENO, F_GETFD) >= 0); /* something has the number */
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    for (int i = 0; i < 20; ++i)
        expect_works(card);
    expect_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
    end_child();
}

/* The same where it is closed only after the trace has begun. */
static void traced_and_closed_later(void) {
    wchar_t reader[] = L"Virtual PCD 00 00";
    ISCard *first = kit_card();
    close(STDERR_FILENO);
    ISCard *card = kit_card();
    expect(fcntl(STDERR_FILENO, F_GETFD) >= 0);
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    for (int i = 0; i < 20; ++i)
        expect_works(card);
    ISCard_Release(card);
    ISCard_Release(first);
    end_child();
}

static void test_trace__standard_error_is_closed(void **state) {
    static const char *const traced[] = {"SCARDSSP_TRACE=2", "SCARDSSP_RM=system", NULL};
    (void)state;
    assert_true(pcscd_insert(pcscd, 0, serve, &demo));
    free(kit_child(traced_without_standard_error, traced));
    free(kit_child(traced_and_closed_later, traced));
    assert_true(pcscd_remove(pcscd, 0));
}

int main(void) {
    char why[300] = "";
    pcscd = pcscd_start(why, sizeof why);
    if (!pcscd) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_trace__standard_error_is_closed), /* first: children choose their own resource manager */
        cmocka_unit_test(test_service__there),
        cmocka_unit_test(test_service__reader_states),
        cmocka_unit_test(test_service__gone_and_back),
    };
    const int failed = cmocka_run_group_tests_name("service", tests, NULL, NULL);
    pcscd_stop(pcscd);
    return failed;
}
