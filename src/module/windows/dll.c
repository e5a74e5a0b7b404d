/*
 * What the system asks of scardssp.dll: class factories, whether it may go, and that it registers itself. All
 * its exports.
 */
#include <olectl.h>

#include "com/com.h"
#include "com/typeinfo.h"
#include "compat/memstream.h"
#include "module/classes.h"
#include "module/preparation.h"
#include "module/windows/proxy.h"
#include "module/windows/registration.h"

HRESULT WINAPI DllGetClassObject(REFCLSID clsid, REFIID iid, LPVOID *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!clsid || !iid)
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    if (entry) {
        const HRESULT hr = preparation_for(clsid);
        return SUCCEEDED(hr) ? classes_factory(entry, iid, out) : hr;
    }
    return IsEqualCLSID(clsid, &proxy_clsid) ? proxy_class_object(iid, out) : CLASS_E_CLASSNOTAVAILABLE;
}

/*
 * Once a resource manager is in use its threads and memory are the process's: manager.c keeps the module
 * loaded then.
 */
HRESULT WINAPI DllCanUnloadNow(void) {
    return com_count() == 0 && memstream_count() == 0 && proxy_idle() ? S_OK : S_FALSE;
}

/* This module; false: its path is too long. */
static bool find_self(wchar_t path[MAX_PATH], struct registration *out) {
    *out = (struct registration){.path = path, .wide = sizeof(void *) == 8};
    return typeinfo_module_path(path, MAX_PATH);
}

/*
 * For everybody, or where that is not allowed for this user alone: programs that run as administrator then do
 * not see it.
 */
HRESULT WINAPI DllRegisterServer(void) {
    wchar_t path[MAX_PATH];
    struct registration self;
    return find_self(path, &self) ? registration_add(&self) : HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
}

HRESULT WINAPI DllUnregisterServer(void) {
    wchar_t path[MAX_PATH];
    struct registration self;
    return find_self(path, &self) ? registration_remove(&self)
                                  : HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
}
