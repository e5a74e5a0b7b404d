/* The scenes of test_winscard_ends.c (winscard/played.h) for the real scardssp.dll over the winscard.dll of served.h. */
#define COBJMACROS
#include "served.h"

#include "../winscard/scenes.h"

#define TIMEOUT_MS 400
#define LONG_MS 60000
#define BLOCKED_MS 300u

static DWORD WINAPI call(void *card) {
    (void)ISCard_LockSCard((ISCard *)card);
    return 0;
}

static DWORD WINAPI wait_for_change(void *card) {
    BSTR reader = SysAllocString(SERVED_READER);
    ISCardEx *ex = NULL;
    LONG events = 0;
    if (FAILED(ISCard_QueryInterface((ISCard *)card, &IID_ISCardEx, (void **)&ex)))
        return 1;
    ISCardEx_Release(ex); /* the object is kept by whoever keeps it */
    while (ISCardEx_WaitForChange(ex, -1, reader, &events) == S_OK)
        ;
    return 0;
}

/* A card is asked for: the one there is in use by somebody alone. */
static DWORD WINAPI ask(void *unused) {
    SCARDINFO *info = NULL;
    ISCardLocate *locate = served_locate();
    (void)unused;
    return locate && FAILED(ISCardLocate_FindCard(locate, EXCLUSIVE, T1, SC_DLG_MINIMAL_UI, &info));
}

static BOOL start(LPTHREAD_START_ROUTINE routine, ISCard *card, BOOL shares) {
    if (shares)
        ISCard_AddRef(card);
    const HANDLE thread = CreateThread(NULL, 0, routine, card, 0, NULL);
    const BOOL blocked = thread && WaitForSingleObject(thread, BLOCKED_MS) == WAIT_TIMEOUT;
    if (thread)
        CloseHandle(thread);
    return blocked;
}

static BOOL set_timeout(ISCard *card, LONG ms) {
    ISCardEx *ex = NULL;
    if (FAILED(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&ex)))
        return FALSE;
    const HRESULT hr = ISCardEx_SetTimeout(ex, ms);
    ISCardEx_Release(ex);
    return SUCCEEDED(hr);
}

static BOOL set(enum played_scene scene, ISCard *card, BOOL shares) {
    if (!set_timeout(card, TIMEOUT_MS) || FAILED(ISCard_LockSCard(card)) ||
        FAILED(ISCard_UnlockSCard(card, LEAVE)))
        return FALSE;
    if ((scene == PLAYED_TURN || scene == PLAYED_CALL) && served()->begin(served_other()))
        return FALSE;
    if (scene == PLAYED_TURN && ISCard_LockSCard(card) != SCARD_E_TIMEOUT)
        return FALSE;
    if (!set_timeout(card, LONG_MS))
        return FALSE;
    switch (scene) {
    case PLAYED_CALL:
        return start(call, card, shares);
    case PLAYED_CHANGE:
        return start(wait_for_change, card, shares);
    case PLAYED_NOTICE:
        return start(ask, card, FALSE);
    default:
        return TRUE;
    }
}

__declspec(dllexport) ISCard *played_card_make(enum played_scene scene, BOOL shares);
__declspec(dllexport) ISCard *played_card_make(enum played_scene scene, BOOL shares) {
    ISCard *const card = served_card();

    return card && set(scene, card, shares) ? card : NULL;
}

__declspec(dllexport) unsigned played_contexts_open(void);
__declspec(dllexport) unsigned played_contexts_open(void) {
    return served()->contexts();
}
