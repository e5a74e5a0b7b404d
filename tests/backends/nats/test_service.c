/* The PC/SC service behind an agent goes and comes back: of the faults in docs/remote.md, the rest of N8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "backends/system.h"
#include "base/clock.h"
#include "base/utf.h"
#include "objects/card.h"
#include "support/kits/apdus.h"
#include "support/services/lent.h"
#include "support/services/pcscd.h"
#include "support/services/vpcd_card.h"

#define LONG_MS 20000u

static struct lent lent;
static struct pcscd *pcscd;
static struct rm_service *service;
static struct vpcd_card inserted;

static const char *far_reader(void) {
    static char name[160];
    (void)snprintf(name, sizeof name, "%s" LENT_BEHIND, pcscd_reader(0));
    return name;
}

static rm_status enter(struct rm_context **context, struct rm_card **card) {
    rm_status status = rm_context_open(lent.client, RM_WITHIN(RM_INFINITE), context);
    if (status != RM_OK)
        return status;
    status = rm_connect(*context, far_reader(), RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
                        RM_WITHIN(LONG_MS), card);
    if (status != RM_OK)
        rm_context_close(*context);
    return status;
}

/* The flag that the card keeps from one start to the next. */
static rm_status ask_flag(struct rm_card *card, uint8_t *flag) {
    static const uint8_t command[] = {0x80, 0x18, 0x00, 0x00, 0x01};
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status = rm_transmit(card, 0, command, sizeof command, answer, &size, RM_WITHIN(LONG_MS));
    *flag = status == RM_OK && size == 3 ? answer[0] : 0xFF;
    return status;
}

static void set_flag(struct rm_card *card) {
    static const uint8_t command[] = {0x80, 0x16, 0x01, 0x00};
    uint8_t answer[258];
    size_t size = sizeof answer;
    assert_int_equal(rm_transmit(card, 0, command, sizeof command, answer, &size, RM_WITHIN(LONG_MS)), RM_OK);
    assert_int_equal(size, 2);
    assert_int_equal(answer[0], 0x90);
}

/* Connects as soon as the reader is lent again. */
static struct rm_card *enter_again(struct rm_context **context) {
    const struct timespec moment = {.tv_nsec = 50000000};
    const uint64_t deadline = clock_deadline(LONG_MS);
    struct rm_card *card = NULL;
    while (enter(context, &card) != RM_OK && clock_left(deadline))
        nanosleep(&moment, NULL);
    assert_non_null(card);
    return card;
}

/* Rows 10 and 11 of recovery: the connection is lost, and said to be; a new one works. */
static void test_N8__service_restarted(void **state) {
    struct rm_context *context = NULL, *again = NULL;
    struct rm_card *card = NULL;
    uint8_t flag = 0xFF;
    (void)state;
    card = enter_again(&context);
    set_flag(card);
    assert_int_equal(ask_flag(card, &flag), RM_OK);
    assert_int_equal(flag, 1);
    pcscd_halt(pcscd);
    rm_status status = ask_flag(card, &flag);
    if (!rm_connection_is_lost(status))
        fail_msg("%08x", (unsigned)status);
    assert_true(pcscd_resume(pcscd));
    assert_true(pcscd_insert(pcscd, 0, vpcd_card_serve, &inserted));
    status = ask_flag(card, &flag);
    if (!rm_connection_is_lost(status))
        fail_msg("%08x", (unsigned)status);
    rm_context_close(context);
    card = enter_again(&again);
    assert_int_equal(ask_flag(card, &flag), RM_OK);
    assert_int_equal(flag, 0);
    rm_context_close(again);
}

/* The same as a card object meets it, which goes on. */

static HRESULT attach(ISCard *card) {
    wchar_t *name = utf8_to_wide(far_reader(), NULL);
    BSTR reader = SysAllocString(name);
    const HRESULT hr = ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
    SysFreeString(reader);
    free(name);
    return hr;
}

static bool says_lost(HRESULT hr) {
    return hr == (HRESULT)SCARD_E_SERVICE_STOPPED || hr == (HRESULT)SCARD_E_NO_SERVICE ||
           hr == (HRESULT)SCARD_E_READER_UNAVAILABLE || hr == (HRESULT)SCARD_E_UNKNOWN_READER;
}

static HRESULT again_until_there(ISCard *card, bool reattaches) {
    const struct timespec moment = {.tv_nsec = 50000000};
    const uint64_t deadline = clock_deadline(LONG_MS);
    HRESULT hr;
    while ((hr = reattaches ? ISCard_ReAttach(card, SHARED, LEAVE) : attach(card)) != S_OK &&
           clock_left(deadline)) {
        if (!says_lost(hr))
            assert_hr(hr, SCARD_E_NO_SMARTCARD);
        nanosleep(&moment, NULL);
    }
    return hr;
}

static void test_N8__card_object_goes_on(void **state) {
    ISCard *card = NULL;
    (void)state;
    assert_hr(card_create(lent.client, LONG_MS, &card), S_OK);
    assert_hr(again_until_there(card, false), S_OK);
    assert_apdu(card, "80 16 01 00", "90 00");
    assert_apdu(card, "80 18 00 00 01", "01 90 00");
    pcscd_halt(pcscd);
    const HRESULT hr = send_hex(card, "80 18 00 00 01", NULL);
    if (!says_lost(hr))
        assert_hr(hr, SCARD_E_NO_SERVICE);
    const HRESULT again = ISCard_ReAttach(card, SHARED, LEAVE);
    if (!says_lost(again))
        assert_hr(again, SCARD_E_NO_SERVICE);
    assert_true(pcscd_resume(pcscd));
    assert_true(pcscd_insert(pcscd, 0, vpcd_card_serve, &inserted));
    assert_hr(again_until_there(card, true), S_OK);
    assert_apdu(card, "80 18 00 00 01", "00 90 00");
    ISCard_Release(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_N8__service_restarted),
                                       cmocka_unit_test(test_N8__card_object_goes_on)};
    char why[300] = "";
    int failures = 0;
    (void)setenv("SCARDSSP_NATS_LEASE", "1500", 1);
    pcscd = pcscd_start(why, sizeof why);
    vpcd_card_init(&inserted, 2, 0x42);
    const bool runs = pcscd && pcscd_insert(pcscd, 0, vpcd_card_serve, &inserted) &&
                      system_service_create(&service) == RM_OK;
    if (runs && lent_start(&lent, service, why, sizeof why))
        failures = cmocka_run_group_tests_name("service", tests, NULL, NULL);
    else
        printf("1..0 # SKIP %s\n", why);
    lent_stop(&lent);
    rm_service_release(service);
    pcscd_stop(pcscd);
    return failures;
}
