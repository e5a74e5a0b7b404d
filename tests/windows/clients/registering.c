/* Registers the library by regsvr32: see registering.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>

#include <cmocka.h>

#include "mingw.h"
#include "registering.h"

#define LINE_ROOM 600
#define FINISHED_MS 60000

/* regsvr32 takes what begins with a slash for an option: the path has to have its drive. */
static BOOL full_path(wchar_t out[MAX_PATH]) {
    const wchar_t *other = _wgetenv(L"SCARDSSP_CLIENTS_DLL");
    const DWORD size = GetFullPathNameW(other ? other : L"" DLL, MAX_PATH, out, NULL);
    return size > 0 && size < MAX_PATH;
}

/*
 * Runs regsvr32 with the option and the library. Returns its exit code, or -1 when it did not end by itself.
 */
static int regsvr32(const wchar_t *option) {
    wchar_t path[MAX_PATH], line[LINE_ROOM];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    DWORD code = (DWORD)-1;
    if (!full_path(path))
        return -1;
    (void)swprintf(line, LINE_ROOM, L"regsvr32 /s %ls \"%ls\"", option, path);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process))
        return -1;
    if (WaitForSingleObject(process.hProcess, FINISHED_MS) == WAIT_OBJECT_0)
        (void)GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return (int)code;
}

static HRESULT make_card(void) {
    IUnknown *object = NULL;
    const HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_IUnknown, (void **)&object);
    if (SUCCEEDED(hr))
        object->lpVtbl->Release(object);
    return hr;
}

int registering_begin(void **state) {
    (void)state;
    if (FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED)))
        return -1;
    HRESULT hr = make_card();
    if (hr == S_OK && regsvr32(L"/u") == 0) /* a run that broke off has left it */
        hr = make_card();
    if (hr != REGDB_E_CLASSNOTREG) {
        print_error("without registration a card object is 0x%08lX\n", (unsigned long)hr);
        return -1;
    }
    const int code = regsvr32(L"");
    hr = make_card();
    if (code != 0 || hr != S_OK)
        print_error("regsvr32 ended with %d, a card object is 0x%08lX\n", code, (unsigned long)hr);
    return code == 0 && hr == S_OK ? 0 : -1;
}

int registering_end(void **state) {
    (void)state;
    CoFreeUnusedLibrariesEx(0, 0);
    const int code = regsvr32(L"/u");
    const HRESULT hr = make_card();
    if (code != 0 || hr != REGDB_E_CLASSNOTREG)
        print_error("regsvr32 /u ended with %d, a card object is 0x%08lX\n", code, (unsigned long)hr);
    CoUninitialize();
    return code == 0 && hr == REGDB_E_CLASSNOTREG ? 0 : -1;
}

void registering_expect_loaded(void) {
    wchar_t wanted[MAX_PATH], loaded[MAX_PATH];
    assert_true(full_path(wanted));
    const DWORD size = GetModuleFileNameW(GetModuleHandleW(L"scardssp.dll"), loaded, MAX_PATH);
    assert_int_in_range(size, 1, MAX_PATH - 1);
    assert_int_equal(_wcsicmp(loaded, wanted), 0);
}
