/* A search that Ctrl-C ends, on Windows: a second thread listens for it. See listen.h. */
#define COBJMACROS
#include "scardssp_rm.h"
#include "talk/listen.h"
#include "terminal/interrupt.h"

#define CANCEL_EVERY_MS 50 /* a cancellation that comes before the search waits is not heard */

struct listener {
    ISCardLocate *locate;
    HANDLE ended; /* the end of the search */
    bool stopped; /* read after the thread has ended */
};

static DWORD WINAPI listen_for_stop(void *user) {
    struct listener *listener = user;
    while (WaitForSingleObject(listener->ended, CANCEL_EVERY_MS) == WAIT_TIMEOUT) {
        listener->stopped = listener->stopped || interrupt_wait(0, 0);
        if (listener->stopped)
            scardssp_locate_cancel(listener->locate);
    }
    return 0;
}

HRESULT listen_find(ISCardLocate *locate, int protocols, SCARDINFO **out, bool *stopped) {
    struct listener listener = {.locate = locate, .ended = CreateEventW(NULL, TRUE, FALSE, NULL)};
    HRESULT hr = E_OUTOFMEMORY;
    const int stop = listener.ended ? interrupt_open() : -1;
    HANDLE thread = stop < 0 ? NULL : CreateThread(NULL, 0, listen_for_stop, &listener, 0, NULL);
    if (thread) {
        hr = ISCardLocate_FindCard(locate, SHARED, (SCARD_PROTOCOLS)protocols, 0, out);
        SetEvent(listener.ended);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
        *stopped = listener.stopped;
    }
    if (stop >= 0)
        interrupt_close();
    if (listener.ended)
        CloseHandle(listener.ended);
    return hr;
}
