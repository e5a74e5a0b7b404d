/*
 * ISCardManage, ISCardVerify and ISCardAuth by name, as scripts use them: every member. Codes and challenges
 * are arrays of bytes there. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "com/com.h"
#include "support/kits/apdus.h"
#include "support/kits/automation.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

#define MANAGE(name) &IID_ISCardManage, L##name
#define VERIFY(name) &IID_ISCardVerify, L##name
#define AUTH(name) &IID_ISCardAuth, L##name
/* FIPS 197, appendix C.1: the demo card's key 01. */
#define PLAIN "00112233445566778899AABBCCDDEEFF"
#define CIPHER "69C4E0D86A7B0430D8CDB78070B4C55A"
#define BLOCK 16

static struct world *world;

/* What a manager has made lies in the variable: an object with this interface. The variable is emptied. */
static void expect_made(VARIANT *variable, const IID *iid) {
    assert_int_equal(variable->vt, VT_DISPATCH);
    IUnknown *object = take_object(variable, iid);
    assert_int_equal(IUnknown_Release(object), 0);
}

static int32_t number_in(VARIANT *variable) {
    return (int32_t)take_number(variable);
}

static void test_manage__attaches_and_makes(void **state) {
    (void)state;
    ISCardManage *m = managing_new(world);
    VARIANT status = {.vt = VT_EMPTY}, protocol = {.vt = VT_EMPTY}, made = {.vt = VT_EMPTY};
    assert_hr(by_name(m, MANAGE("Status"), NULL, 2, arg_ref(&status), arg_ref(&protocol)), DISP_E_EXCEPTION);
    assert_int_equal((uint32_t)told.code, (uint32_t)SCARD_E_INVALID_HANDLE);
    assert_string_equal(told.source, "SCardSSP.SCardManage");
    /* shared, where nothing is said of it */
    assert_hr(by_name(m, MANAGE("AttachByIFD"), NULL, 1, arg_text(world->reader)), S_OK);
    ISCard *other = managing_other(world, SHARED);
    assert_hr(by_name(m, MANAGE("Status"), NULL, 2, arg_ref(&status), arg_ref(&protocol)), S_OK);
    assert_int_equal(number_in(&status), SPECIFICMODE);
    assert_true(number_in(&protocol) != 0);
    assert_hr(by_name(m, MANAGE("SCardLock"), NULL, 0), S_OK);
    assert_true(FAILED(ISCard_LockSCard(other)));
    assert_hr(by_name(m, MANAGE("SCardUnlock"), NULL, 1, arg_number(LEAVE)), S_OK);
    assert_hr(by_name(m, MANAGE("Reconnect"), NULL, 0), S_OK);
    ISCard_Release(other);
    assert_hr(by_name(m, MANAGE("CreateFileAccess"), NULL, 1, arg_ref(&made)), S_OK);
    expect_made(&made, &IID_ISCardFileAccess);
    assert_hr(by_name(m, MANAGE("CreateCardAuth"), NULL, 1, arg_ref(&made)), S_OK);
    expect_made(&made, &IID_ISCardAuth);
    assert_hr(by_name(m, MANAGE("CreateCHVerification"), NULL, 1, arg_ref(&made)), S_OK);
    expect_made(&made, &IID_ISCardVerify);
    assert_hr(by_name(m, MANAGE("CreateInterface"), NULL, 4, arg_empty(), arg_text(L"CHVerification"),
                      arg_number(0), arg_ref(&made)),
              S_OK);
    expect_made(&made, &IID_ISCardVerify);
    assert_hr(by_name(m, MANAGE("CreateInterface"), NULL, 4,
                      arg_text(L"{7B063D61-6E40-11D0-B858-00C04FD424B9}"), arg_text(L""), arg_number(0),
                      arg_ref(&made)),
              S_OK);
    expect_made(&made, &IID_ISCardAuth);
    assert_hr(by_name(m, MANAGE("Detach"), NULL, 0), S_OK);
    assert_hr(by_name(m, MANAGE("AttachByIFD"), NULL, 2, arg_text(world->reader), arg_number(EXCLUSIVE)),
              S_OK);
    assert_hr(by_name(m, MANAGE("Detach"), NULL, 0), S_OK);
    assert_int_equal(ISCardManage_Release(m), 0);
}

static void test_manage__takes_over_a_connection(void **state) {
    HSCARD handle = 0;
    (void)state;
    ISCard *owner = world_attached(world, SHARED);
    ISCardManage *m = managing_new(world);
    assert_hr(ISCard_get_CardHandle(owner, &handle), S_OK);
    assert_hr(by_name(m, MANAGE("AttachByHandle"), NULL, 1, arg_long((int64_t)handle)), S_OK);
    assert_manages(m);
    ISCardManage_Release(m);
    ISCard_Release(owner);
}

static void test_verify__by_name(void **state) {
    (void)state;
    world_insert(world, "demo");
    ISCardManage *m = managing_attached(world, SHARED);
    ISCardVerify *v = managing_verify(m);
    VARIANT reference = arg_number(1);
    assert_hr(by_name(v, VERIFY("Verify"), NULL, 3, arg_bytes("4321", 4), arg_number(0), arg_ref(&reference)),
              DISP_E_EXCEPTION);
    assert_int_equal((uint32_t)told.code, (uint32_t)SCARD_W_WRONG_CHV);
    assert_string_equal(told.source, "SCardSSP.SCardVerify");
    assert_hr(by_name(v, VERIFY("Verify"), NULL, 3, arg_variants("1234", 4), arg_number(SC_FL_IHV_GLOBAL),
                      arg_ref(&reference)),
              S_OK);
    assert_int_equal(number_in(&reference), 1);
    reference = arg_number(1);
    assert_hr(by_name(v, VERIFY("Verify"), NULL, 3, arg_empty(), arg_number(SC_FL_IHV_CHECKONLY),
                      arg_ref(&reference)),
              S_OK);
    assert_hr(by_name(v, VERIFY("ResetSecurityState"), NULL, 0), S_OK);
    assert_hr(by_name(v, VERIFY("Verify"), NULL, 3, arg_empty(), arg_number(0), arg_ref(&reference)),
              DISP_E_EXCEPTION);
    assert_int_equal((uint32_t)told.code, (uint32_t)SCARD_W_CARD_NOT_AUTHENTICATED);
    assert_int_equal(number_in(&reference), 3); /* the tries that are left */
    reference = arg_number(1);
    assert_hr(by_name(v, VERIFY("ChangeCode"), NULL, 4, arg_bytes("1234", 4), arg_bytes("5555", 4),
                      arg_number(0), arg_number(1)),
              S_OK);
    assert_hr(by_name(v, VERIFY("Unblock"), NULL, 3, arg_number(12345678), arg_number(0), arg_number(1)),
              S_OK);
    assert_hr(by_name(v, VERIFY("Verify"), NULL, 3, arg_bytes("5555", 4), arg_number(0), arg_ref(&reference)),
              S_OK);
    assert_hr(by_name(v, VERIFY("Initialize"), NULL, 1, arg_number(0)), S_OK);
    ISCardVerify_Release(v);
    ISCardManage_Release(m);
}

/* A variable with a new buffer of these bytes. */
static VARIANT buffer_variable(IByteBuffer *buffer) {
    VARIANT variable = {.vt = VT_DISPATCH};
    variable.pdispVal = (IDispatch *)buffer;
    return variable;
}

static void test_auth__by_name(void **state) {
    static const uint8_t key = 1;
    (void)state;
    world_insert(world, "demo");
    ISCardManage *m = managing_attached(world, SHARED);
    ISCardAuth *a = managing_auth(m);
    VARIANT length = arg_number(BLOCK), buffer = {.vt = VT_EMPTY};
    assert_hr(by_name(a, AUTH("GetChallenge"), NULL, 4, arg_number(0), arg_empty(), arg_ref(&length),
                      arg_ref(&buffer)),
              S_OK);
    assert_int_equal(number_in(&length), BLOCK);
    length = arg_number(0);
    assert_hr(by_name(a, AUTH("ICC_Auth"), NULL, 4, arg_number(0), arg_bytes(&key, 1), arg_ref(&length),
                      arg_ref(&buffer)),
              S_OK);
    assert_int_equal(number_in(&length), BLOCK);
    assert_int_equal(buffer.vt, VT_DISPATCH);
    IDispatch_AddRef(buffer.pdispVal);
    assert_hr(by_name(a, AUTH("APP_Auth"), NULL, 3, arg_number(0), arg_bytes(&key, 1), buffer), S_OK);
    VariantClear(&buffer);
    buffer = buffer_variable(buffer_from_hex(PLAIN));
    length = arg_number(0);
    assert_hr(by_name(a, AUTH("ICC_Auth"), NULL, 4, arg_number(0), arg_bytes(&key, 1), arg_ref(&length),
                      arg_ref(&buffer)),
              S_OK);
    assert_buffer_hex(take_object(&buffer, &IID_IByteBuffer), CIPHER);
    buffer = buffer_variable(buffer_of("1234", 4));
    length = arg_number(4);
    assert_hr(by_name(a, AUTH("User_Auth"), NULL, 4, arg_number(0), arg_bytes(&key, 1), arg_ref(&length),
                      arg_ref(&buffer)),
              S_OK);
    assert_int_equal(number_in(&length), 0);
    assert_buffer_hex(take_object(&buffer, &IID_IByteBuffer), "");
    assert_hr(by_name(a, AUTH("Initialize"), NULL, 1, arg_number(0)), S_OK);
    ISCardAuth_Release(a);
    ISCardManage_Release(m);
}

static void test_members__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCardManage);
    assert_all_called(&IID_ISCardVerify);
    assert_all_called(&IID_ISCardAuth);
    assert_int_equal(com_count(), 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_manage__attaches_and_makes, world_after),
        cmocka_unit_test_teardown(test_manage__takes_over_a_connection, world_after),
        cmocka_unit_test_teardown(test_verify__by_name, world_after),
        cmocka_unit_test_teardown(test_auth__by_name, world_after),
        cmocka_unit_test(test_members__nothing_left_out),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
