/*
 * ISCard but for commands, ReAttach and recovery, which have files of their own: attaching and detaching,
 * properties, transactions, and every argument that must be refused. Runs in each world of
 * support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "com/com.h"
#include "objects/card.h"
#include "support/kits/apdus.h"
#include "support/worlds/world.h"

static struct world *world;

static void test_create__interfaces(void **state) {
    (void)state;
    long before = com_count();
    ISCard *a = world_card(world);
    IUnknown *unknown = NULL;
    IDispatch *dispatch = NULL;
    ISCard *again = NULL;
    void *other = &other;
    assert_int_equal(com_count(), before + 1);
    assert_hr(ISCard_QueryInterface(a, &IID_IUnknown, (void **)&unknown), S_OK);
    assert_hr(ISCard_QueryInterface(a, &IID_IDispatch, (void **)&dispatch), S_OK);
    assert_hr(IDispatch_QueryInterface(dispatch, &IID_ISCard, (void **)&again), S_OK);
    assert_ptr_equal(again, a);
    assert_hr(ISCard_QueryInterface(a, &IID_ISCardCmd, &other), E_NOINTERFACE);
    assert_null(other);
    assert_hr(ISCard_QueryInterface(a, &IID_ISCard, NULL), E_POINTER);
    assert_int_equal(ISCard_AddRef(a), 5);
    assert_int_equal(ISCard_Release(a), 4);
    ISCard_Release(again);
    IDispatch_Release(dispatch);
    IUnknown_Release(unknown);
    assert_int_equal(ISCard_Release(a), 0);
    assert_int_equal(com_count(), before);
}

static void test_unattached__every_method(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    IByteBuffer *atr = (IByteBuffer *)&atr;
    HSCARD handle = 1;
    HSCARDCONTEXT context = 0;
    SCARD_PROTOCOLS protocol = RAW;
    SCARD_STATES status = PRESENT;
    assert_hr(ISCard_get_Atr(a, &atr), SCARD_E_INVALID_HANDLE);
    assert_null(atr);
    assert_hr(ISCard_get_CardHandle(a, &handle), S_OK);
    assert_true(handle == 0);
    assert_hr(ISCard_get_Context(a, &context), S_OK);
    assert_true(context != 0);
    assert_hr(ISCard_get_Protocol(a, &protocol), SCARD_E_INVALID_HANDLE);
    assert_int_equal(protocol, 0);
    assert_hr(ISCard_get_Status(a, &status), SCARD_E_INVALID_HANDLE);
    assert_int_equal(status, 0);
    assert_hr(ISCard_Detach(a, LEAVE), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCard_LockSCard(a), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_INVALID_HANDLE);
    assert_fails(a, SCARD_E_INVALID_HANDLE);
    ISCard_Release(a);
}

static void test_arguments__null_results(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    assert_hr(ISCard_get_Atr(a, NULL), E_POINTER);
    assert_hr(ISCard_get_CardHandle(a, NULL), E_POINTER);
    assert_hr(ISCard_get_Context(a, NULL), E_POINTER);
    assert_hr(ISCard_get_Protocol(a, NULL), E_POINTER);
    assert_hr(ISCard_get_Status(a, NULL), E_POINTER);
    assert_hr(ISCard_Transaction(a, NULL), E_POINTER);
    ISCardCmd *none = NULL;
    assert_hr(ISCard_Transaction(a, &none), E_INVALIDARG);
    assert_works(a);
    ISCard_Release(a);
}

static void test_attach__bad_arguments(void **state) {
    (void)state;
    wchar_t endless[2000];
    wchar_t surrogate[] = {0xD800, 0};
    wchar_t empty[] = L"";
    ISCard *a = world_card(world);
    for (size_t i = 0; i < 1999; ++i)
        endless[i] = L'x';
    endless[1999] = 0;
    assert_hr(ISCard_AttachByReader(a, NULL, SHARED, T1), E_INVALIDARG);
    assert_hr(ISCard_AttachByReader(a, empty, SHARED, T1), E_INVALIDARG);
    assert_hr(ISCard_AttachByReader(a, endless, SHARED, T1), E_INVALIDARG);
    assert_hr(ISCard_AttachByReader(a, surrogate, SHARED, T1), E_INVALIDARG);
    static const int shares[] = {0, 3, -1, 0x10001};
    for (size_t i = 0; i < 4; ++i)
        assert_hr(ISCard_AttachByReader(a, world->reader, (SCARD_SHARE_MODES)shares[i], T1), E_INVALIDARG);
    static const int protocols[] = {0, 4, 7, 0x10001, 0x10003, -1, 0xFE};
    for (size_t i = 0; i < 7; ++i)
        assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, (SCARD_PROTOCOLS)protocols[i]),
                  E_INVALIDARG);
    assert_fails(a, SCARD_E_INVALID_HANDLE);
    ISCard_Release(a);
}

static void test_attach__unknown_reader(void **state) {
    (void)state;
    wchar_t name[] = L"No such reader \u00e9\U0001F511";
    ISCard *a = world_attached(world, SHARED);
    assert_hr(ISCard_AttachByReader(a, name, SHARED, T1), SCARD_E_UNKNOWN_READER);
    assert_fails(a, SCARD_E_INVALID_HANDLE); /* the former connection was given up first */
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_works(a);
    ISCard_Release(a);
}

/* The exact name: no part of it, no other case. */
static void test_attach__exact_name(void **state) {
    (void)state;
    wchar_t name[200];
    ISCard *a = world_card(world);
    wcscpy(name, world->reader);
    name[wcslen(name) - 1] = 0;
    assert_hr(ISCard_AttachByReader(a, name, SHARED, T1), SCARD_E_UNKNOWN_READER);
    wcscpy(name, world->reader);
    wcscat(name, L" ");
    assert_hr(ISCard_AttachByReader(a, name, SHARED, T1), SCARD_E_UNKNOWN_READER);
    ISCard_Release(a);
}

static void test_attach__no_card(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    world_remove(world);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), SCARD_E_NO_SMARTCARD);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_INVALID_HANDLE);
    world_put_back(world);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_works(a);
    ISCard_Release(a);
}

/* A1: numbers of Win32 in the enumerations; the protocol that comes out is one of those asked for. */
static void test_attach__protocols(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    SCARD_PROTOCOLS protocol = 0;
    assert_hr(ISCard_AttachByReader(a, world->reader, (SCARD_SHARE_MODES)2, (SCARD_PROTOCOLS)3), S_OK);
    assert_hr(ISCard_get_Protocol(a, &protocol), S_OK);
    assert_true(protocol == T0 || protocol == T1);
    assert_works(a);
    assert_hr(ISCard_Detach(a, RESET), S_OK); /* a protocol in use stays until the next reset */
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_hr(ISCard_get_Protocol(a, &protocol), S_OK);
    assert_int_equal(protocol, T1);
    assert_works(a);
    static const int raws[] = {0xFF, 0x10000};
    for (size_t i = 0; i < 2; ++i) {
        assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, (SCARD_PROTOCOLS)raws[i]), S_OK);
        assert_hr(ISCard_get_Protocol(a, &protocol), S_OK);
        assert_int_equal(protocol, RAW);
        assert_works(a);
    }
    assert_hr(ISCard_AttachByReader(a, world->reader, (SCARD_SHARE_MODES)3, T0), E_INVALIDARG); /* DIRECT */
    assert_works(a); /* refused arguments leave the connection alone */
    ISCard_Release(a);
}

static void test_attach__protocol_mismatch(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    world_insert(world, "gsm");
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), SCARD_E_PROTO_MISMATCH);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T0), S_OK);
    ISCard_Release(a);
}

/* Releasing an attached object leaves the card as it is. */
static void test_release__leaves_the_card(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    select_greeting(b);
    ISCard_Release(a);
    assert_true(greeting_is_selected(b));
    ISCard_Release(b);
}

/* A6: the object is used again after Detach; what Detach did to the card shows to another client. */
static void test_detach__dispositions(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    for (int disposition = LEAVE; disposition <= UNPOWER; ++disposition) {
        ISCard *b = world_attached(world, SHARED);
        const char *reply = NULL;
        assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
        select_greeting(b);
        assert_hr(ISCard_Detach(a, (SCARD_DISPOSITIONS)disposition), S_OK);
        assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_INVALID_HANDLE);
        if (disposition == LEAVE)
            assert_true(greeting_is_selected(b));
        else {
            HRESULT hr = send_hex(b, "00 B0 00 00 05", &reply);
            assert_true(hr == (HRESULT)SCARD_W_RESET_CARD || hr == (HRESULT)SCARD_W_UNPOWERED_CARD);
        }
        ISCard_Release(b);
    }
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_works(a);
    assert_hr(ISCard_Detach(a, (SCARD_DISPOSITIONS)4), E_INVALIDARG);
    assert_hr(ISCard_Detach(a, (SCARD_DISPOSITIONS)-1), E_INVALIDARG);
    assert_works(a);
    ISCard_Release(a);
}

static void test_detach__eject(void **state) {
    (void)state;
    ISCard *a = world_attached(world, EXCLUSIVE);
    assert_hr(ISCard_Detach(a, EJECT), S_OK);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), SCARD_E_INVALID_HANDLE);
    if (world->ejects) {
        assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), SCARD_E_NO_SMARTCARD);
        world_put_back(world);
    }
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_works(a);
    ISCard_Release(a);
}

static void test_detach__after_removal(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    world_remove(world);
    assert_hr(ISCard_Detach(a, LEAVE), S_OK);
    assert_hr(ISCard_Detach(a, LEAVE), SCARD_E_INVALID_HANDLE);
    ISCard_Release(a);
}

static void test_lock__nests(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    select_greeting(a);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_NOT_TRANSACTED);
    for (int i = 0; i < 3; ++i)
        assert_hr(ISCard_LockSCard(a), S_OK);
    assert_hr(ISCard_UnlockSCard(a, (SCARD_DISPOSITIONS)9), E_INVALIDARG);
    assert_hr(ISCard_UnlockSCard(a, RESET), S_OK);
    assert_hr(ISCard_UnlockSCard(a, UNPOWER), S_OK);
    assert_true(greeting_is_selected(a)); /* inner dispositions do nothing */
    assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), SCARD_E_TIMEOUT);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_true(greeting_is_selected(a));
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), S_OK);
    assert_works(b);
    ISCard_Release(b);
    ISCard_Release(a);
}

static void test_lock__last_disposition(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    static const SCARD_DISPOSITIONS dispositions[] = {RESET, UNPOWER, EJECT};
    for (size_t i = 0; i < (world->ejects ? 2 : 3); ++i) {
        select_greeting(a);
        assert_hr(ISCard_LockSCard(a), S_OK);
        assert_hr(ISCard_UnlockSCard(a, dispositions[i]), S_OK);
        assert_fails(b, SCARD_W_RESET_CARD);
        assert_false(greeting_is_selected(a)); /* one's own doing is no news */
        assert_works(a);
        assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), S_OK);
        assert_works(b);
    }
    ISCard_Release(b);
    ISCard_Release(a);
}

/* Who leaves with a reset waits for another's transaction in his time; then the card is left as it is. */
static void test_detach__in_anothers_transaction(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    assert_hr(ISCard_LockSCard(b), S_OK);
    select_greeting(b);
    assert_hr(ISCard_Detach(a, RESET), SCARD_E_TIMEOUT);
    assert_hr(ISCard_Detach(a, RESET), SCARD_E_INVALID_HANDLE);
    assert_true(greeting_is_selected(b));
    assert_hr(ISCard_UnlockSCard(b, LEAVE), S_OK);
    assert_true(greeting_is_selected(b));
    ISCard_Release(b);
    ISCard_Release(a);
}

static void test_lock__ends_with_detach(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    assert_hr(ISCard_LockSCard(a), S_OK);
    assert_hr(ISCard_Detach(a, LEAVE), S_OK);
    assert_works(b);
    assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T1), S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(ISCard_LockSCard(a), S_OK);
    ISCard_Release(a);
    assert_works(b);
    ISCard_Release(b);
}

static void test_handle__adopted(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_card(world);
    HSCARD handle = 0;
    HSCARD same = 0;
    assert_hr(ISCard_get_CardHandle(a, &handle), S_OK);
    assert_hr(ISCard_AttachByHandle(b, handle), S_OK);
    assert_hr(ISCard_get_CardHandle(b, &same), S_OK);
    assert_true(same == handle);
    assert_works(b);
    ISCard_Release(b); /* not detached: the connection stays with the one who opened it */
    assert_works(a);
    b = world_card(world);
    assert_hr(ISCard_AttachByHandle(b, handle), S_OK);
    assert_hr(ISCard_AttachByHandle(b, handle), S_OK);
    assert_hr(ISCard_Detach(b, LEAVE), S_OK);
    assert_true(FAILED(send_hex(a, "00 84 00 00 08", NULL)));
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK); /* even that can be recovered from */
    assert_works(a);
    ISCard_Release(b);
    ISCard_Release(a);
}

static void test_handle__refused(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    static const HSCARD bad[] = {0, 1, 0x7FFFFFFF, (HSCARD)-1};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i)
        assert_hr(ISCard_AttachByHandle(a, bad[i]), E_INVALIDARG);
    assert_works(a);
    ISCard_Release(a);
}

static void test_status__of_an_attached_card(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    SCARD_STATES status = 0;
    assert_hr(ISCard_get_Status(a, &status), S_OK);
    assert_int_equal(status, SPECIFICMODE);
    world_remove(world);
    assert_hr(ISCard_get_Status(a, &status), S_OK);
    assert_int_equal(status, ABSENT);
    IByteBuffer *atr = NULL;
    assert_hr(ISCard_get_Atr(a, &atr), SCARD_W_REMOVED_CARD);
    assert_null(atr);
    ISCard_Release(a);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_create__interfaces, world_after),
        cmocka_unit_test_teardown(test_unattached__every_method, world_after),
        cmocka_unit_test_teardown(test_arguments__null_results, world_after),
        cmocka_unit_test_teardown(test_attach__bad_arguments, world_after),
        cmocka_unit_test_teardown(test_attach__unknown_reader, world_after),
        cmocka_unit_test_teardown(test_attach__exact_name, world_after),
        cmocka_unit_test_teardown(test_attach__no_card, world_after),
        cmocka_unit_test_teardown(test_attach__protocols, world_after),
        cmocka_unit_test_teardown(test_attach__protocol_mismatch, world_after),
        cmocka_unit_test_teardown(test_release__leaves_the_card, world_after),
        cmocka_unit_test_teardown(test_detach__dispositions, world_after),
        cmocka_unit_test_teardown(test_detach__eject, world_after),
        cmocka_unit_test_teardown(test_detach__after_removal, world_after),
        cmocka_unit_test_teardown(test_lock__nests, world_after),
        cmocka_unit_test_teardown(test_lock__last_disposition, world_after),
        cmocka_unit_test_teardown(test_detach__in_anothers_transaction, world_after),
        cmocka_unit_test_teardown(test_lock__ends_with_detach, world_after),
        cmocka_unit_test_teardown(test_handle__adopted, world_after),
        cmocka_unit_test_teardown(test_handle__refused, world_after),
        cmocka_unit_test_teardown(test_status__of_an_attached_card, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
