/* Libraries of the system's, loaded at run time on Windows: see library.h. */
#include "base/library.h"

#include <windows.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/utf.h"

/*
 * How the system looks for the libraries that a library needs: in its own folder alone. Windows 7 without its
 * update KB2533623 does not know that way, and would refuse the flag; it came with AddDllDirectory. There
 * they come from the folder of the library, which is the system's, before any other.
 */
static DWORD search_flags(void) {
    HMODULE const kernel = GetModuleHandleW(L"kernel32.dll");
    return kernel && GetProcAddress(kernel, "AddDllDirectory") ? LOAD_LIBRARY_SEARCH_SYSTEM32
                                                               : LOAD_WITH_ALTERED_SEARCH_PATH;
}

/*
 * By its full path: a file of that name beside a program, or one that is loaded already, is not the system's.
 */
static HMODULE load(const char *library) {
    wchar_t path[MAX_PATH];
    const UINT length = GetSystemDirectoryW(path, MAX_PATH);
    wchar_t *name = utf8_to_wide(library, NULL);
    HMODULE module = NULL;
    if (name && length && wcspbrk(name, L"\\/:") == NULL && length + 1 + wcslen(name) < MAX_PATH) {
        path[length] = L'\\';
        wcscpy(path + length + 1, name);
        module = LoadLibraryExW(path, NULL, search_flags());
    }
    free(name);
    return module;
}

bool library_system_is_wine(void) {
    HMODULE const kernel = GetModuleHandleW(L"ntdll.dll");
    return kernel && GetProcAddress(kernel, "wine_get_version") != NULL;
}

bool library_open(const char *library, const struct library_symbol *symbols, size_t count, void *table) {
    HMODULE const module = load(library);
    if (!module)
        return false;
    for (size_t i = 0; i < count; i++) {
        const FARPROC function = GetProcAddress(module, symbols[i].name);
        if (!function) {
            FreeLibrary(module);
            return false;
        }
        memcpy((char *)table + symbols[i].offset, &function, sizeof function);
    }
    return true;
}

void library_keep(const void *inside) {
    HMODULE module = NULL;
    (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                             (LPCWSTR)inside, &module);
}
