/*
 * Searches by Windows' dialog, which is played here: what is handed to it, to the byte; what becomes of its
 * answers, good and bad; and that a search can be ended while it is open. What the calling thread does
 * meanwhile: test_locate_apartment.c. Runs in the worlds of support/worlds/world.h that Windows has.
 */
#include "client/selectdialog_win.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/clock.h"
#include "client/found.h"
#include "objects/locate.h"
#include "rm/names.h"
#include "support/kits/apdus.h"
#include "support/kits/stringarrays.h"
#include "support/worlds/world.h"

#define LIMIT_MS 8000u
#define TITLE L"Till\u00e9 \u03a9"
#define CARD L"\u017deton-\u043a\u0430\u0440\u0442\u0430 \U0001F4B3"
#define CARD_UTF8                                                                                            \
    "\xC5\xBD"                                                                                               \
    "eton-\xD0\xBA\xD0\xB0\xD1\x80\xD1\x82\xD0\xB0 \xF0\x9F\x92\xB3"

static struct world *world;

/* The dialog that is played: what it was given, and what it answers. */
static struct {
    int calls;
    OPENCARDNAME_EXW request;
    OPENCARD_SEARCH_CRITERIAW criteria;
    wchar_t cards[200], groups[200], title[40];
    bool has_title;
    DWORD thread;
    LONG result;
    const wchar_t *reader; /* NULL: the world's */
    bool fills;            /* the whole room for the reader's name, without a NUL */
    bool opens;            /* a window, which it ends with */
    HANDLE stays;          /* it does not end before this event, windows or not */
} played;

static INT_PTR CALLBACK on_message(HWND window, UINT message, WPARAM parameter, LPARAM unused) {
    (void)unused;
    if (message == WM_COMMAND && LOWORD(parameter) == IDCANCEL)
        EndDialog(window, IDCANCEL);
    return FALSE;
}

static LONG show_window(void) {
    static const struct {
        DLGTEMPLATE form;
        WORD menu, class, title;
    } form = {.form = {.style = WS_POPUP | WS_CAPTION | WS_SYSMENU, .cx = 100, .cy = 50}};
    const INT_PTR answer = DialogBoxIndirectParamW(GetModuleHandleW(NULL), &form.form, NULL, on_message, 0);
    return answer == IDCANCEL ? (LONG)RM_W_CANCELLED_BY_USER : (LONG)RM_F_INTERNAL_ERROR;
}

/* A copy of a multi-string of this many characters. */
static void copy_list(wchar_t *to, const wchar_t *from, DWORD size) {
    assert_true(size <= 200);
    memcpy(to, from, size * sizeof *to);
}

static LONG WINAPI select_card(LPOPENCARDNAMEW_EX request) {
    ++played.calls;
    played.thread = GetCurrentThreadId();
    played.request = *request;
    played.criteria = *request->pOpenCardSearchCriteria;
    copy_list(played.cards, played.criteria.lpstrCardNames, played.criteria.nMaxCardNames);
    copy_list(played.groups, played.criteria.lpstrGroupNames, played.criteria.nMaxGroupNames);
    played.has_title = request->lpstrTitle != NULL;
    if (played.has_title)
        wcscpy(played.title, request->lpstrTitle);
    if (played.stays)
        (void)WaitForSingleObject(played.stays, INFINITE);
    if (played.opens)
        return show_window();
    if (played.fills)
        wmemset(request->lpstrRdr, L'r', request->nMaxRdr);
    else
        wcscpy(request->lpstrRdr, played.reader ? played.reader : world->reader);
    wcscpy(request->lpstrCard, CARD);
    return played.result;
}

static const struct selectdialog_api api = {.select_card = select_card};

static rm_status find(struct finder *finder, bool force, uint32_t limit_ms, struct rm_card **out) {
    return selectdialog_find(&api, finder, force, limit_ms, out);
}

static const struct locate_ui ui = {.find = find};

/* A card database that knows some types, and any card as one of them. */
static const char *introduced; /* multi-string */
static size_t introduced_size;
static size_t asked_interfaces;

static rm_status list_types(struct carddb *db, const uint8_t *atr, size_t atr_size,
                            const struct carddb_guid *interfaces, size_t count, struct names *out) {
    (void)db, (void)atr, (void)atr_size, (void)interfaces;
    asked_interfaces = count;
    for (size_t at = 0; at + 1 < introduced_size; at += strlen(introduced + at) + 1)
        if (!names_add(out, introduced + at, strlen(introduced + at)))
            return RM_E_NO_MEMORY;
    return RM_OK;
}

static const struct carddb_ops db_ops = {.list = list_types};
static struct carddb db = {&db_ops};

#define INTRODUCED(names) (introduced = (names), introduced_size = sizeof(names))

static ISCardLocate *locate_new(uint32_t limit_ms, struct atrlist *list) {
    const struct locate_parts parts = {
        .service = world->service,
        .db = &db,
        .list = list,
        .ui = &ui,
        .timeout_ms = WORLD_TIMEOUT_MS,
        .limit_ms = limit_ms,
    };
    ISCardLocate *locate = NULL;
    assert_hr(locate_create(&parts, &locate), S_OK);
    return locate;
}

/* Looks for cards by names ("a|b"); title NULL: none. */
static ISCardLocate *looking_for(const wchar_t *names, const wchar_t *groups, wchar_t *title, LONG flags) {
    ISCardLocate *locate = locate_new(LIMIT_MS, NULL);
    SAFEARRAY *cards = array_from(names, VT_BSTR);
    SAFEARRAY *readers = groups ? array_from(groups, VT_BSTR) : NULL;
    assert_hr(ISCardLocate_ConfigureCardNameSearch(locate, cards, readers, title, flags), S_OK);
    SafeArrayDestroy(cards);
    SafeArrayDestroy(readers);
    return locate;
}

/* Takes over what was found and ends it; the test fails unless it works. */
static void finish(SCARDINFO *info) {
    ISCard *card = world_card(world);
    assert_non_null(info);
    assert_hr(ISCard_AttachByHandle(card, info->hCard), S_OK);
    assert_works(card);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
    CoTaskMemFree(info);
}

static int set_up(void **state) {
    (void)state;
    memset(&played, 0, sizeof played);
    INTRODUCED(CARD_UTF8 "\0Other card\0");
    asked_interfaces = 0;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    found_end_all(world->service);
    world_tidy(world);
    return 0;
}

/* What is asked */

static void test_request__bytes(void **state) {
    (void)state;
    wchar_t title[] = TITLE;
    static const wchar_t cards[] = CARD L"\0other CARD\0";
    static const wchar_t groups[] = L"Desk\0\u03a9-Kasse\0";
    SCARDINFO *info = NULL;
    ISCardLocate *a = looking_for(CARD L"|other CARD", L"Desk|\u03a9-Kasse", title, SC_DLG_MINIMAL_UI);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    assert_int_equal(played.calls, 1);
    /* Sizes as the system has them, in 64 and in 32 bits. */
    assert_int_equal(played.request.dwStructSize, sizeof(void *) == 8 ? 128 : 72);
    assert_int_equal(played.criteria.dwStructSize, sizeof(void *) == 8 ? 96 : 52);
    assert_true(played.request.hSCardContext != 0);
    assert_null(played.request.hwndOwner);
    assert_int_equal(played.request.dwFlags, SC_DLG_MINIMAL_UI);
    assert_true(played.has_title);
    assert_memory_equal(played.title, TITLE, sizeof TITLE);
    assert_null(played.request.lpstrSearchDesc);
    assert_null(played.request.hIcon);
    assert_int_equal(played.criteria.nMaxCardNames, sizeof cards / sizeof *cards);
    assert_memory_equal(played.cards, cards, sizeof cards);
    assert_int_equal(played.criteria.nMaxGroupNames, sizeof groups / sizeof *groups);
    assert_memory_equal(played.groups, groups, sizeof groups);
    assert_null(played.criteria.rgguidInterfaces);
    assert_int_equal(played.criteria.cguidInterfaces, 0);
    /* It does not connect, and asks nobody here to. */
    assert_null(played.request.lpfnConnect);
    assert_null(played.criteria.lpfnConnect);
    assert_null(played.criteria.lpfnCheck);
    assert_null(played.criteria.lpfnDisconnect);
    assert_int_equal(played.request.dwShareMode, 0);
    assert_int_equal(played.criteria.dwShareMode, 0);
    assert_true(played.request.lpstrRdr && played.request.nMaxRdr >= 256);
    assert_true(played.request.lpstrCard && played.request.nMaxCard >= 256);
    assert_true(played.request.dwActiveProtocol == 0 && played.request.hCardHandle == 0);
    assert_true(played.thread != GetCurrentThreadId());
    ISCardLocate_Release(a);
}

static void test_request__defaults(void **state) {
    (void)state;
    SCARDINFO *info = NULL;
    ISCardLocate *a = looking_for(CARD, NULL, NULL, SC_DLG_NO_UI);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, SC_DLG_FORCE_UI, &info), S_OK);
    finish(info);
    assert_int_equal(played.request.dwFlags, SC_DLG_FORCE_UI);
    assert_false(played.has_title); /* the dialog has one of its own */
    assert_int_equal(played.criteria.nMaxGroupNames, sizeof L"SCard$AllReaders\0" / sizeof(wchar_t));
    assert_memory_equal(played.groups, L"SCard$AllReaders\0", sizeof L"SCard$AllReaders\0");
    ISCardLocate_Release(a);
}

/* The names of the types that have the interfaces: for those themselves the dialog has no use yet. */
static void test_request__interfaces(void **state) {
    (void)state;
    static const wchar_t cards[] = CARD L"\0Other card\0";
    SCARDINFO *info = NULL;
    SAFEARRAY *guids = array_from(L"{4029DD8A-5902-11D0-B84C-00C04FD424B9}", VT_BSTR);
    ISCardLocate *a = locate_new(LIMIT_MS, NULL);
    assert_hr(ISCardLocate_ConfigureCardGuidSearch(a, guids, NULL, NULL, SC_DLG_MINIMAL_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    assert_int_equal(asked_interfaces, 1);
    assert_int_equal(played.criteria.nMaxCardNames, sizeof cards / sizeof *cards);
    assert_memory_equal(played.cards, cards, sizeof cards);
    SafeArrayDestroy(guids);
    ISCardLocate_Release(a);
}

static void test_request__not_without_user_interface(void **state) {
    (void)state;
    SCARDINFO *info = NULL;
    ISCardLocate *a = looking_for(CARD, NULL, NULL, SC_DLG_NO_UI);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    assert_int_equal(played.calls, 0);
    ISCardLocate_Release(a);
}

/*
 * Names that the dialog does not know are left out; where they may be public ones, the search is another's.
 */
static void test_request__unknown_names(void **state) {
    (void)state;
    char place[64]; /* its own: in another world the same runs beside it */
    SCARDINFO *info = NULL;
    struct atrlist *list = NULL;
    ISCardLocate *a = looking_for(L"No such|Other card", NULL, NULL, SC_DLG_MINIMAL_UI);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    assert_int_equal(played.calls, 1);
    assert_int_equal(played.criteria.nMaxCardNames, sizeof L"Other card\0" / sizeof(wchar_t));
    assert_memory_equal(played.cards, L"Other card\0", sizeof L"Other card\0");
    ISCardLocate_Release(a);

    (void)snprintf(place, sizeof place, "scardssp-selectdialog-%lu.txt", GetCurrentProcessId());
    FILE *file = fopen(place, "wb");
    assert_non_null(file);
    assert_true(fputs("3B .*\n\tNo such\n", file) >= 0);
    fclose(file);
    assert_int_equal(atrlist_open(place, &list), RM_OK);
    a = locate_new(300, list);
    SAFEARRAY *names = array_from(L"No such|Other card", VT_BSTR);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, names, NULL, NULL, SC_DLG_MINIMAL_UI), S_OK);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), S_OK);
    finish(info);
    assert_int_equal(played.calls, 1); /* as before */
    SafeArrayDestroy(names);
    ISCardLocate_Release(a);
    atrlist_close(list);
    assert_int_equal(remove(place), 0);
}

/* What is answered */

static void test_answer__connection(void **state) {
    (void)state;
    SCARDINFO *info = NULL;
    ISCardLocate *a = looking_for(CARD, NULL, NULL, SC_DLG_MINIMAL_UI);
    assert_hr(ISCardLocate_FindCard(a, EXCLUSIVE, (SCARD_PROTOCOLS)(T0 | T1), 0, &info), S_OK);
    assert_int_equal(info->ShareMode, EXCLUSIVE);
    assert_true(info->ActiveProtocol == T1 || info->ActiveProtocol == T0);
    assert_true(info->hContext != 0);
    ISCard *other = world_card(world);
    assert_hr(ISCard_AttachByReader(other, world->reader, SHARED, T1), SCARD_E_SHARING_VIOLATION);
    ISCard_Release(other);
    finish(info);
    ISCardLocate_Release(a);
}

static void test_answer__refusals(void **state) {
    (void)state;
    static const struct {
        LONG said;
        uint32_t code;
    } rows[] = {
        {(LONG)RM_W_CANCELLED_BY_USER, RM_W_CANCELLED_BY_USER},
        {(LONG)RM_E_NO_READERS_AVAILABLE, RM_E_NO_READERS_AVAILABLE},
        {(LONG)RM_E_NO_SERVICE, RM_E_NO_SERVICE},
        {ERROR_INVALID_PARAMETER, RM_F_INTERNAL_ERROR},
        {(LONG)0x80107777, RM_F_INTERNAL_ERROR},
        {-1, RM_F_INTERNAL_ERROR},
    };
    ISCardLocate *a = looking_for(CARD, NULL, NULL, SC_DLG_MINIMAL_UI);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        SCARDINFO *info = (SCARDINFO *)&info;
        played.result = rows[i].said;
        assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), (HRESULT)rows[i].code);
        assert_null(info);
    }
    ISCardLocate_Release(a);
}

static void test_answer__hostile(void **state) {
    (void)state;
    static const wchar_t lone[] = {L'R', 0xD800, 0};
    static const struct {
        const wchar_t *reader;
        uint32_t code;
    } rows[] = {
        {L"", RM_F_INTERNAL_ERROR},
        {lone, RM_F_INTERNAL_ERROR},
        {L"No such reader", RM_E_NO_SMARTCARD},
    };
    SCARDINFO *info = NULL;
    ISCardLocate *a = looking_for(CARD, NULL, NULL, SC_DLG_MINIMAL_UI);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        played.reader = rows[i].reader;
        assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), (HRESULT)rows[i].code);
    }
    played.reader = NULL;
    played.fills = true;
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), (HRESULT)RM_F_INTERNAL_ERROR);
    assert_null(info);
    ISCardLocate_Release(a);
}

/* The card went between the dialog's answer and ours. */
static void test_answer__card_is_gone(void **state) {
    (void)state;
    SCARDINFO *info = NULL;
    ISCardLocate *a = looking_for(CARD, NULL, NULL, SC_DLG_MINIMAL_UI);
    world_remove(world);
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_NO_SMARTCARD);
    ISCardLocate_Release(a);
}

/* While it is open */

static void test_open__limit(void **state) {
    (void)state;
    SCARDINFO *info = NULL;
    ISCardLocate *a = locate_new(700, NULL);
    SAFEARRAY *names = array_from(CARD, VT_BSTR);
    played.opens = true;
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, names, NULL, NULL, SC_DLG_FORCE_UI), S_OK);
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_W_CANCELLED_BY_USER);
    assert_int_in_range(clock_ms() - start, 700, 5000);
    SafeArrayDestroy(names);
    ISCardLocate_Release(a);
}

static DWORD WINAPI cancel_later(void *user) {
    Sleep(300);
    locate_cancel(user);
    return 0;
}

static void test_open__cancelled(void **state) {
    (void)state;
    SCARDINFO *info = NULL;
    ISCardLocate *a = looking_for(CARD, NULL, NULL, SC_DLG_FORCE_UI);
    played.opens = true;
    HANDLE const thread = CreateThread(NULL, 0, cancel_later, a, 0, NULL);
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_E_CANCELLED);
    assert_int_in_range(clock_ms() - start, 200, 4000);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    ISCardLocate_Release(a);
}

/* A dialog that hears nobody is left to itself, and harms nobody when it ends after all. */
static void test_open__deaf(void **state) {
    (void)state;
    SCARDINFO *info = NULL;
    ISCardLocate *a = locate_new(200, NULL);
    SAFEARRAY *names = array_from(CARD, VT_BSTR);
    played.stays = CreateEventW(NULL, TRUE, FALSE, NULL);
    assert_hr(ISCardLocate_ConfigureCardNameSearch(a, names, NULL, NULL, SC_DLG_FORCE_UI), S_OK);
    const uint64_t start = clock_ms();
    assert_hr(ISCardLocate_FindCard(a, SHARED, T1, 0, &info), SCARD_W_CANCELLED_BY_USER);
    assert_int_in_range(clock_ms() - start, 200, 8000);
    HANDLE const thread = OpenThread(SYNCHRONIZE, FALSE, played.thread);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    SafeArrayDestroy(names);
    ISCardLocate_Release(a);
    SetEvent(played.stays);
    assert_int_equal(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CloseHandle(thread);
    CloseHandle(played.stays);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_request__bytes),         CASE(test_request__defaults),
        CASE(test_request__interfaces),    CASE(test_request__not_without_user_interface),
        CASE(test_request__unknown_names), CASE(test_answer__connection),
        CASE(test_answer__refusals),       CASE(test_answer__hostile),
        CASE(test_answer__card_is_gone),   CASE(test_open__limit),
        CASE(test_open__cancelled),        CASE(test_open__deaf),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof *tests);
}
