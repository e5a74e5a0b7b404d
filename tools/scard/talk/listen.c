/* A search that Ctrl-C ends: a second thread listens for it. See listen.h. */
#define COBJMACROS
#include "talk/listen.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "scardssp_rm.h"
#include "terminal/interrupt.h"

#define CANCEL_EVERY_MS 50 /* a cancellation that comes before the search waits is not heard */

/* What the listening thread knows. */
struct listener {
    ISCardLocate *locate;
    struct pollfd waits[2]; /* Ctrl-C; the end of the search */
    bool stopped;           /* read after the thread has ended */
};

static void *listen_for_stop(void *user) {
    struct listener *listener = user;
    while (poll(listener->waits, 2, listener->stopped ? CANCEL_EVERY_MS : -1) >= 0 || errno == EINTR) {
        if (listener->waits[1].revents)
            break;
        if (listener->waits[0].revents) {
            listener->stopped = true;
            listener->waits[0].fd = -1;
        }
        if (listener->stopped)
            scardssp_locate_cancel(listener->locate);
    }
    return NULL;
}

HRESULT listen_find(ISCardLocate *locate, int protocols, SCARDINFO **out, bool *stopped) {
    int ends[2];
    pthread_t thread;
    HRESULT hr = E_OUTOFMEMORY;
    const int stop = interrupt_open();
    if (stop < 0)
        return E_OUTOFMEMORY;
    if (pipe(ends) != 0) {
        interrupt_close();
        return E_OUTOFMEMORY;
    }
    struct listener listener = {.locate = locate, .waits = {{stop, POLLIN, 0}, {ends[0], POLLIN, 0}}};
    if (pthread_create(&thread, NULL, listen_for_stop, &listener) == 0) {
        hr = ISCardLocate_FindCard(locate, SHARED, (SCARD_PROTOCOLS)protocols, 0, out);
        close(ends[1]);
        ends[1] = -1;
        pthread_join(thread, NULL);
        *stopped = listener.stopped;
    }
    interrupt_close();
    if (ends[1] >= 0)
        close(ends[1]);
    close(ends[0]);
    return hr;
}
