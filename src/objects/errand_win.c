/* Work for a call that waits (see errand.h), in an apartment whose thread has to go on serving it. */
#include "objects/errand.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/refcount.h"
#include "com/win.h"

#define SLICE_MS 100u /* how soon it is seen that the program is to end */
/* A thread that has not come up by then is not waited for: the loader's lock is held, say. */
#define BEGIN_MS 3000u

/* The thread keeps it, should nobody wait any more. */
struct errand {
    struct refcount refs;
    _Atomic bool taken; /* somebody does the work */
    void (*work)(void *user);
    void *user;
};

static void errand_drop(struct errand *errand) {
    if (!refcount_drop(&errand->refs))
        free(errand);
}

static DWORD WINAPI run(void *argument) {
    struct errand *errand = argument;
    if (!atomic_exchange(&errand->taken, true))
        errand->work(errand->user);
    errand_drop(errand);
    return 0;
}

static bool is_single_threaded(void) {
    APTTYPE type;
    APTTYPEQUALIFIER qualifier;
    return SUCCEEDED(CoGetApartmentType(&type, &qualifier)) &&
           (type == APTTYPE_STA || type == APTTYPE_MAINSTA);
}

static bool has_to_quit(void) {
    MSG message;
    return PeekMessageW(&message, NULL, WM_QUIT, WM_QUIT, PM_NOREMOVE | PM_NOYIELD);
}

/*
 * Serves the apartment for a moment, or until the thread has ended: true. CoWaitForMultipleHandles, by its
 * page, goes by the message filter of the program, or else as COM itself does where a call waits: calls are
 * dispatched, windows painted; keys and the mouse wait.
 */
static bool serve(HANDLE thread) {
    DWORD index = 0;
    const HRESULT hr = CoWaitForMultipleHandles(0, SLICE_MS, 1, &thread, &index);
    if (hr == S_OK || hr == RPC_S_CALLPENDING)
        return hr == S_OK;
    /* Nothing can be served at the moment, in the middle of a message that somebody has sent, say. */
    return WaitForSingleObject(thread, SLICE_MS) != WAIT_TIMEOUT;
}

/* A thread for the errand; NULL: it could not be started. */
static HANDLE thread_for(struct errand *errand) {
    (void)refcount_take(&errand->refs);
    HANDLE thread = CreateThread(NULL, 0, run, errand, 0, NULL);
    if (!thread)
        errand_drop(errand);
    return thread;
}

/*
 * Serves the apartment until the thread has done the work. False: it has not come up, and the work is the
 * caller's.
 */
static bool serve_until_done(struct errand *errand, HANDLE thread, void (*call_off)(void *user)) {
    const uint64_t deadline = clock_deadline(BEGIN_MS);
    bool called_off = false;
    while (!serve(thread)) {
        if (!clock_left(deadline) && !atomic_exchange(&errand->taken, true))
            return false;
        if (called_off || !has_to_quit())
            continue;
        called_off = true;
        call_off(errand->user);
    }
    return true;
}

void errand_run(void (*work)(void *user), void (*call_off)(void *user), void *user) {
    struct errand *errand = is_single_threaded() ? calloc(1, sizeof *errand) : NULL;
    if (!errand) {
        work(user);
        return;
    }
    refcount_init(&errand->refs);
    errand->work = work;
    errand->user = user;
    HANDLE thread = thread_for(errand);
    if (!thread || !serve_until_done(errand, thread, call_off))
        work(user);
    if (thread)
        CloseHandle(thread);
    errand_drop(errand);
}
