/*
 * The loader's lock, as a DllMain has it: no thread begins while it is held. For the tests of what happens
 * then (Windows). Included after <cmocka.h>.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_LOADERLOCK_H
#define SCARDSSP_TESTS_SUPPORT_KITS_LOADERLOCK_H

#include <windows.h>

#include <string.h>

/* Takes it; the result is for loaderlock_give(). */
static inline ULONG_PTR loaderlock_take(void) {
    LONG(NTAPI * lock)(ULONG flags, ULONG * result, ULONG_PTR * cookie);
    const FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "LdrLockLoaderLock");
    ULONG_PTR cookie = 0;
    ULONG result = 0;
    assert_true(found != NULL);
    memcpy(&lock, &found, sizeof lock);
    assert_int_equal(lock(0, &result, &cookie), 0);
    return cookie;
}

/* Gives it back. */
static inline void loaderlock_give(ULONG_PTR cookie) {
    LONG(NTAPI * unlock)(ULONG flags, ULONG_PTR cookie);
    const FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "LdrUnlockLoaderLock");
    assert_true(found != NULL);
    memcpy(&unlock, &found, sizeof unlock);
    assert_int_equal(unlock(0, cookie), 0);
}

#endif
