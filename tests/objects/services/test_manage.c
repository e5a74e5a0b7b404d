/*
 * ISCardManage: attaching, recovery, locks, and the objects that it makes. Runs in each world of
 * support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct world *world;

static void test_identity__one_object(void **state) {
    static const IID *const others[] = {&IID_ISCardFileAccess, &IID_ISCardVerify, &IID_ISCardAuth,
                                        &IID_ISCard};
    (void)state;
    ISCardManage *m = managing_new(world);
    IUnknown *unknown = NULL, *again = NULL;
    IDispatch *dispatch = NULL;
    assert_hr(ISCardManage_QueryInterface(m, &IID_IUnknown, (void **)&unknown), S_OK);
    assert_hr(ISCardManage_QueryInterface(m, &IID_IDispatch, (void **)&dispatch), S_OK);
    assert_hr(IDispatch_QueryInterface(dispatch, &IID_IUnknown, (void **)&again), S_OK);
    assert_ptr_equal(unknown, again);
    for (size_t i = 0; i < COUNT(others); ++i) {
        void *other = m;
        assert_hr(ISCardManage_QueryInterface(m, others[i], &other), E_NOINTERFACE);
        assert_null(other);
    }
    IUnknown_Release(again);
    IDispatch_Release(dispatch);
    IUnknown_Release(unknown);
    assert_int_equal(ISCardManage_Release(m), 0);
}

static void assert_status(ISCardManage *m, SCARD_STATES state, bool protocol) {
    SCARD_STATES found = (SCARD_STATES)77;
    SCARD_PROTOCOLS in_use = (SCARD_PROTOCOLS)77;
    assert_hr(ISCardManage_Status(m, &found, &in_use), S_OK);
    assert_int_equal(found, state);
    assert_true(protocol ? in_use == T0 || in_use == T1 : in_use == 0);
}

/* Every call that needs the card says the same. */
static void assert_all_return(ISCardManage *m, HRESULT hr) {
    assert_hr(ISCardManage_SCardLock(m), hr);
    assert_hr(ISCardManage_SCardUnlock(m, LEAVE), hr);
    assert_manages_not(m, hr);
}

static void test_unattached__says_so(void **state) {
    SCARD_STATES found = PRESENT;
    SCARD_PROTOCOLS in_use = T1;
    (void)state;
    ISCardManage *m = managing_new(world);
    assert_all_return(m, SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_Detach(m), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_Reconnect(m), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_Status(m, &found, &in_use), SCARD_E_INVALID_HANDLE);
    assert_int_equal(found, 0);
    assert_int_equal(in_use, 0);
    ISCardManage_Release(m);
}

static void test_attach_by_ifd__arguments(void **state) {
    static wchar_t nobody[] = L"No such reader", empty[] = L"";
    (void)state;
    ISCardManage *m = managing_new(world);
    assert_hr(ISCardManage_AttachByIFD(m, NULL, SHARED), E_INVALIDARG);
    assert_hr(ISCardManage_AttachByIFD(m, empty, SHARED), E_INVALIDARG);
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, (SCARD_SHARE_MODES)0), E_INVALIDARG);
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, (SCARD_SHARE_MODES)3), E_INVALIDARG);
    assert_all_return(m, SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_AttachByIFD(m, nobody, SHARED), SCARD_E_UNKNOWN_READER);
    assert_hr(ISCardManage_Reconnect(m), SCARD_E_INVALID_HANDLE); /* only an empty reader is remembered */
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, SHARED), S_OK);
    assert_manages(m);
    assert_status(m, SPECIFICMODE, true);
    /* refused arguments leave the attachment alone, a reader that is not there ends it */
    assert_hr(ISCardManage_AttachByIFD(m, NULL, SHARED), E_INVALIDARG);
    assert_manages(m);
    assert_hr(ISCardManage_AttachByIFD(m, nobody, SHARED), SCARD_E_UNKNOWN_READER);
    assert_all_return(m, SCARD_E_INVALID_HANDLE);
    ISCardManage_Release(m);
}

static void test_attach_by_ifd__share_modes(void **state) {
    (void)state;
    ISCardManage *a = managing_attached(world, EXCLUSIVE);
    ISCardManage *b = managing_new(world);
    assert_hr(ISCardManage_AttachByIFD(b, world->reader, SHARED), SCARD_E_SHARING_VIOLATION);
    assert_hr(ISCardManage_AttachByIFD(a, world->reader, SHARED),
              S_OK); /* the former one is given up first */
    assert_hr(ISCardManage_AttachByIFD(b, world->reader, SHARED), S_OK);
    assert_manages(a);
    assert_manages(b);
    assert_hr(ISCardManage_AttachByIFD(a, world->reader, EXCLUSIVE), SCARD_E_SHARING_VIOLATION);
    assert_manages(b);
    ISCardManage_Release(b);
    ISCardManage_Release(a);
}

static void test_attach_by_ifd__empty_reader_is_remembered(void **state) {
    (void)state;
    ISCardManage *m = managing_new(world);
    world_remove(world);
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, SHARED), SCARD_E_NO_SMARTCARD);
    assert_status(m, ABSENT, false);
    assert_all_return(m, SCARD_E_NO_SMARTCARD);
    assert_hr(ISCardManage_Reconnect(m), SCARD_E_NO_SMARTCARD);
    assert_all_return(m, SCARD_E_NO_SMARTCARD);
    assert_status(m, ABSENT, false);
    world_put_back(world);
    assert_hr(ISCardManage_Reconnect(m), S_OK);
    assert_manages(m);
    assert_status(m, SPECIFICMODE, true);
    ISCardManage_Release(m);
}

static void test_attach_by_ifd__what_is_remembered_can_be_forgotten(void **state) {
    (void)state;
    ISCardManage *m = managing_new(world);
    world_remove(world);
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, EXCLUSIVE), SCARD_E_NO_SMARTCARD);
    assert_hr(ISCardManage_Detach(m), S_OK);
    assert_hr(ISCardManage_Detach(m), SCARD_E_INVALID_HANDLE);
    world_put_back(world);
    assert_hr(ISCardManage_Reconnect(m), SCARD_E_INVALID_HANDLE);
    /* and the share mode is remembered, too */
    world_remove(world);
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, EXCLUSIVE), SCARD_E_NO_SMARTCARD);
    world_put_back(world);
    assert_hr(ISCardManage_Reconnect(m), S_OK);
    ISCardManage *b = managing_new(world);
    assert_hr(ISCardManage_AttachByIFD(b, world->reader, SHARED), SCARD_E_SHARING_VIOLATION);
    ISCardManage_Release(b);
    ISCardManage_Release(m);
}

static void test_attach_by_handle(void **state) {
    HSCARD handle = 0;
    (void)state;
    ISCard *owner = managing_other(world, SHARED);
    ISCardManage *m = managing_new(world);
    assert_hr(ISCard_get_CardHandle(owner, &handle), S_OK);
    assert_hr(ISCardManage_AttachByHandle(m, 0), E_INVALIDARG);
    assert_hr(ISCardManage_AttachByHandle(m, handle ^ 0x5A5A5A5A), E_INVALIDARG);
    assert_all_return(m, SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_AttachByHandle(m, handle), S_OK);
    assert_manages(m);
    assert_status(m, SPECIFICMODE, true);
    assert_hr(ISCardManage_AttachByHandle(m, handle ^ 0x5A5A5A5A), E_INVALIDARG);
    assert_manages(m); /* the former one is still there */
    assert_hr(ISCardManage_AttachByHandle(m, handle), S_OK);
    assert_manages(m);
    ISCardManage_Release(m);
    assert_works(owner); /* who does not detach leaves the connection to whoever opened it */
    ISCard_Release(owner);
}

static void test_status__pointers(void **state) {
    SCARD_STATES found = (SCARD_STATES)77;
    SCARD_PROTOCOLS in_use = (SCARD_PROTOCOLS)77;
    (void)state;
    ISCardManage *m = managing_attached(world, SHARED);
    assert_hr(ISCardManage_Status(m, NULL, &in_use), E_POINTER);
    assert_int_equal(in_use, 0);
    assert_hr(ISCardManage_Status(m, &found, NULL), E_POINTER);
    assert_int_equal(found, 0);
    assert_hr(ISCardManage_Status(m, NULL, NULL), E_POINTER);
    ISCardManage_Release(m);
}

static void test_detach__ends_it_for_all(void **state) {
    (void)state;
    ISCardManage *m = managing_attached(world, EXCLUSIVE);
    ISCardVerify *verify = managing_verify(m);
    LONG reference = 1;
    assert_hr(ISCardManage_Detach(m), S_OK);
    assert_hr(ISCardVerify_Verify(verify, NULL, SC_FL_NO_FLAGS, &reference), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_Detach(m), SCARD_E_INVALID_HANDLE);
    ISCard *other = managing_other(world, EXCLUSIVE); /* the card is free */
    ISCard_Release(other);
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, SHARED), S_OK);
    assert_hr(ISCardVerify_Verify(verify, NULL, SC_FL_NO_FLAGS, &reference), SCARD_W_CARD_NOT_AUTHENTICATED);
    ISCardVerify_Release(verify);
    ISCardManage_Release(m);
}

/* Both orders of the pages, and the manager released first. */
static void test_objects__share_the_attachment_and_keep_it(void **state) {
    LONG reference = 1;
    (void)state;
    ISCardManage *m = managing_new(world);
    ISCardVerify *verify = managing_verify(m);
    assert_hr(ISCardVerify_Verify(verify, NULL, SC_FL_NO_FLAGS, &reference), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCardManage_AttachByIFD(m, world->reader, EXCLUSIVE), S_OK);
    assert_int_equal(ISCardManage_Release(m), 0);
    assert_hr(ISCardVerify_Verify(verify, NULL, SC_FL_NO_FLAGS, &reference), SCARD_W_CARD_NOT_AUTHENTICATED);
    assert_int_equal(reference, 3);
    ISCard *other = world_card(world);
    assert_hr(ISCard_AttachByReader(other, world->reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)),
              SCARD_E_SHARING_VIOLATION);
    assert_int_equal(ISCardVerify_Release(verify), 0);
    assert_hr(ISCard_AttachByReader(other, world->reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    ISCard_Release(other);
}

static void test_create__pointers_and_new_objects(void **state) {
    (void)state;
    ISCardManage *m = managing_new(world);
    assert_hr(ISCardManage_CreateCardAuth(m, NULL), E_POINTER);
    assert_hr(ISCardManage_CreateCHVerification(m, NULL), E_POINTER);
    assert_hr(ISCardManage_CreateFileAccess(m, NULL), E_POINTER);
    ISCardVerify *first = managing_verify(m), *second = managing_verify(m);
    ISCardAuth *third = managing_auth(m), *fourth = managing_auth(m);
    assert_ptr_not_equal(first, second);
    assert_ptr_not_equal(third, fourth);
    void *other = m;
    assert_hr(ISCardVerify_QueryInterface(first, &IID_ISCardManage, &other), E_NOINTERFACE);
    assert_null(other);
    assert_hr(ISCardVerify_QueryInterface(first, &IID_ISCardAuth, &other), E_NOINTERFACE);
    assert_hr(ISCardAuth_QueryInterface(third, &IID_ISCardVerify, &other), E_NOINTERFACE);
    assert_int_equal(ISCardVerify_Release(first), 0);
    assert_int_equal(ISCardVerify_Release(second), 0);
    assert_int_equal(ISCardAuth_Release(third), 0);
    assert_int_equal(ISCardAuth_Release(fourth), 0);
    ISCardManage_Release(m);
}

static void test_create_interface__by_identifier_and_name(void **state) {
    static const struct {
        const IID *iid;
        const wchar_t *name;
        const IID *made; /* NULL: refused */
        HRESULT hr;
    } rows[] = {
        {&IID_ISCardVerify, NULL, &IID_ISCardVerify, S_OK},
        {&IID_ISCardAuth, NULL, &IID_ISCardAuth, S_OK},
        {&IID_ISCardAuth, L"", &IID_ISCardAuth, S_OK},
        {NULL, L"CHVerification", &IID_ISCardVerify, S_OK},
        {NULL, L"CardAuth", &IID_ISCardAuth, S_OK},
        {&GUID_NULL, L"CardAuth", &IID_ISCardAuth, S_OK},
        /* where there is an identifier, the name does not count */
        {&IID_ISCardVerify, L"CardAuth", &IID_ISCardVerify, S_OK},
        {&IID_ISCardLocate, L"CardAuth", NULL, E_NOINTERFACE},
        {&IID_ISCard, NULL, NULL, E_NOINTERFACE},
        {&IID_ISCardManage, NULL, NULL, E_NOINTERFACE},
        {NULL, L"CryptoProvider", NULL, E_NOINTERFACE},
        {NULL, L"cardauth", NULL, E_NOINTERFACE},
        {NULL, L"", NULL, E_INVALIDARG},
        {NULL, NULL, NULL, E_INVALIDARG},
        {&GUID_NULL, NULL, NULL, E_INVALIDARG},
    };
    (void)state;
    ISCardManage *m = managing_new(world);
    for (size_t i = 0; i < COUNT(rows); ++i) {
        LONG user = 5;
        GUID iid = rows[i].iid ? *rows[i].iid : GUID_NULL;
        wchar_t name[32] = L"";
        void *again = NULL;
        IUnknown *out = (IUnknown *)m;
        if (rows[i].name)
            wcscpy(name, rows[i].name);
        assert_hr(ISCardManage_CreateInterface(m, rows[i].iid ? &iid : NULL, rows[i].name ? name : NULL,
                                               i % 2 ? &user : NULL, &out),
                  rows[i].hr);
        assert_int_equal(user, 5);
        if (!rows[i].made) {
            assert_null(out);
            continue;
        }
        assert_hr(IUnknown_QueryInterface(out, rows[i].made, &again), S_OK);
        assert_int_equal(IUnknown_Release((IUnknown *)again), 1);
        assert_int_equal(IUnknown_Release(out), 0);
    }
    assert_hr(ISCardManage_CreateInterface(m, NULL, NULL, NULL, NULL), E_POINTER);
    ISCardManage_Release(m);
}

static void test_lock__keeps_others_out(void **state) {
    (void)state;
    ISCardManage *m = managing_attached(world, SHARED);
    ISCard *other = managing_other(world, SHARED);
    assert_hr(ISCardManage_SCardUnlock(m, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(ISCardManage_SCardLock(m), S_OK);
    assert_hr(ISCardManage_SCardLock(m), S_OK);
    assert_manages(m);
    assert_hr(ISCard_LockSCard(other), SCARD_E_TIMEOUT);
    assert_hr(ISCardManage_SCardUnlock(m, LEAVE), S_OK);
    assert_hr(ISCard_LockSCard(other), SCARD_E_TIMEOUT);
    assert_hr(ISCardManage_SCardUnlock(m, LEAVE), S_OK);
    assert_hr(ISCard_LockSCard(other), S_OK);
    assert_hr(ISCardManage_SCardUnlock(m, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(ISCardManage_SCardLock(m), SCARD_E_TIMEOUT);
    assert_manages_not(m, SCARD_E_TIMEOUT);
    assert_hr(ISCard_UnlockSCard(other, LEAVE), S_OK);
    assert_manages(m);
    ISCard_Release(other);
    ISCardManage_Release(m);
}

static void test_unlock__dispositions(void **state) {
    (void)state;
    ISCardManage *m = managing_attached(world, SHARED);
    ISCard *other = managing_other(world, SHARED);
    assert_hr(ISCardManage_SCardLock(m), S_OK);
    assert_hr(ISCardManage_SCardUnlock(m, (SCARD_DISPOSITIONS)4), E_INVALIDARG);
    assert_hr(ISCardManage_SCardUnlock(m, (SCARD_DISPOSITIONS)-1), E_INVALIDARG);
    assert_hr(ISCard_LockSCard(other), SCARD_E_TIMEOUT); /* still locked */
    assert_hr(ISCardManage_SCardUnlock(m, RESET), S_OK);
    assert_fails(other, SCARD_W_RESET_CARD);
    assert_hr(ISCard_ReAttach(other, SHARED, LEAVE), S_OK);
    assert_works(other);
    ISCard_Release(other);
    static const SCARD_DISPOSITIONS others[] = {UNPOWER, EJECT}; /* without an ejector it is powered off */
    for (size_t i = 0; i < COUNT(others); ++i) {
        assert_hr(ISCardManage_Reconnect(m), S_OK);
        assert_hr(ISCardManage_SCardLock(m), S_OK);
        assert_hr(ISCardManage_SCardUnlock(m, others[i]), S_OK);
        assert_hr(ISCardManage_SCardUnlock(m, LEAVE), SCARD_E_NOT_TRANSACTED);
    }
    assert_hr(ISCardManage_Reconnect(m), S_OK);
    assert_manages(m);
    ISCardManage_Release(m);
}

/* Row 1 of the recovery specification, and that what was verified does not outlive the reset. */
static void test_reconnect__after_anothers_reset(void **state) {
    LONG reference = 1;
    (void)state;
    ISCardManage *m = managing_attached(world, SHARED);
    ISCardVerify *verify = managing_verify(m);
    IByteBuffer *code = buffer_from_hex("31323334");
    assert_hr(ISCardVerify_Verify(verify, code, SC_FL_NO_FLAGS, &reference), S_OK);
    ISCard *other = managing_other(world, SHARED);
    assert_hr(ISCard_Detach(other, RESET), S_OK);
    assert_manages_not(m, SCARD_W_RESET_CARD);
    assert_manages_not(m, SCARD_W_RESET_CARD);
    assert_hr(ISCardManage_Reconnect(m), S_OK);
    assert_hr(ISCardVerify_Verify(verify, NULL, SC_FL_NO_FLAGS, &reference), SCARD_W_CARD_NOT_AUTHENTICATED);
    assert_manages(m);
    ISCard_Release(other);
    IByteBuffer_Release(code);
    ISCardVerify_Release(verify);
    ISCardManage_Release(m);
}

/* Rows 3 to 6. */
static void test_reconnect__after_a_pulled_card(void **state) {
    (void)state;
    ISCardManage *m = managing_attached(world, SHARED);
    world_remove(world);
    assert_manages_not(m, SCARD_W_REMOVED_CARD);
    assert_status(m, ABSENT, false);
    assert_hr(ISCardManage_Reconnect(m), SCARD_E_NO_SMARTCARD);
    assert_hr(ISCardManage_SCardLock(m), SCARD_W_REMOVED_CARD);
    assert_manages_not(m, SCARD_W_REMOVED_CARD);
    world_put_back(world);
    assert_hr(ISCardManage_Reconnect(m), S_OK);
    assert_manages(m);
    world_insert(world, "app");
    assert_manages_not(m, SCARD_W_REMOVED_CARD);
    assert_hr(ISCardManage_Reconnect(m), S_OK);
    assert_manages(m);
    ISCardManage_Release(m);
}

/* Rows 9 to 11 and 14: the connection is gone, and with it the lock, which is taken again. */
static void test_reconnect__after_the_service(void **state) {
    (void)state;
    ISCardManage *m = managing_attached(world, SHARED);
    assert_hr(ISCardManage_SCardLock(m), S_OK);
    world_break(world);
    assert_true(FAILED(ISCardManage_SCardLock(m)));
    assert_hr(ISCardManage_Reconnect(m), S_OK);
    assert_manages(m);
    assert_hr(ISCardManage_SCardUnlock(m, LEAVE), S_OK);
    assert_hr(ISCardManage_SCardUnlock(m, LEAVE), SCARD_E_NOT_TRANSACTED);
    ISCard *other = managing_other(world, SHARED);
    assert_works(other);
    ISCard_Release(other);
    ISCardManage_Release(m);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_identity__one_object, world_after),
        cmocka_unit_test_teardown(test_unattached__says_so, world_after),
        cmocka_unit_test_teardown(test_attach_by_ifd__arguments, world_after),
        cmocka_unit_test_teardown(test_attach_by_ifd__share_modes, world_after),
        cmocka_unit_test_teardown(test_attach_by_ifd__empty_reader_is_remembered, world_after),
        cmocka_unit_test_teardown(test_attach_by_ifd__what_is_remembered_can_be_forgotten, world_after),
        cmocka_unit_test_teardown(test_attach_by_handle, world_after),
        cmocka_unit_test_teardown(test_status__pointers, world_after),
        cmocka_unit_test_teardown(test_detach__ends_it_for_all, world_after),
        cmocka_unit_test_teardown(test_objects__share_the_attachment_and_keep_it, world_after),
        cmocka_unit_test_teardown(test_create__pointers_and_new_objects, world_after),
        cmocka_unit_test_teardown(test_create_interface__by_identifier_and_name, world_after),
        cmocka_unit_test_teardown(test_lock__keeps_others_out, world_after),
        cmocka_unit_test_teardown(test_unlock__dispositions, world_after),
        cmocka_unit_test_teardown(test_reconnect__after_anothers_reset, world_after),
        cmocka_unit_test_teardown(test_reconnect__after_a_pulled_card, world_after),
        cmocka_unit_test_teardown(test_reconnect__after_the_service, world_after),
    };
    return world_run(argc, argv, &world, tests, COUNT(tests));
}
