/* See ending.h. */
#include "base/windows/ending.h"

#include <windows.h>

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

/* The function, looked up once: 0 before that. A system without it tells nothing. */
static BOOLEAN WINAPI nobody_knows(void) {
    return FALSE;
}

bool ending_has_begun(void) {
    static _Atomic uintptr_t known;
    BOOLEAN(WINAPI * shutdown_in_progress)(void) = nobody_knows;
    uintptr_t address = atomic_load_explicit(&known, memory_order_relaxed);

    if (!address) {
        const HMODULE system = GetModuleHandleW(L"ntdll.dll");
        const FARPROC found = system ? GetProcAddress(system, "RtlDllShutdownInProgress") : NULL;
        if (found)
            memcpy(&shutdown_in_progress, &found, sizeof found);
        memcpy(&address, &shutdown_in_progress, sizeof address);
        atomic_store_explicit(&known, address, memory_order_relaxed);
    }
    memcpy(&shutdown_in_progress, &address, sizeof address);
    return shutdown_in_progress();
}
