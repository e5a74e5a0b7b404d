/* Type information out of the type library in this module: see typeinfo.h. */
#include "com/typeinfo.h"

/* Anything in this module. */
static const char place;

bool typeinfo_module_path(wchar_t *path, DWORD room) {
    HMODULE module = NULL;
    const DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    if (!GetModuleHandleExW(flags, (LPCWSTR)(const void *)&place, &module))
        return false;
    const DWORD length = GetModuleFileNameW(module, path, room);
    return length > 0 && length < room;
}

HRESULT typeinfo_get(REFIID itf, ITypeInfo **out) {
    wchar_t path[MAX_PATH];
    ITypeLib *library = NULL;
    if (!typeinfo_module_path(path, MAX_PATH))
        return E_UNEXPECTED;
    /* oleaut32 keeps what is loaded already, so that asking often costs little. */
    HRESULT hr = LoadTypeLibEx(path, REGKIND_NONE, &library);
    if (FAILED(hr))
        return hr;
    hr = ITypeLib_GetTypeInfoOfGuid(library, itf, out);
    ITypeLib_Release(library);
    return hr;
}
