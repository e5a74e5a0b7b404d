/* A connection that outlives resets and removals. See recovery.h. */
#include "transfer/recovery.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "talk/trouble.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"

#define LOOK_MS 100u

int recovery_open(const char *reader, uint32_t wait_seconds, struct recovery *out) {
    struct recovery made = {.reader = reader,
                            .start = clock_ms(),
                            .wait_ms = wait_seconds < UINT32_MAX / 1000 ? wait_seconds * 1000 : UINT32_MAX};
    made.interrupt = interrupt_open();
    if (made.interrupt < 0)
        return failure_plain(INTERRUPT_REMEDY, "cannot wait for Ctrl-C: %s", strerror(errno));
    int code = manager_open(reader, &made.manage);
    if (code == EXIT_GOOD) {
        const HRESULT hr = ISCardManage_SCardLock(made.manage);
        if (FAILED(hr))
            code = failure(hr, NULL, "cannot lock the card in '%s'", reader);
    }
    if (code != EXIT_GOOD) {
        manager_close(made.manage);
        interrupt_close();
        return code;
    }
    made.open = true;
    *out = made;
    return EXIT_GOOD;
}

void recovery_unlock(struct recovery *recovery) {
    while (SUCCEEDED(ISCardManage_SCardUnlock(recovery->manage, LEAVE)))
        ;
}

void recovery_pause(struct recovery *recovery) {
    recovery_unlock(recovery);
    if (recovery->open)
        interrupt_close();
    recovery->open = false;
}

bool recovery_resume(struct recovery *recovery) {
    recovery->deadline = 0;
    recovery->told = S_OK;
    recovery->start = clock_ms();
    recovery->interrupt = interrupt_open();
    recovery->open = recovery->interrupt >= 0;
    return recovery->open;
}

void recovery_leave(struct recovery *recovery) {
    manager_close(recovery->manage);
    recovery->manage = NULL;
}

void recovery_close(struct recovery *recovery) {
    recovery_leave(recovery);
    if (recovery->open)
        interrupt_close();
    recovery->open = false;
}

HRESULT recovery_check(struct recovery *recovery) {
    recovery->deadline = 0;
    recovery->told = S_OK;
    return interrupt_wait(recovery->interrupt, 0) ? (HRESULT)SCARD_E_CANCELLED : S_OK;
}

/* Tells each fault once; several codes have one sentence. */
static void tell(struct recovery *recovery, HRESULT trouble) {
    const char *former = trouble_text(recovery->told);
    const char *text = trouble_text(trouble);
    recovery->told = trouble;
    if (former && strcmp(former, text) == 0)
        return;
    if (recovery->progress)
        progress_hide(recovery->progress);
    fprintf(stderr, "%s\n", text);
    fflush(stderr);
}

/* One try. The lock went with the connection, or goes now: it is taken anew. */
static HRESULT reconnect(struct recovery *recovery) {
    recovery_unlock(recovery);
    HRESULT hr = ISCardManage_Reconnect(recovery->manage);
    if (SUCCEEDED(hr))
        hr = ISCardManage_SCardLock(recovery->manage);
    if (SUCCEEDED(hr) && recovery->again)
        hr = recovery->again(recovery->user);
    return hr;
}

HRESULT recovery_mend(struct recovery *recovery, HRESULT trouble) {
    HRESULT hr = trouble;
    /* Another card answers Reconnect and then no call: that needs a pause, and an end. */
    if (trouble_text(trouble) == NULL || (recovery->deadline && clock_left(recovery->deadline) == 0))
        return trouble;
    const bool again = recovery->deadline != 0;
    if (!again)
        recovery->deadline = clock_deadline(recovery->wait_ms);
    for (bool pause = again;; pause = true) {
        tell(recovery, hr);
        if (interrupt_wait(recovery->interrupt, pause ? LOOK_MS : 0))
            return (HRESULT)SCARD_E_CANCELLED;
        hr = reconnect(recovery);
        if (SUCCEEDED(hr)) {
            ++recovery->times;
            return S_OK;
        }
        if (trouble_text(hr) == NULL || clock_left(recovery->deadline) == 0)
            return hr;
    }
}

HRESULT recovery_lock(struct recovery *recovery) {
    const uint32_t before = recovery->times;
    HRESULT hr = ISCardManage_SCardLock(recovery->manage);
    while (FAILED(hr)) {
        hr = recovery_mend(recovery, hr); /* which locks, too */
        if (SUCCEEDED(hr) || hr == (HRESULT)SCARD_E_CANCELLED || trouble_text(hr) == NULL)
            break;
    }
    return SUCCEEDED(hr) && recovery->times == before ? recovery_check(recovery) : hr;
}
