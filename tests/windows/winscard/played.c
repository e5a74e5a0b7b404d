/* See played.h. */
#include "played.h"

#include "client/notice.h"
#include "objects/card.h"
#include "support/fakes/winscard.h"

#define TIMEOUT_MS 400u
#define LONG_MS 60000
#define BLOCKED_MS 200u /* after which a thread is taken to be in its call */

/* Never unloaded: the thread of a line may outlive whoever used it. */
static void stay(void) {
    HMODULE module = NULL;
    (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                             (LPCWSTR)(const void *)&stay, &module);
}

/* Another program that holds the card for ever. */
static void hold(void) {
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    (void)fake_winscard_api.establish_context(SCARD_SCOPE_USER, NULL, NULL, &context);
    (void)fake_winscard_api.connect(context, FAKE_READER_WIDE, SCARD_SHARE_SHARED, RM_PROTOCOL_T1, &card,
                                    &protocol);
    (void)fake_winscard_api.begin_transaction(card);
}

/* The other thread's calls */

static DWORD WINAPI call(void *card) {
    (void)ISCard_LockSCard((ISCard *)card);
    return 0;
}

static DWORD WINAPI wait_for_change(void *card) {
    static wchar_t reader[] = FAKE_READER_WIDE;
    ISCardEx *ex = NULL;
    LONG events = 0;
    if (FAILED(ISCard_QueryInterface((ISCard *)card, &IID_ISCardEx, (void **)&ex)))
        return 1;
    ISCardEx_Release(ex); /* the object is kept by whoever keeps it */
    while (ISCardEx_WaitForChange(ex, -1, reader, &events) == S_OK)
        ;
    return 0;
}

static BOOL start(LPTHREAD_START_ROUTINE routine, ISCard *card, BOOL shares) {
    if (shares)
        ISCard_AddRef(card);
    const HANDLE thread = CreateThread(NULL, 0, routine, card, 0, NULL);
    if (!thread)
        return FALSE;
    const BOOL blocked = WaitForSingleObject(thread, BLOCKED_MS) == WAIT_TIMEOUT;
    CloseHandle(thread);
    return blocked;
}

static BOOL set(enum played_scene scene, ISCard *card, BOOL shares) {
    if (scene == PLAYED_TURN || scene == PLAYED_CALL)
        hold();
    if (scene == PLAYED_TURN && ISCard_LockSCard(card) != SCARD_E_TIMEOUT)
        return FALSE;
    ISCardEx *ex = NULL;
    if (FAILED(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&ex)))
        return FALSE;
    const HRESULT hr = ISCardEx_SetTimeout(ex, LONG_MS);
    ISCardEx_Release(ex);
    if (FAILED(hr))
        return FALSE;
    switch (scene) {
    case PLAYED_CALL:
        return start(call, card, shares);
    case PLAYED_CHANGE:
        return start(wait_for_change, card, shares);
    case PLAYED_NOTICE:
        return notice_show("title", "text", LONG_MS) != NULL;
    default:
        return TRUE;
    }
}

__declspec(dllexport) ISCard *played_card_make(enum played_scene scene, BOOL shares);
__declspec(dllexport) ISCard *played_card_make(enum played_scene scene, BOOL shares) {
    struct rm_service *service = NULL;
    ISCard *card = NULL;
    BSTR reader = SysAllocString(FAKE_READER_WIDE);

    stay();
    if (!fake_winscard_open() || winscard_service_create_with(&fake_winscard_api, &service) != RM_OK ||
        FAILED(card_create(service, TIMEOUT_MS, &card)))
        return NULL;
    if (FAILED(ISCard_AttachByReader(card, reader, SHARED, T1)) || FAILED(ISCard_LockSCard(card)) ||
        FAILED(ISCard_UnlockSCard(card, LEAVE)))
        return NULL;
    SysFreeString(reader);
    return set(scene, card, shares) ? card : NULL;
}

__declspec(dllexport) unsigned played_contexts_open(void);
__declspec(dllexport) unsigned played_contexts_open(void) {
    return fake_winscard_contexts();
}
