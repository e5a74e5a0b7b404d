/*
 * Apartments: CoInitialize and its family (Linux only). Called by programs at the start and end of each
 * thread. All objects are free-threaded, so a thread only has its mode and its calls counted, to answer as
 * Windows does.
 */
#include "scardssp.h"

/* COINIT_DISABLE_OLE1DDE and COINIT_SPEED_OVER_MEMORY mean nothing here, but programs pass them. */
#define KNOWN_FLAGS ((DWORD)(COINIT_APARTMENTTHREADED | 0x4 | 0x8))

static _Thread_local struct {
    unsigned long count;
    DWORD mode;
} apartment;

HRESULT CoInitialize(LPVOID reserved) {
    return CoInitializeEx(reserved, COINIT_APARTMENTTHREADED);
}

HRESULT CoInitializeEx(LPVOID reserved, DWORD flags) {
    DWORD mode = flags & COINIT_APARTMENTTHREADED;
    if (reserved || (flags & ~KNOWN_FLAGS))
        return E_INVALIDARG;
    if (apartment.count && apartment.mode != mode)
        return RPC_E_CHANGED_MODE;
    apartment.mode = mode;
    return apartment.count++ ? S_FALSE : S_OK;
}

void CoUninitialize(void) {
    if (apartment.count)
        --apartment.count;
}
