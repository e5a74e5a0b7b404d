/*
 * ISCardLocate: cards found at once, after an insertion, in the right reader, or not at all; searches that end; and
 * connections that belong to whoever asked. Runs in each world of support/world.h (first argument).
 */
#include <pthread.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "objects/com.h"
#include "objects/found.h"
#include "objects/locate.h"
#include "support/apdus.h"
#include "support/cardtypes.h"
#include "support/stringarrays.h"
#include "support/world.h"

#define FILES L"{4029DD8A-5902-11D0-B84C-00C04FD424B9}"
#define OTHER L"{00000000-0000-0000-0000-00000000000F}"
#define LIMIT_MS 8000u
#define ATR_ROOM 120

static struct world *world;
static struct cardtypes types;
static char demo_atr[ATR_ROOM]; /* of the card in the first reader, in hex */

static ISCardLocate *new_locate(uint32_t limit_ms) {
    const struct locate_parts parts = {
        .service = world->service,
        .db = types.db,
        .list = types.list,
        .ui = &waiting_ui,
        .timeout_ms = WORLD_TIMEOUT_MS,
        .limit_ms = limit_ms,
    };
    ISCardLocate *locate = NULL;
    assert_hr(locate_create(&parts, &locate), S_OK);
    return locate;
}

/* Configures a search by names and groups given as "a|b" (groups NULL: none). */
static HRESULT by_name(ISCardLocate *locate, const wchar_t *names, const wchar_t *groups, LONG flags) {
    wchar_t title[] = L"Till\u00e9";
    SAFEARRAY *cards = array_from(names, VT_BSTR);
    SAFEARRAY *readers = groups ? array_from(groups, VT_BSTR) : NULL;
    const HRESULT hr = ISCardLocate_ConfigureCardNameSearch(locate, cards, readers, title, flags);
    SafeArrayDestroy(cards);
    SafeArrayDestroy(readers);
    return hr;
}

/* A locate object that looks for the demo card. */
static ISCardLocate *demo_locate(uint32_t limit_ms) {
    ISCardLocate *locate = new_locate(limit_ms);
    assert_hr(by_name(locate, L"Some other card|DEMO card", NULL, SC_DLG_NO_UI), S_OK);
    return locate;
}

/* Takes over a connection that was found; the test fails unless it works and is in this reader. */
static ISCard *take_over(SCARDINFO *info) {
    ISCard *card = world_card(world);
    assert_non_null(info);
    assert_true(info->hCard != 0);
    assert_true(info->hContext != 0);
    assert_true(info->hwndOwner == 0 && info->lpfnConnectProc == 0);
    assert_true(info->lpfnCheckProc == 0 && info->lpfnDisconnectProc == 0);
    assert_hr(ISCard_AttachByHandle(card, info->hCard), S_OK);
    assert_works(card);
    CoTaskMemFree(info);
    return card;
}

/* Takes over and ends a connection. */
static void finish(SCARDINFO *info) {
    ISCard *card = take_over(info);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
}

/* The ATR of a card in hex, ATR_ROOM characters. */
static void atr_of(ISCard *card, char *hex) {
    IByteBuffer *atr = NULL;
    BYTE bytes[36];
    LONG size = 0;
    assert_hr(ISCard_get_Atr(card, &atr), S_OK);
    assert_hr(IByteBuffer_Read(atr, bytes, sizeof bytes, &size), S_OK);
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(hex + i * 3, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    IByteBuffer_Release(atr);
}

/* Whether nobody is connected to a reader any more: somebody else gets it for himself. */
static void assert_free(wchar_t *reader) {
    ISCard *card = world_card(world);
    assert_hr(ISCard_AttachByReader(card, reader, EXCLUSIVE, (SCARD_PROTOCOLS)3), S_OK);
    ISCard_Release(card);
}

/* Another thread that does something after a while */

static void pause_ms(long ms) {
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

struct later {
    pthread_t thread;
    void (*act)(void *context);
    void *context;
    long after_ms;
};

static void *run_later(void *argument) {
    const struct later *later = argument;
    pause_ms(later->after_ms);
    later->act(later->context);
    return NULL;
}

static void later_start(struct later *later, void (*act)(void *context), void *context, long after_ms) {
    *later = (struct later){.act = act, .context = context, .after_ms = after_ms};
    assert_int_equal(pthread_create(&later->thread, NULL, run_later, later), 0);
}

static void later_end(struct later *later) {
    assert_int_equal(pthread_join(later->thread, NULL), 0);
}

static void put_back(void *context) {
    (void)context;
    world_put_back(world);
}

static void plug_second(void *context) {
    (void)context;
    world_second(world, "demo");
}

static void release_card(void *context) {
    ISCard_Release((ISCard *)context);
}

static void cancel(void *context) {
    locate_cancel(context);
}

/* The object */

static void test_create__interfaces(void **state) {
    (void)state;
    const long before = com_count();
    ISCardLocate *a = new_locate(LIMIT_MS);
    IDispatch *dispatch = NULL;
    ISCardLocate *again = NULL;
    void *other = &other;
    OLECHAR text[] = L"FINDcard";
    LPOLESTR name = text;
    DISPID id = -1;
    UINT count = 9;
    assert_hr(ISCardLocate_QueryInterface(a, &IID_IDispatch, (void **)&dispatch), S_OK);
    assert_hr(IDispatch_QueryInterface(dispatch, &IID_ISCardLocate, (void **)&again), S_OK);
    assert_ptr_equal(again, a);
    assert_hr(ISCardLocate_QueryInterface(a, &IID_ISCard, &other), E_NOINTERFACE);
    assert_null(other);
    assert_hr(IDispatch_GetIDsOfNames(dispatch, &IID_NULL, &name, 1, 0, &id), S_OK);
    assert_int_equal(id, 2);
    assert_hr(IDispatch_GetTypeInfoCount(dispatch, &count), S_OK);
    assert_int_equal(count, 0);
    assert_int_equal(ISCardLocate_AddRef(a), 4);
    assert_int_equal(ISCardLocate_Release(a), 3);
    ISCardLocate_Release(again);
    IDispatch_Release(dispatch);
    assert_int_equal(ISCardLocate_Release(a), 0);
    assert_int_equal(com_count(), before);
}

static void test_find__bad_arguments(void **state) {
    (void)state;
    ISCardLocate *a = new_locate(LIMIT_MS);
    SCARDINFO *info = (SCARDINFO *)&info;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_NO_UI, NULL), E_POINTER);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_NO_UI, &info), E_UNEXPECTED);
    assert_null(info);
    assert_hr(by_name(a, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
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
    assert_free(world->reader);
    ISCardLocate_Release(a);
}

static void test_configure__bad_arguments(void **state) {
    (void)state;
    static const LONG flags[] = {0, 3, 8, -1};
    ISCardLocate *a = demo_locate(LIMIT_MS);
    SAFEARRAY *good = array_from(L"Demo card", VT_BSTR);
    SAFEARRAY *guids = array_from(FILES, VT_BSTR);
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
    finish(info);
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
    ISCardLocate *a = demo_locate(LIMIT_MS);
    for (size_t i = 0; i < 4; ++i) {
        SCARDINFO *info = NULL;
        assert_hr(ISCardLocate_FindCard(a, SHARED, (SCARD_PROTOCOLS)(T0 | T1), flags[i], &info), S_OK);
        assert_int_equal(info->ShareMode, SHARED);
        assert_true(info->ActiveProtocol == T0 || info->ActiveProtocol == T1);
        finish(info);
        assert_free(world->reader);
    }
    ISCardLocate_Release(a);
}

static void test_find__raw(void **state) {
    (void)state;
    static const int raws[] = {0xFF, 0x10000};
    ISCardLocate *a = demo_locate(LIMIT_MS);
    for (size_t i = 0; i < 2; ++i) {
        SCARDINFO *info = NULL;
        assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, (SCARD_PROTOCOLS)raws[i], 0, &info), S_OK);
        assert_int_equal(info->ActiveProtocol, RAW);
        assert_int_equal(info->ShareMode, EXCLUSIVE);
        finish(info);
    }
    ISCardLocate_Release(a);
}

/* The connection is the caller's: the locate object and a card object that does not detach may go. */
static void test_find__outlives_the_object(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    SCARDINFO *info = NULL;
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    const HSCARD handle = info->hCard;
    assert_int_equal(ISCardLocate_Release(a), 0);
    ISCard *card = take_over(info);
    ISCard_Release(card);
    card = world_card(world);
    assert_hr(ISCard_AttachByReader(card, world->reader, SHARED, T1), SCARD_E_SHARING_VIOLATION);
    assert_hr(ISCard_AttachByHandle(card, handle), S_OK);
    assert_works(card);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    assert_hr(ISCard_AttachByHandle(card, handle), E_INVALIDARG);
    ISCard_Release(card);
    assert_free(world->reader);
}

/* Two at once are two connections; those that nobody ended are ended with the service. */
static void test_find__twice(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    SCARDINFO *first = NULL;
    SCARDINFO *second = NULL;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &first), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &second), S_OK);
    assert_true(first->hCard != second->hCard);
    finish(first);
    ISCardLocate_Release(a);
    ISCard *card = take_over(second);
    ISCard_Release(card);
    found_end_all(world->service);
    assert_free(world->reader);
}

static void test_find__none(void **state) {
    (void)state;
    ISCardLocate *a = new_locate(LIMIT_MS);
    SCARDINFO *info = (SCARDINFO *)&info;
    assert_hr(by_name(a, L"Another card", NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    assert_null(info);
    assert_hr(by_name(a, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
    world_remove(world);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    world_insert(world, "gsm");
    assert_hr(ISCardLocate_FindCard(a, SHARED, T0, 0, &info), SCARD_E_NO_SMARTCARD);
    ISCardLocate_Release(a);
}

static void test_find__protocol_mismatch(void **state) {
    (void)state;
    ISCardLocate *a = new_locate(LIMIT_MS);
    SCARDINFO *info = NULL;
    assert_hr(by_name(a, L"SIM", NULL, SC_DLG_NO_UI), S_OK);
    world_insert(world, "gsm");
    ISCard *card = world_card(world);
    char hex[ATR_ROOM];
    assert_hr(ISCard_AttachByReader(card, world->reader, SHARED, T0), S_OK);
    atr_of(card, hex);
    ISCard_Release(card);
    cardtypes_introduce(&types, "SIM", hex, NULL, NULL, NULL);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_PROTO_MISMATCH);
    assert_null(info);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T0, 0, &info), S_OK);
    assert_int_equal(info->ActiveProtocol, T0);
    card = world_card(world);
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
    (void)snprintf(text, sizeof text, "%s\n\tSample card\n\tPublic n\xC3\xA4me\n", demo_atr);
    cardtypes_list(&types, text);
    ISCardLocate *a = new_locate(LIMIT_MS);
    assert_hr(by_name(a, L"Public n\u00e4me", NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    assert_int_equal(types.db->ops->forget(types.db, CARDDB_USER, "Demo card"), RM_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    assert_hr(by_name(a, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    ISCardLocate_Release(a);
}

static void test_find__by_interfaces(void **state) {
    (void)state;
    ISCardLocate *a = new_locate(LIMIT_MS);
    SAFEARRAY *some = array_from(FILES, VT_VARIANT);
    SAFEARRAY *more = array_from(FILES L"|" OTHER, VT_BSTR);
    SCARDINFO *info = NULL;
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, more, NULL, NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, some, NULL, NULL, SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    SafeArrayDestroy(some);
    SafeArrayDestroy(more);
    ISCardLocate_Release(a);
}

/* Which reader */

static void expect_reader(SCARDINFO *info, wchar_t *taken) {
    ISCard *card = take_over(info);
    ISCard *other = world_card(world);
    assert_hr(ISCard_AttachByReader(other, taken, SHARED, T1), SCARD_E_SHARING_VIOLATION);
    ISCard_Release(other);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
}

static void test_readers__first_that_fits(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    SCARDINFO *info = NULL;
    world_second(world, "demo");
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    expect_reader(info, world->reader);
    world_insert(world, "gsm");
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    expect_reader(info, world->second);
    ISCardLocate_Release(a);
}

static void test_readers__first_is_taken(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    ISCard *holder = world_attached(world, EXCLUSIVE);
    SCARDINFO *info = NULL;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_SHARING_VIOLATION);
    assert_null(info);
    world_second(world, "demo");
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    expect_reader(info, world->second);
    ISCard_Release(holder);
    holder = world_attached(world, SHARED); /* not ours alone: the same */
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    expect_reader(info, world->second);
    world_second(world, NULL);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), SCARD_E_SHARING_VIOLATION);
    ISCard_Release(holder);
    ISCardLocate_Release(a);
}

static void test_readers__of_groups(void **state) {
    (void)state;
    ISCardLocate *a = new_locate(LIMIT_MS);
    SCARDINFO *info = NULL;
    char second[200];
    world_second(world, "demo");
    (void)snprintf(second, sizeof second, "%ls", world->second);
    assert_int_equal(types.db->ops->group_add(types.db, CARDDB_USER, "Desk", second), RM_OK);
    assert_hr(by_name(a, L"Demo card", L"desk", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    expect_reader(info, world->second);
    assert_hr(by_name(a, L"Demo card", L"No such group|Desk", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    expect_reader(info, world->second);
    assert_hr(by_name(a, L"Demo card", L"No such group", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    assert_hr(by_name(a, L"Demo card", L"Desk|SCard$DefaultReaders", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, 0, &info), S_OK);
    expect_reader(info, world->reader);
    ISCardLocate_Release(a);
}

/* Waiting */

static void test_wait__inserted(void **state) {
    (void)state;
    static const LONG flags[] = {SC_DLG_MINIMAL_UI, SC_DLG_FORCE_UI};
    ISCardLocate *a = demo_locate(LIMIT_MS);
    for (size_t i = 0; i < 2; ++i) {
        struct later later;
        SCARDINFO *info = NULL;
        world_remove(world);
        later_start(&later, put_back, NULL, 300);
        const uint64_t start = clock_ms();
        assert_hr(ISCardLocate_FindCard(a, SHARED, T1, flags[i], &info), S_OK);
        const uint64_t took = clock_ms() - start;
        later_end(&later);
        assert_true(took >= 290);
        if (!world->is_service) /* at once: not at the end of some interval */
            assert_true(took < 450);
        finish(info);
    }
    ISCardLocate_Release(a);
}

/* A reader that is plugged in meanwhile is looked at, too. */
static void test_wait__in_another_reader(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    struct later later;
    SCARDINFO *info = NULL;
    world_insert(world, "gsm");
    later_start(&later, plug_second, NULL, 300);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    later_end(&later);
    expect_reader(info, world->second);
    ISCardLocate_Release(a);
}

static void test_wait__others_let_go(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    static const SCARD_SHARE_MODES theirs[] = {EXCLUSIVE, SHARED};
    for (size_t i = 0; i < 2; ++i) {
        ISCard *holder = world_attached(world, theirs[i]);
        struct later later;
        SCARDINFO *info = NULL;
        later_start(&later, release_card, holder, 300);
        assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
        later_end(&later);
        finish(info);
    }
    ISCardLocate_Release(a);
}

/* The card is there, but another program is in a transaction with it. */
static void test_wait__others_end_a_transaction(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    ISCard *holder = world_attached(world, SHARED);
    struct later later;
    SCARDINFO *info = NULL;
    assert_hr(ISCard_LockSCard(holder), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_NO_UI, &info), SCARD_E_TIMEOUT);
    later_start(&later, release_card, holder, 1500);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    later_end(&later);
    finish(info);
    ISCardLocate_Release(a);
}

static void test_wait__timed_out(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(400);
    SCARDINFO *info = (SCARDINFO *)&info;
    world_remove(world);
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_W_CANCELLED_BY_USER);
    const uint64_t took = clock_ms() - start;
    assert_null(info);
    assert_true(took >= 390 && took < 3000);
    world_put_back(world);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    finish(info);
    ISCardLocate_Release(a);
}

static void test_wait__cancelled(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(60000);
    struct later later;
    SCARDINFO *info = (SCARDINFO *)&info;
    world_remove(world);
    locate_cancel(a); /* nothing waits: no effect */
    later_start(&later, cancel, a, 300);
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_E_CANCELLED);
    assert_null(info);
    assert_in_range(clock_ms() - start, 290, 5000);
    later_end(&later);
    ISCardLocate_Release(a);
}

static void reconfigure(void *context) {
    SAFEARRAY *names = array_from(L"Nothing like it", VT_BSTR);
    (void)ISCardLocate_ConfigureCardNameSearch((ISCardLocate *)context, names, NULL, NULL, SC_DLG_NO_UI);
    SafeArrayDestroy(names);
    world_put_back(world);
}

/* A search goes on with what it was started with. */
static void test_wait__configured_anew(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    struct later later;
    SCARDINFO *info = NULL;
    world_remove(world);
    later_start(&later, reconfigure, a, 300);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    later_end(&later);
    finish(info);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    ISCardLocate_Release(a);
}

/* The user */

/*
 * Runs a search in a child on a terminal of its own; what was shown there is returned in `text`. expected: 0: the card
 * is found, 1: it is not in time, 2: not at all.
 */
static void show_on_terminal(LONG flags, int expected, char *text, size_t room) {
    int terminal = -1;
    int how = 0;
    const pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        ISCardLocate *a = demo_locate(300);
        SCARDINFO *info = NULL;
        const HRESULT hr = ISCardLocate_FindCard(a, SHARED, T1, flags, &info);
        _exit(hr == S_OK ? 0 : hr == (HRESULT)SCARD_W_CANCELLED_BY_USER ? 1 : 2);
    }
    size_t size = 0;
    for (ssize_t got; size + 1 < room && (got = read(terminal, text + size, room - 1 - size)) > 0;)
        size += (size_t)got;
    text[size] = '\0';
    close(terminal);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), expected);
}

/* FORCE_UI tells the user in any case, MINIMAL_UI where he has to do something, NO_UI never. */
static void test_user__is_told(void **state) {
    (void)state;
    static const char notice[] =
        "Till\xC3\xA9: Please insert a smart card (Some other card or DEMO card).\r\n";
    char text[400];
    if (world->is_service)
        skip(); /* nothing is different, and the daemon's threads are no company for a fork */
    show_on_terminal(SC_DLG_MINIMAL_UI, 0, text, sizeof text);
    assert_string_equal(text, "");
    show_on_terminal(SC_DLG_FORCE_UI, 0, text, sizeof text);
    assert_string_equal(text, notice);
    world_remove(world);
    show_on_terminal(SC_DLG_NO_UI, 2, text, sizeof text);
    assert_string_equal(text, "");
    show_on_terminal(SC_DLG_MINIMAL_UI, 1, text, sizeof text);
    assert_string_equal(text, notice);
    show_on_terminal(SC_DLG_FORCE_UI, 1, text, sizeof text);
    assert_string_equal(text, notice); /* once */
}

/* Whoever closes the window does not want to. */
static void test_user__closes_the_window(void **state) {
    (void)state;
    char script[120];
    char *const path = strdup(getenv("PATH"));
    char longer[4200];
    (void)snprintf(script, sizeof script, "%s/zenity", types.directory);
    (void)snprintf(longer, sizeof longer, "%s:%s", types.directory, path);
    FILE *file = fopen(script, "w");
    assert_non_null(file);
    (void)fputs("#!/bin/sh\nsleep 1\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(script, 0755), 0);
    assert_int_equal(setenv("PATH", longer, 1), 0);
    assert_int_equal(setenv("DISPLAY", ":nowhere", 1), 0);
    world_remove(world);
    ISCardLocate *a = demo_locate(60000);
    SCARDINFO *info = NULL;
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_W_CANCELLED_BY_USER);
    assert_in_range(clock_ms() - start, 900, 5000);
    ISCardLocate_Release(a);
    assert_int_equal(unsetenv("DISPLAY"), 0);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
}

/* Failures */

static void test_find__no_service(void **state) {
    (void)state;
    const struct locate_parts parts = {.db = types.db, .ui = &waiting_ui, .limit_ms = 1000};
    ISCardLocate *a = NULL;
    SCARDINFO *info = NULL;
    assert_hr(locate_create(&parts, &a), S_OK);
    assert_hr(by_name(a, L"Demo card", NULL, SC_DLG_MINIMAL_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SERVICE);
    assert_null(info);
    ISCardLocate_Release(a);
}

static void test_find__spoilt_database(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    SCARDINFO *info = NULL;
    cardtypes_spoil(types.user);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_F_INTERNAL_ERROR);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), SCARD_F_INTERNAL_ERROR);
    assert_hr(by_name(a, L"Demo card", L"Desk", SC_DLG_NO_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_F_INTERNAL_ERROR);
    assert_null(info);
    ISCardLocate_Release(a);
}

/* The service ended under a connection that was handed out; what comes after works. */
static void test_find__after_a_break(void **state) {
    (void)state;
    ISCardLocate *a = demo_locate(LIMIT_MS);
    SCARDINFO *info = NULL;
    SCARDINFO *lost = NULL;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &lost), S_OK);
    world_break(world);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_MINIMAL_UI, &info), S_OK);
    finish(info);
    CoTaskMemFree(lost);
    found_end_all(world->service);
    ISCardLocate_Release(a);
}

static int set_up(void **state) {
    (void)state;
    cardtypes_open(&types);
    ISCard *card = world_attached(world, SHARED);
    atr_of(card, demo_atr);
    ISCard_Release(card);
    cardtypes_introduce(&types, "Demo card", demo_atr, NULL, NULL, FILES);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    found_end_all(world->service);
    cardtypes_close(&types);
    world_tidy(world);
    return 0;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv) {
    const char *why = NULL;
    /* Windows have a test of their own. */
    (void)unsetenv("DISPLAY");
    (void)unsetenv("WAYLAND_DISPLAY");
    world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!world) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        CASE(test_create__interfaces),
        CASE(test_find__bad_arguments),
        CASE(test_configure__bad_arguments),
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
        CASE(test_wait__inserted),
        CASE(test_wait__in_another_reader),
        CASE(test_wait__others_let_go),
        CASE(test_wait__others_end_a_transaction),
        CASE(test_wait__timed_out),
        CASE(test_wait__cancelled),
        CASE(test_wait__configured_anew),
        CASE(test_user__is_told),
        CASE(test_user__closes_the_window),
        CASE(test_find__no_service),
        CASE(test_find__spoilt_database),
        CASE(test_find__after_a_break),
    };
    int failed = cmocka_run_group_tests_name(world->kind, tests, NULL, NULL);
    world_close(world);
    return failed;
}
