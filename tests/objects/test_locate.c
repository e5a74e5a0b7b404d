/*
 * ISCardLocate without waiting: cards found at once, in the right reader, or not at all; and connections that
 * belong to whoever asked. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "client/found.h"
#include "com/com.h"
#include "support/fakes/liars.h"
#include "support/kits/apdus.h"
#include "support/kits/environment.h"
#include "support/kits/locating.h"
#include "support/kits/stringarrays.h"
#include "support/kits/typeinfo.h"

/* The object */

static void test_create__interfaces(void **state) {
    (void)state;
    const long before = com_count();
    ISCardLocate *a = locating_new(LOCATING_LIMIT_MS);
    IDispatch *dispatch = NULL;
    ISCardLocate *again = NULL;
    void *other = &other;
    OLECHAR text[] = L"FINDcard";
    LPOLESTR name = text;
    DISPID id = -1;
    assert_hr(ISCardLocate_QueryInterface(a, &IID_IDispatch, (void **)&dispatch), S_OK);
    assert_hr(IDispatch_QueryInterface(dispatch, &IID_ISCardLocate, (void **)&again), S_OK);
    assert_ptr_equal(again, a);
    assert_hr(ISCardLocate_QueryInterface(a, &IID_ISCard, &other), E_NOINTERFACE);
    assert_null(other);
    assert_hr(IDispatch_GetIDsOfNames(dispatch, &IID_NULL, &name, 1, 0, &id), S_OK);
    assert_int_equal(id, 2);
    assert_typeinfo_of(dispatch, &IID_ISCardLocate);
    assert_int_equal(ISCardLocate_AddRef(a), 4);
    assert_int_equal(ISCardLocate_Release(a), 3);
    ISCardLocate_Release(again);
    IDispatch_Release(dispatch);
    assert_int_equal(ISCardLocate_Release(a), 0);
    assert_int_equal(com_count(), before);
}

static void test_find__bad_arguments(void **state) {
    (void)state;
    ISCardLocate *a = locating_new(LOCATING_LIMIT_MS);
    SCARDINFO *info = (SCARDINFO *)&info;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_NO_UI, NULL), E_POINTER);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_NO_UI, &info), E_UNEXPECTED);
    assert_null(info);
    assert_hr(locating_by_name(a, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
    static const int shares[] = {0, 3, -1};
    static const int protocols[] = {0, 4, 7, -1};
    static const LONG flags[] = {3, 8, -1, 6};
    for (size_t i = 0; i < 3; ++i)
        assert_hr(ISCardLocate_FindCard(a, (SCARD_SHARE_MODES)shares[i], T1, SC_DLG_NO_UI, &info),
                  E_INVALIDARG);
    for (size_t i = 0; i < 4; ++i) {
        assert_hr(ISCardLocate_FindCard(a, SHARED, (SCARD_PROTOCOLS)protocols[i], SC_DLG_NO_UI, &info),
                  E_INVALIDARG);
        assert_hr(ISCardLocate_FindCard(a, SHARED, T1, flags[i], &info), E_INVALIDARG);
    }
    assert_null(info);
    locating_expect_free(locating.world->reader);
    ISCardLocate_Release(a);
}

static void test_configure__bad_arguments(void **state) {
    (void)state;
    static const LONG flags[] = {0, 3, 8, -1};
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    SAFEARRAY *good = array_from(L"Demo card", VT_BSTR);
    SAFEARRAY *guids = array_from(LOCATING_FILES, VT_BSTR);
    SAFEARRAY *empty = array_from(NULL, VT_BSTR);
    SAFEARRAY *hole = array_from(L"Demo card|", VT_BSTR);
    SAFEARRAY *bytes = SafeArrayCreateVector(VT_UI1, 0, 3);
    wchar_t surrogate[] = {0xD800, 0};
    wchar_t endless[2000];
    SCARDINFO *info = NULL;
    wmemset(endless, L'x', 1999);
    endless[1999] = 0;
    for (size_t i = 0; i < 4; ++i) {
        assert_hr(ISCardLocate_ConfigureCardNameSearch(a, good, NULL, NULL, flags[i]), E_INVALIDARG);
        assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, guids, NULL, NULL, flags[i]), E_INVALIDARG);
    }
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, NULL, NULL, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, empty, NULL, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, hole, NULL, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, bytes, NULL, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, good, hole, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, good, bytes, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, good, NULL, surrogate, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, good, NULL, endless, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, NULL, NULL, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, empty, NULL, NULL, 1), E_INVALIDARG);
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, good, NULL, NULL, 1), E_INVALIDARG);
    /* What was configured before still is. */
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    locating_finish(info);
    SafeArrayDestroy(good);
    SafeArrayDestroy(guids);
    SafeArrayDestroy(empty);
    SafeArrayDestroy(hole);
    SafeArrayDestroy(bytes);
    ISCardLocate_Release(a);
}

/* At once */

static void test_find__at_once(void **state) {
    (void)state;
    static const LONG flags[] = {0, SC_DLG_NO_UI, SC_DLG_MINIMAL_UI, SC_DLG_FORCE_UI};
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    for (size_t i = 0; i < 4; ++i) {
        SCARDINFO *info = NULL;
        assert_hr(ISCardLocate_FindCard(a, SHARED, (SCARD_PROTOCOLS)(T0 | T1), flags[i], &info), S_OK);
        assert_int_equal(info->ShareMode, SHARED);
        assert_true(info->ActiveProtocol == T0 || info->ActiveProtocol == T1);
        locating_finish(info);
        locating_expect_free(locating.world->reader);
    }
    ISCardLocate_Release(a);
}

static void test_find__raw(void **state) {
    (void)state;
    static const int raws[] = {0xFF, 0x10000};
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    for (size_t i = 0; i < 2; ++i) {
        SCARDINFO *info = NULL;
        assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, (SCARD_PROTOCOLS)raws[i], 0, &info), S_OK);
        assert_int_equal(info->ActiveProtocol, RAW);
        assert_int_equal(info->ShareMode, EXCLUSIVE);
        locating_finish(info);
    }
    ISCardLocate_Release(a);
}

/* The connection is the caller's: the locate object and a card object that does not detach may go. */
static void test_find__outlives_the_object(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    const HSCARD handle = info->hCard;
    assert_int_equal(ISCardLocate_Release(a), 0);
    ISCard *card = locating_take_over(info);
    ISCard_Release(card);
    card = world_card(locating.world);
    assert_hr(ISCard_AttachByReader(card, locating.world->reader, SHARED, T1), SCARD_E_SHARING_VIOLATION);
    assert_hr(ISCard_AttachByHandle(card, handle), S_OK);
    assert_works(card);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    assert_hr(ISCard_AttachByHandle(card, handle), E_INVALIDARG);
    ISCard_Release(card);
    locating_expect_free(locating.world->reader);
}

/* Two at once are two connections; those that nobody ended are ended with the service. */
static void test_find__twice(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    SCARDINFO *first = NULL;
    SCARDINFO *second = NULL;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &first), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &second), S_OK);
    assert_true(first->hCard != second->hCard);
    locating_finish(first);
    ISCardLocate_Release(a);
    ISCard *card = locating_take_over(second);
    ISCard_Release(card);
    found_end_all(locating.world->service);
    locating_expect_free(locating.world->reader);
}

static void test_find__none(void **state) {
    (void)state;
    ISCardLocate *a = locating_new(LOCATING_LIMIT_MS);
    SCARDINFO *info = (SCARDINFO *)&info;
    assert_hr(locating_by_name(a, L"Another card", NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    assert_null(info);
    assert_hr(locating_by_name(a, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
    world_remove(locating.world);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    world_insert(locating.world, "gsm");
    assert_hr(ISCardLocate_FindCard(a, SHARED, T0, 0, &info), SCARD_E_NO_SMARTCARD);
    ISCardLocate_Release(a);
}

static void test_find__protocol_mismatch(void **state) {
    (void)state;
    ISCardLocate *a = locating_new(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;
    assert_hr(locating_by_name(a, L"SIM", NULL, SC_DLG_NO_UI), S_OK);
    world_insert(locating.world, "gsm");
    ISCard *card = world_card(locating.world);
    char hex[LOCATING_ATR];
    assert_hr(ISCard_AttachByReader(card, locating.world->reader, SHARED, T0), S_OK);
    locating_atr(card, hex);
    ISCard_Release(card);
    cardtypes_introduce(&locating.types, "SIM", hex, NULL, NULL, NULL);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_PROTO_MISMATCH);
    assert_null(info);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T0, 0, &info), S_OK);
    assert_int_equal(info->ActiveProtocol, T0);
    card = world_card(locating.world);
    assert_hr(ISCard_AttachByHandle(card, info->hCard), S_OK);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
    CoTaskMemFree(info);
    ISCardLocate_Release(a);
}

/* By what the public list calls the card, whether a type was introduced for it or not. */
static void test_find__public_name(void **state) {
    (void)state;
    char text[300];
    SCARDINFO *info = NULL;
    (void)snprintf(text, sizeof text, "%s\n\tSample card\n\tPublic n\xC3\xA4me\n", locating.demo_atr);
    cardtypes_list(&locating.types, text);
    ISCardLocate *a = locating_new(LOCATING_LIMIT_MS);
    assert_hr(locating_by_name(a, L"Public n\u00e4me", NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    locating_finish(info);
    assert_int_equal(locating.types.db->ops->forget(locating.types.db, CARDDB_USER, "Demo card"), RM_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    locating_finish(info);
    assert_hr(locating_by_name(a, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    ISCardLocate_Release(a);
}

static void test_find__by_interfaces(void **state) {
    (void)state;
    ISCardLocate *a = locating_new(LOCATING_LIMIT_MS);
    SAFEARRAY *some = array_from(LOCATING_FILES, VT_VARIANT);
    SAFEARRAY *more = array_from(LOCATING_FILES L"|" LOCATING_OTHER, VT_BSTR);
    SCARDINFO *info = NULL;
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, more, NULL, NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, some, NULL, NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    locating_finish(info);
    SafeArrayDestroy(some);
    SafeArrayDestroy(more);
    ISCardLocate_Release(a);
}

/* Which reader */

static void test_readers__first_that_fits(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;
    world_second(locating.world, "demo");
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->reader);
    world_insert(locating.world, "gsm");
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->second);
    ISCardLocate_Release(a);
}

static void test_readers__first_is_taken(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    ISCard *holder = world_attached(locating.world, EXCLUSIVE);
    SCARDINFO *info = NULL;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_SHARING_VIOLATION);
    assert_null(info);
    world_second(locating.world, "demo");
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->second);
    ISCard_Release(holder);
    holder = world_attached(locating.world, SHARED); /* not ours alone: the same */
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->second);
    world_second(locating.world, NULL);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), SCARD_E_SHARING_VIOLATION);
    ISCard_Release(holder);
    ISCardLocate_Release(a);
}

static void test_readers__of_groups(void **state) {
    (void)state;
    ISCardLocate *a = locating_new(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;
    char second[200];
    world_second(locating.world, "demo");
    (void)snprintf(second, sizeof second, "%ls", locating.world->second);
    assert_int_equal(locating.types.db->ops->group_add(locating.types.db, CARDDB_USER, "Desk", second),
                     RM_OK);
    assert_hr(locating_by_name(a, L"Demo card", L"desk", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->second);
    assert_hr(locating_by_name(a, L"Demo card", L"No such group|Desk", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->second);
    assert_hr(locating_by_name(a, L"Demo card", L"No such group", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    assert_hr(locating_by_name(a, L"Demo card", L"Desk|SCard$DefaultReaders", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->reader);
    ISCardLocate_Release(a);
}

/* Failures */

/* A service that lists the first reader, with its card, and does not get at it. */

static struct rm_ops jammed_ops;

static rm_status jammed_open(struct rm_service *service, struct rm_bound *bound, struct rm_context **out) {
    (void)service;
    const rm_status status = rm_context_open(locating.world->service, bound, out);
    if (status == RM_OK)
        (*out)->ops = &jammed_ops;
    return status;
}

static rm_status jammed_connect(struct rm_context *context, const char *reader, uint32_t share,
                                uint32_t protocols, struct rm_bound *bound, struct rm_card **out) {
    if (strcmp(reader, locating.world->reader_utf8) == 0)
        return RM_E_READER_UNAVAILABLE;
    return locating.world->service->ops->connect(context, reader, share, protocols, bound, out);
}

static void jammed_take_back(struct rm_service *service, uint64_t context) {
    (void)service;
    rm_take_back(locating.world->service, context);
}

/* What the service says of the one reader comes out, unless another has a card that fits. */
static void test_find__reader_unavailable(void **state) {
    (void)state;
    struct rm_service jammed = {.ops = &jammed_ops, .name = "jammed"};
    const struct locate_parts parts = {
        .service = &jammed, .db = locating.types.db, .ui = &waiting_ui, .timeout_ms = WORLD_TIMEOUT_MS};
    ISCardLocate *a = NULL;
    SCARDINFO *info = NULL;
    jammed_ops = *locating.world->service->ops;
    jammed_ops.context_open = jammed_open;
    jammed_ops.connect = jammed_connect;
    jammed_ops.take_back = jammed_take_back;
    assert_hr(locate_create(&parts, &a), S_OK);
    assert_hr(locating_by_name(a, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_READER_UNAVAILABLE);
    assert_null(info);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_W_CANCELLED_BY_USER);
    world_second(locating.world, "demo");
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    locating_expect_reader(info, locating.world->second);
    ISCardLocate_Release(a);
    found_end_all(&jammed);
}

static void test_find__no_service(void **state) {
    (void)state;
    const struct locate_parts parts = {.db = locating.types.db, .ui = &waiting_ui, .limit_ms = 1000};
    ISCardLocate *a = NULL;
    SCARDINFO *info = NULL;
    assert_hr(locate_create(&parts, &a), S_OK);
    assert_hr(locating_by_name(a, L"Demo card", NULL, SC_DLG_MINIMAL_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SERVICE);
    assert_null(info);
    ISCardLocate_Release(a);
}

static void test_find__spoilt_database(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;
    cardtypes_spoil(&locating.types);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_F_INTERNAL_ERROR);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_F_INTERNAL_ERROR);
    assert_hr(locating_by_name(a, L"Demo card", L"Desk", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_F_INTERNAL_ERROR);
    assert_null(info);
    ISCardLocate_Release(a);
}

/* The service ended under a connection that was handed out; what comes after works. */
static void test_find__after_a_break(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(LOCATING_LIMIT_MS);
    SCARDINFO *info = NULL;
    SCARDINFO *lost = NULL;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &lost), S_OK);
    world_break(locating.world);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    locating_finish(info);
    CoTaskMemFree(lost);
    found_end_all(locating.world->service);
    ISCardLocate_Release(a);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, locating_set_up, locating_tear_down)

static void configure_with(SAFEARRAY *array, const char *lie, void *context) {
    SAFEARRAY *good = array_from(L"Demo card", VT_BSTR);
    SAFEARRAY *guids = array_from(LOCATING_FILES, VT_BSTR);
    const HRESULT codes[] = {
        ISCardLocate_ConfigureCardNameSearch((ISCardLocate *)context, array, NULL, NULL, 1),
        ISCardLocate_ConfigureCardNameSearch((ISCardLocate *)context, good, array, NULL, 1),
        ISCardLocate_ConfigureCardGuidSearch((ISCardLocate *)context, array, NULL, NULL, 1),
        ISCardLocate_ConfigureCardGuidSearch((ISCardLocate *)context, guids, array, NULL, 1),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; ++i) {
        if (codes[i] != E_INVALIDARG)
            print_error("%s, call %zu\n", lie, i);
        assert_hr(codes[i], E_INVALIDARG);
    }
    SafeArrayDestroy(good);
    SafeArrayDestroy(guids);
}

/*
 * Names, groups and identifiers (behaviour.md: nothing a caller sends may crash); what was looked for still
 * is.
 */
static void test_configure__arrays_that_lie(void **state) {
    (void)state;
    ISCardLocate *a = locating_demo(0);
    SCARDINFO *info = NULL;
    liars_try(VT_BSTR, configure_with, a);
    liars_try(VT_VARIANT, configure_with, a);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_NO_UI, &info), S_OK);
    locating_finish(info);
    ISCardLocate_Release(a);
}

int main(int argc, char **argv) {
    const char *why = NULL;
    /* No windows. */
    environment_set("DISPLAY", NULL);
    environment_set("WAYLAND_DISPLAY", NULL);
    locating.world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!locating.world) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        CASE(test_create__interfaces),
        CASE(test_find__bad_arguments),
        CASE(test_configure__bad_arguments),
        CASE(test_configure__arrays_that_lie),
        CASE(test_find__at_once),
        CASE(test_find__raw),
        CASE(test_find__outlives_the_object),
        CASE(test_find__twice),
        CASE(test_find__none),
        CASE(test_find__protocol_mismatch),
        CASE(test_find__public_name),
        CASE(test_find__by_interfaces),
        CASE(test_readers__first_that_fits),
        CASE(test_readers__first_is_taken),
        CASE(test_readers__of_groups),
        CASE(test_find__reader_unavailable),
        CASE(test_find__no_service),
        CASE(test_find__spoilt_database),
        CASE(test_find__after_a_break),
    };
    int failed = cmocka_run_group_tests_name(locating.world->kind, tests, NULL, NULL);
    world_close(locating.world);
    return failed;
}
