/*
 * The simulated card behind a real pcscd, as any program meets it: two raw clients of libpcsclite. Skipped
 * where there is no pcscd.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <winscard.h>

#include "support/kits/sim_source.h"
#include "support/services/pcscd.h"

static const struct sim_source card = {.image = "demo"};
static SCARDCONTEXT context;

static SCARDHANDLE connected(void) {
    SCARDHANDLE handle = 0;
    DWORD protocol = 0;
    assert_int_equal(SCardConnect(context, pcscd_reader(0), SCARD_SHARE_SHARED,
                                  SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &handle, &protocol),
                     SCARD_S_SUCCESS);
    return handle;
}

static LONG reconnect(SCARDHANDLE handle, DWORD init) {
    DWORD protocol = 0;
    return SCardReconnect(handle, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, init, &protocol);
}

/* GET CHALLENGE: the code, and how much of an answer there was. */
static LONG ask(SCARDHANDLE handle, DWORD *size) {
    static const BYTE challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    BYTE answer[258];
    *size = sizeof answer;
    return SCardTransmit(handle, SCARD_PCI_T1, challenge, sizeof challenge, NULL, answer, size);
}

static DWORD state_now(void) {
    SCARD_READERSTATE state = {.szReader = pcscd_reader(0), .dwCurrentState = SCARD_STATE_UNAWARE};
    assert_int_equal(SCardGetStatusChange(context, 0, &state, 1), SCARD_S_SUCCESS);
    return state.dwEventState;
}

/*
 * pcscd lets a client whose card another one has switched off reconnect with LEAVE, and sends its commands to
 * a card without power. A reader finds no answer then; a status word would be taken for the card's own word.
 */
static void test_served__no_power_is_a_failed_transmission(void **state) {
    (void)state;
    const SCARDHANDLE first = connected();
    const SCARDHANDLE second = connected();
    DWORD size = 0;
    assert_int_equal(ask(first, &size), SCARD_S_SUCCESS);
    assert_int_equal(SCardDisconnect(second, SCARD_UNPOWER_CARD), SCARD_S_SUCCESS);
    assert_int_equal(ask(first, &size), SCARD_W_RESET_CARD);
    assert_int_equal(reconnect(first, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    for (int i = 0; i < 3; ++i) {
        assert_int_equal(ask(first, &size), SCARD_E_NOT_TRANSACTED);
        assert_int_equal(size, 0);
    }
    /* The card is still there, and with power it works. */
    assert_true(state_now() & SCARD_STATE_PRESENT);
    assert_int_equal(reconnect(first, SCARD_UNPOWER_CARD), SCARD_S_SUCCESS);
    assert_int_equal(ask(first, &size), SCARD_S_SUCCESS);
    assert_int_equal(size, 10);
    assert_int_equal(SCardDisconnect(first, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

int main(void) {
    char why[256] = "";
    struct pcscd *const pcscd = pcscd_start(why, sizeof why);
    if (!pcscd) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    int failures = 1;
    if (pcscd_insert(pcscd, 0, sim_source_serve, &card) &&
        SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS) {
        const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_served__no_power_is_a_failed_transmission),
        };
        failures = cmocka_run_group_tests_name("pcsc_served", tests, NULL, NULL);
        (void)SCardReleaseContext(context);
    }
    pcscd_stop(pcscd);
    return failures;
}
