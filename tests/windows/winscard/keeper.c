/* A DLL that keeps a card object in a global, as add-ins and providers do. See played.h. */
#include "played.h"

static ISCard *kept;
static BOOL tidies;

__declspec(dllexport) void keeper_keep_it(ISCard *card, BOOL tidies_up);
__declspec(dllexport) void keeper_keep_it(ISCard *card, BOOL tidies_up) {
    kept = card;
    tidies = tidies_up;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reserved;
    /* What a C++ global's destructor does. */
    if (reason != DLL_PROCESS_DETACH || !kept)
        return TRUE;
    if (tidies) {
        (void)ISCard_LockSCard(kept);
        (void)ISCard_UnlockSCard(kept, RESET);
        (void)ISCard_Detach(kept, RESET);
    }
    ISCard_Release(kept);
    kept = NULL;
    return TRUE;
}
