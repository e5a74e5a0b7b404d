/* What the system asks of scardssp.dll: class factories, and whether it may go. registration.c is the other half. */
#include "module/classes.h"
#include "objects/com.h"

HRESULT WINAPI DllGetClassObject(REFCLSID clsid, REFIID iid, LPVOID *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!clsid || !iid)
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    return entry ? classes_factory(entry, iid, out) : CLASS_E_CLASSNOTAVAILABLE;
}

/* Once a resource manager is in use its threads and memory are the process's: wiring.c keeps the module loaded then. */
HRESULT WINAPI DllCanUnloadNow(void) {
    return com_count() == 0 ? S_OK : S_FALSE;
}
