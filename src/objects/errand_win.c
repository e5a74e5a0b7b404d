/* Work for a call that waits (see errand.h), in an apartment whose thread has to go on serving it. */
#include "objects/errand.h"

#include <stdbool.h>

#include "objects/win.h"

#define SLICE_MS 100u /* how soon it is seen that the program is to end */

struct errand {
    void (*work)(void *user);
    void *user;
};

static DWORD WINAPI run(void *argument) {
    const struct errand *const errand = argument;
    errand->work(errand->user);
    return 0;
}

static bool is_single_threaded(void) {
    APTTYPE type;
    APTTYPEQUALIFIER qualifier;
    return SUCCEEDED(CoGetApartmentType(&type, &qualifier)) &&
           (type == APTTYPE_STA || type == APTTYPE_MAINSTA);
}

static bool is_told_to_quit(void) {
    MSG message;
    return PeekMessageW(&message, NULL, WM_QUIT, WM_QUIT, PM_NOREMOVE | PM_NOYIELD);
}

/*
 * Serves the apartment for a moment, or until the thread has ended: true. CoWaitForMultipleHandles, by its page, goes by the message
 * filter of the program, or else as COM itself does where a call waits: calls are dispatched, windows painted; keys and the mouse wait.
 */
static bool serve(HANDLE thread) {
    DWORD index = 0;
    const HRESULT hr = CoWaitForMultipleHandles(0, SLICE_MS, 1, &thread, &index);
    if (hr == S_OK || hr == RPC_S_CALLPENDING)
        return hr == S_OK;
    /* Nothing can be served at the moment, in the middle of a message that somebody has sent, say. */
    return WaitForSingleObject(thread, SLICE_MS) != WAIT_TIMEOUT;
}

void errand_run(void (*work)(void *user), void (*call_off)(void *user), void *user) {
    struct errand errand = {work, user};
    HANDLE const thread = is_single_threaded() ? CreateThread(NULL, 0, run, &errand, 0, NULL) : NULL;
    bool called_off = false;
    if (!thread) {
        work(user);
        return;
    }
    while (!serve(thread)) {
        if (called_off || !is_told_to_quit())
            continue;
        called_off = true;
        call_off(user);
    }
    CloseHandle(thread);
}
