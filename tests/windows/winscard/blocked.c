/* Threads that are blocked in a call: see blocked.h. */
#include "blocked.h"

#define BLOCKED_MS 300u

static BSTR awaited;

BOOL blocked_start(LPTHREAD_START_ROUTINE routine, void *argument) {
    const HANDLE thread = CreateThread(NULL, 0, routine, argument, 0, NULL);
    if (!thread)
        return FALSE;
    const BOOL blocked = WaitForSingleObject(thread, BLOCKED_MS) == WAIT_TIMEOUT;
    CloseHandle(thread);
    return blocked;
}

static DWORD WINAPI lock(void *card) {
    (void)ISCard_LockSCard((ISCard *)card);
    return 0;
}

BOOL blocked_in_lock(ISCard *card, BOOL shares) {
    if (shares)
        ISCard_AddRef(card);
    return blocked_start(lock, card);
}

static DWORD WINAPI wait_for_change(void *card) {
    ISCardEx *ex = NULL;
    LONG events = 0;
    if (FAILED(ISCard_QueryInterface((ISCard *)card, &IID_ISCardEx, (void **)&ex)))
        return 1;
    ISCardEx_Release(ex); /* the object is kept by whoever keeps it */
    while (ISCardEx_WaitForChange(ex, -1, awaited, &events) == S_OK)
        ;
    return 0;
}

BOOL blocked_in_wait(ISCard *card, BOOL shares, const wchar_t *reader) {
    awaited = SysAllocString(reader);
    if (shares)
        ISCard_AddRef(card);
    return blocked_start(wait_for_change, card);
}

BOOL blocked_set_timeout(ISCard *card, LONG ms) {
    ISCardEx *ex = NULL;
    if (FAILED(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&ex)))
        return FALSE;
    const HRESULT hr = ISCardEx_SetTimeout(ex, ms);
    ISCardEx_Release(ex);
    return SUCCEEDED(hr);
}
