/* See played.h. */
#include "played.h"

#include "blocked.h"
#include "client/notice.h"
#include "objects/card.h"
#include "support/fakes/winscard.h"

#define TIMEOUT_MS 400u
#define LONG_MS 60000

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

static BOOL set(enum played_scene scene, ISCard *card, BOOL shares) {
    if (scene == PLAYED_TURN || scene == PLAYED_CALL)
        hold();
    if (scene == PLAYED_TURN && ISCard_LockSCard(card) != SCARD_E_TIMEOUT)
        return FALSE;
    if (!blocked_set_timeout(card, LONG_MS))
        return FALSE;
    switch (scene) {
    case PLAYED_CALL:
        return blocked_in_lock(card, shares);
    case PLAYED_CHANGE:
        return blocked_in_wait(card, shares, FAKE_READER_WIDE);
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
