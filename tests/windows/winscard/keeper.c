/* A DLL that keeps a card object in a global, as add-ins and providers do. See played.h. */
#include "played.h"

static ISCard *kept;

__declspec(dllexport) void keeper_keep_it(ISCard *card);
__declspec(dllexport) void keeper_keep_it(ISCard *card) {
    kept = card;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reserved;
    /* What a C++ global's destructor does. */
    if (reason == DLL_PROCESS_DETACH && kept) {
        ISCard_Release(kept);
        kept = NULL;
    }
    return TRUE;
}
