/* See played.h. */
#include "played.h"

#include "objects/card.h"
#include "support/fake_winscard.h"

#define TIMEOUT_MS 400u

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

__declspec(dllexport) ISCard *played_card_make(BOOL waits);
__declspec(dllexport) ISCard *played_card_make(BOOL waits) {
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
    if (waits) {
        hold();
        if (ISCard_LockSCard(card) != SCARD_E_TIMEOUT)
            return NULL;
    }
    return card;
}

__declspec(dllexport) unsigned played_contexts_open(void);
__declspec(dllexport) unsigned played_contexts_open(void) {
    return fake_winscard_contexts();
}
