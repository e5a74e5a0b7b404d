/*
 * The scenes of test_winscard_ends.c (winscard/played.h) for the real scardssp.dll over the winscard.dll of
 * served.h.
 */
#define COBJMACROS
#include "served.h"

#include "../winscard/blocked.h"
#include "../winscard/scenes.h"

#define TIMEOUT_MS 400
#define LONG_MS 60000

/* A card is asked for: the one there is in use by somebody alone. */
static DWORD WINAPI ask(void *unused) {
    SCARDINFO *info = NULL;
    ISCardLocate *locate = served_locate();
    (void)unused;
    return locate && FAILED(ISCardLocate_FindCard(locate, EXCLUSIVE, T1, SC_DLG_MINIMAL_UI, &info));
}

static BOOL set(enum played_scene scene, ISCard *card, BOOL shares) {
    if (!blocked_set_timeout(card, TIMEOUT_MS) || FAILED(ISCard_LockSCard(card)) ||
        FAILED(ISCard_UnlockSCard(card, LEAVE)))
        return FALSE;
    if ((scene == PLAYED_TURN || scene == PLAYED_CALL) && served()->begin(served_other()))
        return FALSE;
    if (scene == PLAYED_TURN && ISCard_LockSCard(card) != SCARD_E_TIMEOUT)
        return FALSE;
    if (!blocked_set_timeout(card, LONG_MS))
        return FALSE;
    switch (scene) {
    case PLAYED_CALL:
        return blocked_in_lock(card, shares);
    case PLAYED_CHANGE:
        return blocked_in_wait(card, shares, SERVED_READER);
    case PLAYED_NOTICE:
        return blocked_start(ask, NULL);
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
