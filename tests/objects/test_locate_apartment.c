/*
 * ISCardLocate::FindCard in a single-threaded apartment (Windows): while it waits, with a user interface or
 * without, calls into the apartment are served and windows are painted, and no input is: what
 * idl/scardssp.idl says at the method, and what the page of CoWaitForMultipleHandles, with that of
 * PENDINGMSG_WAITDEFPROCESS, says of calls that wait there. Other calls serve nothing. Runs in the worlds of
 * support/worlds/world.h that Windows has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "client/selectdialog_win.h"
#include "support/kits/apdus.h"
#include "support/kits/loaderlock.h"
#include "support/kits/locating.h"
#include "support/kits/stringarrays.h"

#define TIMEOUT_MS 6000u                 /* of connecting */
#define LIMIT_MS 20000u                  /* of the user; no case takes so long */
#define CALLED CLASS_E_CLASSNOTAVAILABLE /* what the apartment's object answers */
#define PATIENCE_MS 30000u               /* with the other thread */
#define BEGIN_MS 400                     /* before somebody wants something of the thread that waits */

/* The system's dialog, played: a window of its own, until it is told to close. */
static INT_PTR CALLBACK on_dialog(HWND window, UINT message, WPARAM parameter, LPARAM unused) {
    (void)unused;
    if (message == WM_COMMAND && LOWORD(parameter) == IDCANCEL)
        EndDialog(window, IDCANCEL);
    return FALSE;
}

static LONG WINAPI select_card(LPOPENCARDNAMEW_EX request) {
    static const struct {
        DLGTEMPLATE form;
        WORD menu, class, title;
    } form = {.form = {.style = WS_POPUP | WS_CAPTION | WS_SYSMENU, .cx = 100, .cy = 50}};
    (void)request;
    (void)DialogBoxIndirectParamW(GetModuleHandleW(NULL), &form.form, NULL, on_dialog, 0);
    return (LONG)RM_W_CANCELLED_BY_USER;
}

static const struct selectdialog_api api = {.select_card = select_card};

static rm_status find_by_dialog(struct finder *finder, bool force, uint32_t limit_ms, struct rm_card **out) {
    return selectdialog_find(&api, finder, force, limit_ms, out);
}

static const struct locate_ui dialog_ui = {.find = find_by_dialog};

/* The ways in which FindCard waits. */
static const struct way {
    const char *name;
    const struct locate_ui *ui;
    LONG flags;
    uint32_t ends; /* when the program is told to end */
} ways[] = {
    {"no user interface", &waiting_ui, SC_DLG_NO_UI, RM_E_TIMEOUT},
    {"message box", &waiting_ui, SC_DLG_MINIMAL_UI, RM_E_CANCELLED},
    {"message box at once", &waiting_ui, SC_DLG_FORCE_UI, RM_E_CANCELLED},
    {"dialog", &dialog_ui, SC_DLG_MINIMAL_UI, RM_E_CANCELLED},
};
#define WAYS (sizeof ways / sizeof ways[0])

static ISCardLocate *locate_for(const struct way *way) {
    const struct locate_parts parts = {
        .service = locating.world->service,
        .db = locating.types.db,
        .list = NULL,
        .ui = way->ui,
        .timeout_ms = TIMEOUT_MS,
        .limit_ms = LIMIT_MS,
    };
    ISCardLocate *locate = NULL;
    assert_hr(locate_create(&parts, &locate), S_OK);
    assert_hr(locating_by_name(locate, L"Demo card", NULL, way->flags), S_OK);
    return locate;
}

/* Something for the search to wait for: another program's transaction, which never ends. */
static ISCard *hold(void) {
    ISCard *holder = world_attached(locating.world, SHARED);
    assert_hr(ISCard_LockSCard(holder), S_OK);
    return holder;
}

/* What the thread that waits has to do meanwhile */

static struct {
    bool waiting; /* in the call that is tested */
    DWORD thread;
    LONG calls, paints, inputs, posts; /* while it was */
    LONG called_elsewhere;
    ISCardLocate *cancels; /* the call ends this one's searches */
} seen;

static HRESULT STDMETHODCALLTYPE factory_QueryInterface(IClassFactory *iface, REFIID riid, void **out) {
    *out = IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IClassFactory) ? iface : NULL;
    return *out ? S_OK : E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE factory_AddRef(IClassFactory *iface) {
    (void)iface;
    return 2;
}

static ULONG STDMETHODCALLTYPE factory_Release(IClassFactory *iface) {
    (void)iface;
    return 1;
}

static HRESULT STDMETHODCALLTYPE factory_CreateInstance(IClassFactory *iface, IUnknown *outer, REFIID riid,
                                                        void **out) {
    (void)iface, (void)outer, (void)riid;
    *out = NULL;
    seen.calls += seen.waiting;
    seen.called_elsewhere += GetCurrentThreadId() != seen.thread;
    if (seen.cancels)
        locate_cancel(seen.cancels);
    return CALLED;
}

static HRESULT STDMETHODCALLTYPE factory_LockServer(IClassFactory *iface, BOOL lock) {
    (void)iface, (void)lock;
    return E_NOTIMPL;
}

static const IClassFactoryVtbl factory_vtbl = {
    .QueryInterface = factory_QueryInterface,
    .AddRef = factory_AddRef,
    .Release = factory_Release,
    .CreateInstance = factory_CreateInstance,
    .LockServer = factory_LockServer,
};

/* An object of the apartment, with a proxy that the system brings along. */
static IClassFactory factory = {&factory_vtbl};

static LRESULT CALLBACK on_window(HWND window, UINT message, WPARAM first, LPARAM second) {
    if (message == WM_PAINT)
        seen.paints += seen.waiting;
    if (message == WM_KEYDOWN || message == WM_LBUTTONDOWN)
        seen.inputs += seen.waiting;
    if (message == WM_APP + 3)
        seen.posts += seen.waiting;
    if (message == WM_APP + 4)
        PostQuitMessage((int)first);
    return DefWindowProcW(window, message, first, second);
}

static HWND make_window(void) {
    const WNDCLASSW kind = {.lpfnWndProc = on_window, .lpszClassName = L"scardssp-test-apartment"};
    MSG message;
    (void)RegisterClassW(&kind);
    HWND const window = CreateWindowExW(0, kind.lpszClassName, L"", WS_POPUP | WS_VISIBLE, 0, 0, 50, 50, NULL,
                                        NULL, NULL, NULL);
    assert_non_null(window);
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
        DispatchMessageW(&message);
    return window;
}

/*
 * Somebody in another apartment, who wants something of the one that waits. Assertions are for the test's
 * thread.
 */
struct other {
    HANDLE thread;
    IStream *stream;
    HWND window;
    HANDLE ready, go;     /* it has its proxy; the call that is tested begins */
    bool quits;           /* first: tells the window that the program ends */
    ISCardLocate *locate; /* whose search is ended when all is served; NULL: nobody's */
    HRESULT got, answered;
    volatile LONG asked, done; /* it has posted everything and calls; it was answered */
};

static DWORD WINAPI disturb(void *argument) {
    struct other *const other = argument;
    IClassFactory *there = NULL;
    IUnknown *made = NULL;
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return 1;
    other->got = CoGetInterfaceAndReleaseStream(other->stream, &IID_IClassFactory, (void **)&there);
    (void)SetEvent(other->ready);
    (void)WaitForSingleObject(other->go, PATIENCE_MS);
    Sleep(BEGIN_MS);
    if (other->quits)
        (void)SendMessageW(other->window, WM_APP + 4, 7, 0);
    (void)PostMessageW(other->window, WM_KEYDOWN, VK_SPACE, 0);
    (void)PostMessageW(other->window, WM_LBUTTONDOWN, 0, 0);
    (void)PostMessageW(other->window, WM_APP + 3, 0, 0);
    (void)InvalidateRect(other->window, NULL, TRUE);
    (void)InterlockedExchange(&other->asked, 1);
    other->answered =
        there ? IClassFactory_CreateInstance(there, NULL, &IID_IUnknown, (void **)&made) : E_FAIL;
    (void)InterlockedExchange(&other->done, 1);
    for (int i = 0; i < 1000 && other->locate && !InterlockedCompareExchange(&seen.paints, 0, 0); ++i)
        Sleep(10);
    if (other->locate)
        locate_cancel(other->locate);
    if (there)
        IClassFactory_Release(there);
    CoUninitialize();
    return 0;
}

/* Starts it, serving it until it has its proxy. */
static void other_begin(struct other *other, HWND window, bool quits, ISCardLocate *locate) {
    DWORD index = 0;
    *other = (struct other){.ready = CreateEventW(NULL, TRUE, FALSE, NULL),
                            .go = CreateEventW(NULL, TRUE, FALSE, NULL),
                            .window = window,
                            .quits = quits,
                            .locate = locate,
                            .got = E_FAIL,
                            .answered = E_FAIL};
    assert_true(other->ready && other->go);
    memset(&seen, 0, sizeof seen);
    seen.thread = GetCurrentThreadId();
    assert_hr(CoMarshalInterThreadInterfaceInStream(&IID_IClassFactory, (IUnknown *)&factory, &other->stream),
              S_OK);
    other->thread = CreateThread(NULL, 0, disturb, other, 0, NULL);
    assert_non_null(other->thread);
    assert_hr(CoWaitForMultipleHandles(0, PATIENCE_MS, 1, &other->ready, &index), S_OK);
    MSG left;
    while (PeekMessageW(&left, NULL, 0, 0, PM_REMOVE))
        DispatchMessageW(&left);
}

/*
 * Lets it want something soon. From here on only the call that is tested can serve it, however late that
 * begins.
 */
static void other_go(const struct other *other) {
    assert_true(SetEvent(other->go));
}

/* Waits for its end, serving what it still wants. */
static void other_end(struct other *other) {
    DWORD index = 0;
    assert_hr(CoWaitForMultipleHandles(0, PATIENCE_MS, 1, &other->thread, &index), S_OK);
    CloseHandle(other->thread);
    CloseHandle(other->ready);
    CloseHandle(other->go);
    assert_hr(other->got, S_OK);
    assert_hr(other->answered, CALLED);
    assert_int_equal(seen.called_elsewhere, 0);
}

static bool is_queued(HWND window, UINT message) {
    MSG found;
    return PeekMessageW(&found, window, message, message, PM_REMOVE);
}

/* What comes while FindCard waits, each way, until it is cancelled. */
static void find_card(const struct way *way, HWND window) {
    ISCardLocate *locate = locate_for(way);
    ISCard *holder = hold();
    SCARDINFO *info = (SCARDINFO *)&info;
    struct other other;
    other_begin(&other, window, false, locate);
    seen.waiting = true;
    other_go(&other);
    const HRESULT hr = ISCardLocate_FindCard(locate, SHARED, T1, 0, &info);
    seen.waiting = false;
    const bool served = InterlockedCompareExchange(&other.done, 0, 0) != 0;
    other_end(&other);
    if (hr != (HRESULT)RM_E_CANCELLED || !served || seen.calls != 1 || !seen.paints || seen.inputs ||
        seen.posts)
        fail_msg("%s: 0x%08lX, served %d, calls %ld, paints %ld, inputs %ld, others %ld", way->name,
                 (unsigned long)hr, served, seen.calls, seen.paints, seen.inputs, seen.posts);
    assert_null(info);
    /* All of it is still there for the program's own loop. */
    assert_true(is_queued(window, WM_KEYDOWN));
    assert_true(is_queued(window, WM_LBUTTONDOWN));
    assert_true(is_queued(window, WM_APP + 3));
    ISCard_Release(holder);
    ISCardLocate_Release(locate);
}

static void test_find__calls_and_painting_no_input(void **state) {
    (void)state;
    HWND const window = make_window();
    for (size_t i = 0; i < WAYS; ++i)
        find_card(&ways[i], window);
    DestroyWindow(window);
}

/* The program is told to end: a search that waits for the user ends, and the program still learns of it. */
static void test_find__program_ends(void **state) {
    (void)state;
    HWND const window = make_window();
    for (size_t i = 0; i < WAYS; ++i) {
        ISCardLocate *locate = locate_for(&ways[i]);
        ISCard *holder = hold();
        SCARDINFO *info = NULL;
        MSG message = {0};
        struct other other;
        other_begin(&other, window, true, NULL);
        other_go(&other);
        const uint64_t start = clock_ms();
        const HRESULT hr = ISCardLocate_FindCard(locate, SHARED, T1, 0, &info);
        const uint64_t took = clock_ms() - start;
        const bool told = PeekMessageW(&message, NULL, WM_QUIT, WM_QUIT, PM_REMOVE);
        other_end(&other);
        if (hr != (HRESULT)ways[i].ends || !told || message.wParam != 7 || took > LIMIT_MS)
            fail_msg("%s: 0x%08lX after %lu ms, told %d, %lu", ways[i].name, (unsigned long)hr,
                     (unsigned long)took, told, (unsigned long)message.wParam);
        (void)is_queued(window, WM_KEYDOWN), (void)is_queued(window, WM_LBUTTONDOWN);
        (void)is_queued(window, WM_APP + 3);
        ISCard_Release(holder);
        ISCardLocate_Release(locate);
    }
    DestroyWindow(window);
}

/* A card that is there is handed out, as elsewhere, and is the caller's. */
static void test_find__connection(void **state) {
    (void)state;
    for (size_t i = 0; i < 3; ++i) {
        ISCardLocate *locate = locate_for(&ways[i]);
        SCARDINFO *info = NULL;
        assert_hr(ISCardLocate_FindCard(locate, EXCLUSIVE, T1, 0, &info), S_OK);
        locating_expect_reader(info, locating.world->reader);
        ISCardLocate_Release(locate);
    }
}

/* A call that comes in may end the search, too. */
static void test_find__cancelled_by_a_call(void **state) {
    (void)state;
    HWND const window = make_window();
    for (size_t i = 1; i < WAYS; ++i) {
        ISCardLocate *locate = locate_for(&ways[i]);
        ISCard *holder = hold();
        SCARDINFO *info = NULL;
        struct other other;
        other_begin(&other, window, false, NULL);
        seen.cancels = locate;
        other_go(&other);
        assert_hr(ISCardLocate_FindCard(locate, SHARED, T1, 0, &info), SCARD_E_CANCELLED);
        other_end(&other);
        ISCard_Release(holder);
        ISCardLocate_Release(locate);
    }
    DestroyWindow(window);
}

/*
 * Where no thread comes up, the loader's lock being held (in a DllMain, say), the search is the caller's own
 * after a while: it ends. The service that is played has threads of its own, which do not come up either,
 * unless one rests since the case before.
 */
static void test_find__no_thread_comes_up(void **state) {
    (void)state;
    ISCardLocate *locate = locate_for(&ways[0]);
    SCARDINFO *info = NULL;
    const ULONG_PTR cookie = loaderlock_take();
    const uint64_t start = clock_ms();
    const HRESULT hr = ISCardLocate_FindCard(locate, SHARED, T1, 0, &info);
    const uint64_t took = clock_ms() - start;
    loaderlock_give(cookie);
    assert_true(took < LIMIT_MS);
    if (hr != SCARD_E_TIMEOUT || strcmp(locating.world->kind, "winscard") != 0)
        assert_hr(hr, S_OK);
    if (hr == S_OK)
        locating_finish(info);
    ISCardLocate_Release(locate);
}

/* The other calls that wait serve nothing: who calls them is not called in the middle of it. */
static void test_others__serve_nothing(void **state) {
    (void)state;
    HWND const window = make_window();
    ISCard *card = world_attached(locating.world, SHARED), *holder = hold();
    struct other other;
    other_begin(&other, window, false, NULL);
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    seen.waiting = true;
    other_go(&other);
    do
        assert_hr(ISCard_LockSCard(card), SCARD_E_TIMEOUT);
    while (!InterlockedCompareExchange(&other.asked, 0, 0) && clock_left(deadline));
    assert_hr(ISCard_LockSCard(card), SCARD_E_TIMEOUT); /* all of it wants to be served */
    seen.waiting = false;
    assert_int_equal(InterlockedCompareExchange(&other.done, 0, 0), 0);
    other_end(&other);
    assert_int_equal(seen.calls + seen.paints + seen.inputs + seen.posts, 0);
    ISCard_Release(card);
    ISCard_Release(holder);
    DestroyWindow(window);
}

static int set_up(void **state) {
    return FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED)) ? -1 : locating_set_up(state);
}

static int tear_down(void **state) {
    const int result = locating_tear_down(state);
    CoUninitialize();
    return result;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_find__calls_and_painting_no_input),
        CASE(test_find__program_ends),
        CASE(test_find__connection),
        CASE(test_find__cancelled_by_a_call),
        CASE(test_find__no_thread_comes_up),
        CASE(test_others__serve_nothing),
    };
    return world_run(argc, argv, &locating.world, tests, sizeof tests / sizeof *tests);
}
