/*
 * ISCardVerify on the demo card: codes that are shown, asked for, changed, switched, unblocked and taken
 * back. Runs in each world of support/worlds/world.h (first argument); each case begins with a fresh card.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "objects/services/verify.h"
#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/cardex.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NONE SC_FL_NO_FLAGS

static struct world *world;

/* A fresh card, and what verifies its codes. */
static struct stage {
    ISCardManage *manage;
    ISCardVerify *verify;
} stage;

static int stage_open(void **state) {
    (void)state;
    world_insert(world, "demo");
    stage.manage = managing_attached(world, SHARED);
    stage.verify = managing_verify(stage.manage);
    return 0;
}

static int stage_close(void **state) {
    ISCardVerify_Release(stage.verify);
    ISCardManage_Release(stage.manage);
    return world_after(state);
}

/* Shows a code in ASCII; the reference is not to change. */
static HRESULT show(const char *code, SCARD_FLAGS flags, LONG reference) {
    IByteBuffer *buffer = buffer_of(code, strlen(code));
    LONG after = reference;
    const HRESULT hr = ISCardVerify_Verify(stage.verify, buffer, flags, &after);
    assert_int_equal(after, reference);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
    return hr;
}

/* How often a code may still be tried: the card is asked. 0: it has been shown, -1: it is blocked. */
static LONG tries(LONG reference) {
    LONG answer = reference;
    const HRESULT hr = ISCardVerify_Verify(stage.verify, NULL, NONE, &answer);
    if (hr == S_OK) {
        assert_int_equal(answer, reference);
        return 0;
    }
    if (hr == (HRESULT)SCARD_W_CHV_BLOCKED)
        return -1;
    assert_hr(hr, SCARD_W_CARD_NOT_AUTHENTICATED);
    return answer;
}

static HRESULT change(const char *former, const char *wanted, SCARD_FLAGS flags, LONG reference) {
    IByteBuffer *one = former ? buffer_of(former, strlen(former)) : NULL;
    IByteBuffer *other = wanted ? buffer_of(wanted, strlen(wanted)) : NULL;
    const HRESULT hr = ISCardVerify_ChangeCode(stage.verify, one, other, flags, reference);
    if (one)
        IByteBuffer_Release(one);
    if (other)
        IByteBuffer_Release(other);
    return hr;
}

static void test_verify__right_and_wrong(void **state) {
    (void)state;
    assert_int_equal(tries(1), 3);
    assert_hr(show("1234", NONE, 1), S_OK);
    assert_int_equal(tries(1), 0);
    assert_hr(show("4321", NONE, 1), SCARD_W_WRONG_CHV);
    assert_int_equal(tries(1), 2);
    assert_hr(show("1234", SC_FL_IHV_GLOBAL, 0x21), S_OK); /* bits 5 to 1 count */
    assert_int_equal(tries(1), 0);
    assert_hr(show("4321", NONE, 1), SCARD_W_WRONG_CHV);
    assert_hr(show("4321", NONE, 1), SCARD_W_WRONG_CHV);
    assert_hr(show("4321", NONE, 1), SCARD_W_CHV_BLOCKED); /* 63C0 */
    assert_hr(show("1234", NONE, 1), SCARD_W_CHV_BLOCKED); /* 6983 */
    assert_int_equal(tries(1), -1);
}

static void test_verify__what_the_card_would_never_take(void **state) {
    (void)state;
    assert_hr(show("24680", NONE, 2), SCARD_E_INVALID_CHV); /* this card wants eight bytes: 6700 */
    assert_int_equal(tries(2), 3);
    assert_hr(show("24680\xFF\xFF\xFF", NONE, 2), S_OK);
    assert_hr(show("1234", NONE, 5), E_INVALIDARG);    /* no such reference: 6A88 */
    assert_hr(show("1234", NONE, 0x61), E_INVALIDARG); /* none that could be: 6A86 */
}

static void test_verify__check_only(void **state) {
    IByteBuffer *code = buffer_of("9999", 4);
    LONG reference = 1;
    (void)state;
    /* the code is not shown, so no try is used up */
    assert_hr(ISCardVerify_Verify(stage.verify, code, SC_FL_IHV_CHECKONLY, &reference),
              SCARD_W_CARD_NOT_AUTHENTICATED);
    assert_int_equal(reference, 3);
    reference = 0x81;
    assert_hr(ISCardVerify_Verify(stage.verify, NULL, SC_FL_IHV_CHECKONLY, &reference), E_INVALIDARG);
    assert_int_equal(reference, 0x81);
    reference = 1;
    assert_hr(show("1234", NONE, 1), S_OK);
    assert_hr(ISCardVerify_Verify(stage.verify, code, SC_FL_IHV_CHECKONLY, &reference), S_OK);
    assert_int_equal(reference, 1);
    IByteBuffer_Release(code);
}

static void test_verify__arguments(void **state) {
    static const struct {
        int flags;
        LONG reference;
        HRESULT hr;
    } rows[] = {
        {SC_FL_IHV_GLOBAL | SC_FL_IHV_LOCAL, 1, E_INVALIDARG},
        {SC_FL_IHV_ENABLE, 1, E_INVALIDARG},
        {SC_FL_REPLACE, 1, E_INVALIDARG},
        {0x10000, 1, E_INVALIDARG},
        {SC_FL_NO_FLAGS, -1, E_INVALIDARG},
        {SC_FL_NO_FLAGS, 256, E_INVALIDARG},
        {SC_FL_IHV_LOCAL, 256, E_INVALIDARG},
        {SC_FL_SECURE_MESSAGING, 1, (HRESULT)SCARD_E_UNSUPPORTED_FEATURE},
        {SC_FL_SECURE_MESSAGING | SC_FL_IHV_GLOBAL, 1, (HRESULT)SCARD_E_UNSUPPORTED_FEATURE},
        {SC_FL_SECURE_MESSAGING | SC_FL_OR, 1, E_INVALIDARG},
        {SC_FL_SECURE_MESSAGING, 256, E_INVALIDARG},
    };
    IByteBuffer *wrong = buffer_of("4321", 4), *empty = buffer_of("", 0);
    IByteBuffer *broken = buffer_that_fails(E_ACCESSDENIED);
    LONG reference = 1;
    (void)state;
    assert_hr(ISCardVerify_Verify(stage.verify, wrong, NONE, NULL), E_POINTER);
    assert_hr(ISCardVerify_Verify(stage.verify, empty, NONE, &reference), E_INVALIDARG);
    assert_hr(ISCardVerify_Verify(stage.verify, broken, NONE, &reference), E_ACCESSDENIED);
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_hr(show("4321", (SCARD_FLAGS)rows[i].flags, rows[i].reference), rows[i].hr);
    assert_int_equal(tries(1), 3); /* nothing of all that has been sent */
    IByteBuffer_Release(broken);
    IByteBuffer_Release(empty);
    IByteBuffer_Release(wrong);
}

/* A code of a directory's own: the card looks for it in the current one. */
static void test_verify__local(void **state) {
    (void)state;
    ISCard *other = managing_other(world, SHARED);
    assert_hr(show("0000", SC_FL_IHV_LOCAL, 1), E_INVALIDARG); /* the master file has none */
    assert_apdu(other, "00 A4 01 0C 02 DF 02", "90 00");
    assert_hr(show("0001", SC_FL_IHV_LOCAL, 1), SCARD_W_WRONG_CHV);
    assert_hr(show("0000", SC_FL_IHV_LOCAL, 1), S_OK);
    assert_hr(show("0000", NONE, 0x81), S_OK);
    assert_apdu(other, "00 B0 81 00 05", "4C 6F 63 61 6C 90 00");
    ISCard_Release(other);
}

static void test_change__replaces(void **state) {
    (void)state;
    assert_hr(change("1234", "13579", NONE, 1), S_OK);
    assert_hr(show("1234", NONE, 1), SCARD_W_WRONG_CHV);
    assert_hr(show("13579", NONE, 1), S_OK);
    assert_hr(change(NULL, "2468", SC_FL_IHV_GLOBAL, 1), S_OK); /* verified: the new one alone */
    assert_hr(show("2468", NONE, 1), S_OK);
    assert_hr(change("0000", "1234", NONE, 1), SCARD_W_WRONG_CHV);
    assert_hr(change(NULL, "1234", NONE, 1), SCARD_W_SECURITY_VIOLATION); /* not any more */
    assert_hr(change("2468", "1", NONE, 1), SCARD_E_INVALID_CHV);
    assert_hr(change("2468", "1234", NONE, 9), E_INVALIDARG);
    assert_hr(change("2468", "1234", NONE, 1), S_OK);
}

/* Whether the file that code 01 opens can be read: another program looks. */
static bool opens(ISCard *other) {
    const char *reply = NULL;
    assert_apdu(other, "00 A4 00 0C 02 00 06", "90 00");
    assert_hr(send_hex(other, "00 B0 00 00 03", &reply), S_OK);
    return strcmp(reply, "50 49 4E 90 00") == 0;
}

static void test_change__the_switch(void **state) {
    (void)state;
    ISCard *other = managing_other(world, SHARED);
    assert_false(opens(other));
    assert_hr(change("4321", NULL, SC_FL_IHV_DISABLE, 1), SCARD_W_WRONG_CHV);
    assert_false(opens(other));
    assert_hr(change("1234", NULL, SC_FL_IHV_DISABLE, 1), S_OK);
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), S_OK);
    (void)ISCard_ReAttach(other, SHARED, LEAVE);
    assert_true(opens(other));                                                /* without a code */
    assert_hr(change("1234", NULL, SC_FL_IHV_DISABLE, 1), SCARD_E_NO_ACCESS); /* it is: 6985 */
    assert_hr(change("1234", NULL, SC_FL_IHV_ENABLE, 1), S_OK);
    /* both at once: the switch gets the code that is valid by then */
    assert_hr(change("1234", "55555", SC_FL_IHV_DISABLE, 1), S_OK);
    assert_hr(change(NULL, NULL, SC_FL_IHV_ENABLE, 1), S_OK); /* verified: without it */
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), S_OK);
    (void)ISCard_ReAttach(other, SHARED, LEAVE);
    assert_false(opens(other));
    assert_hr(show("55555", NONE, 1), S_OK);
    assert_hr(change("24680\xFF\xFF\xFF", NULL, SC_FL_IHV_DISABLE, 2), SCARD_E_NO_ACCESS); /* has no switch */
    ISCard_Release(other);
}

static void test_change__arguments(void **state) {
    static const struct {
        const char *former, *wanted;
        int flags;
        LONG reference;
        HRESULT hr;
    } rows[] = {
        {NULL, NULL, 0, 1, E_INVALIDARG},
        {"4321", NULL, 0, 1, E_INVALIDARG},
        {"4321", "", 0, 1, E_INVALIDARG},
        {"", "1111", 0, 1, E_INVALIDARG},
        {"4321", "1111", SC_FL_IHV_ENABLE | SC_FL_IHV_DISABLE, 1, E_INVALIDARG},
        {"4321", "1111", SC_FL_IHV_GLOBAL | SC_FL_IHV_LOCAL, 1, E_INVALIDARG},
        {"4321", "1111", SC_FL_IHV_CHECKONLY, 1, E_INVALIDARG},
        {"4321", "1111", SC_FL_IHV_CHANGE, 1, E_INVALIDARG},
        {"4321", "1111", 0, -1, E_INVALIDARG},
        {"4321", "1111", 0, 256, E_INVALIDARG},
        {"4321", "1111", SC_FL_SECURE_MESSAGING, 1, (HRESULT)SCARD_E_UNSUPPORTED_FEATURE},
    };
    IByteBuffer *broken = buffer_that_fails(E_ACCESSDENIED), *code = buffer_of("4321", 4);
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_hr(change(rows[i].former, rows[i].wanted, (SCARD_FLAGS)rows[i].flags, rows[i].reference),
                  rows[i].hr);
    assert_hr(ISCardVerify_ChangeCode(stage.verify, broken, code, NONE, 1), E_ACCESSDENIED);
    assert_hr(ISCardVerify_ChangeCode(stage.verify, code, broken, NONE, 1), E_ACCESSDENIED);
    assert_int_equal(tries(1), 3);
    IByteBuffer_Release(code);
    IByteBuffer_Release(broken);
}

static void test_unblock(void **state) {
    (void)state;
    for (int i = 0; i < 3; ++i)
        (void)show("4321", NONE, 1);
    assert_int_equal(tries(1), -1);
    assert_hr(ISCardVerify_Unblock(stage.verify, 1234567, NONE, 1), SCARD_W_WRONG_CHV); /* "01234567" */
    assert_hr(ISCardVerify_Unblock(stage.verify, 123456789, NONE, 1), SCARD_E_INVALID_CHV);
    assert_int_equal(tries(1), -1);
    assert_hr(ISCardVerify_Unblock(stage.verify, 12345678, SC_FL_IHV_GLOBAL, 1), S_OK);
    assert_int_equal(tries(1), 3);
    assert_hr(show("1234", NONE, 1), S_OK);
    assert_hr(ISCardVerify_Unblock(stage.verify, 12345678, SC_FL_IHV_LOCAL, 1), E_INVALIDARG); /* no such */
}

static HRESULT renew(const char *resetting, const char *wanted, SCARD_FLAGS flags, LONG reference) {
    return verify_renew(stage.verify, (const uint8_t *)resetting, strlen(resetting), (const uint8_t *)wanted,
                        strlen(wanted), flags, reference);
}

static void test_renew(void **state) {
    (void)state;
    for (int i = 0; i < 3; ++i)
        (void)show("4321", NONE, 1);
    assert_hr(renew("87654321", "9999", NONE, 1), SCARD_W_WRONG_CHV);
    assert_hr(renew("12345678", "9", NONE, 1), SCARD_E_INVALID_CHV); /* the card wants four at least */
    assert_int_equal(tries(1), -1);
    assert_hr(renew("12345678", "9999", SC_FL_IHV_GLOBAL, 1), S_OK);
    assert_hr(show("1234", NONE, 1), SCARD_W_WRONG_CHV);
    assert_hr(show("9999", NONE, 1), S_OK);
    assert_hr(renew("12345678", "", NONE, 1), E_INVALIDARG);
    assert_hr(renew("", "1111", NONE, 1), E_INVALIDARG);
    assert_hr(renew("12345678", "1111", NONE, 256), E_INVALIDARG);
    assert_hr(renew("12345678", "1111", SC_FL_IHV_CHECKONLY, 1), E_INVALIDARG);
    assert_hr(renew("12345678", "1111", SC_FL_IHV_LOCAL, 1), E_INVALIDARG); /* no such */
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), S_OK);   /* the new one counted as shown */
    assert_int_equal(tries(1), 3);
}

static void test_unblock__arguments(void **state) {
    (void)state;
    assert_hr(ISCardVerify_Unblock(stage.verify, -1, NONE, 1), E_INVALIDARG);
    assert_hr(ISCardVerify_Unblock(stage.verify, 1, NONE, -1), E_INVALIDARG);
    assert_hr(ISCardVerify_Unblock(stage.verify, 1, NONE, 256), E_INVALIDARG);
    assert_hr(ISCardVerify_Unblock(stage.verify, 1, SC_FL_IHV_CHECKONLY, 1), E_INVALIDARG);
    assert_hr(ISCardVerify_Unblock(stage.verify, 1, SC_FL_IHV_ENABLE, 1), E_INVALIDARG);
    assert_hr(ISCardVerify_Unblock(stage.verify, 1, SC_FL_SECURE_MESSAGING, 1), SCARD_E_UNSUPPORTED_FEATURE);
    assert_hr(ISCardVerify_Unblock(stage.verify, 12345678, NONE, 1), S_OK);
}

static void test_reset_security_state__forgets(void **state) {
    (void)state;
    assert_hr(show("1234", NONE, 1), S_OK);
    assert_hr(show("24680\xFF\xFF\xFF", NONE, 2), S_OK);
    assert_int_equal(tries(1), 0);
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), S_OK);
    assert_int_equal(tries(1), 3);
    assert_int_equal(tries(2), 3);
    assert_manages(stage.manage);
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, SC_FL_IHV_GLOBAL), E_INVALIDARG);
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, SC_FL_SECURE_MESSAGING),
              SCARD_E_UNSUPPORTED_FEATURE);
}

/* Nothing has been shown through this object: nothing is sent, and above all no reset. */
static void test_reset_security_state__nothing_to_forget(void **state) {
    (void)state;
    ISCard *other = managing_other(world, SHARED);
    assert_apdu(other, "00 20 00 01 04 31 32 33 34", "90 00");
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), S_OK);
    assert_works(other);
    assert_true(opens(other));
    ISCard_Release(other);
}

/* Under a lock it stays locked. */
static void test_reset_security_state__keeps_the_lock(void **state) {
    (void)state;
    ISCard *other = managing_other(world, SHARED);
    assert_hr(ISCardManage_SCardLock(stage.manage), S_OK);
    assert_hr(show("1234", NONE, 1), S_OK);
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), S_OK);
    assert_int_equal(tries(1), 3);
    assert_true(FAILED(ISCard_LockSCard(other)));
    assert_hr(ISCardManage_SCardUnlock(stage.manage, LEAVE), S_OK);
    assert_hr(ISCardManage_SCardUnlock(stage.manage, LEAVE), SCARD_E_NOT_TRANSACTED);
    ISCard_Release(other);
}

static void test_initialize__says_nothing(void **state) {
    LONG number = 7;
    (void)state;
    assert_hr(ISCardVerify_Initialize(stage.verify, NULL), S_OK);
    assert_hr(ISCardVerify_Initialize(stage.verify, &number), S_OK);
    assert_int_equal(number, 7);
    assert_int_equal(tries(1), 3);
}

static void test_all__without_a_card(void **state) {
    LONG reference = 1;
    (void)state;
    assert_hr(ISCardManage_Detach(stage.manage), S_OK);
    assert_hr(show("1234", NONE, 1), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardVerify_Verify(stage.verify, NULL, NONE, &reference), SCARD_E_INVALID_HANDLE);
    assert_hr(change("1234", "4321", NONE, 1), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardVerify_Unblock(stage.verify, 1, NONE, 1), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardVerify_ResetSecurityState(stage.verify, NONE), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardVerify_Initialize(stage.verify, NULL), S_OK);
    /* the checks come first */
    assert_hr(show("1234", NONE, 256), E_INVALIDARG);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_verify__right_and_wrong),
        CASE(test_verify__what_the_card_would_never_take),
        CASE(test_verify__check_only),
        CASE(test_verify__arguments),
        CASE(test_verify__local),
        CASE(test_change__replaces),
        CASE(test_change__the_switch),
        CASE(test_change__arguments),
        CASE(test_unblock),
        CASE(test_renew),
        CASE(test_unblock__arguments),
        CASE(test_reset_security_state__forgets),
        CASE(test_reset_security_state__nothing_to_forget),
        CASE(test_reset_security_state__keeps_the_lock),
        CASE(test_initialize__says_nothing),
        CASE(test_all__without_a_card),
    };
    return world_run(argc, argv, &world, tests, COUNT(tests));
}
