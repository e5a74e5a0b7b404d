/*
 * Activation on Linux: CoCreateInstance, CoGetClassObject and the names of classes, as objbase.h declares
 * them. On Windows the system does this and asks DllGetClassObject.
 */
#include <stdlib.h>
#include <wchar.h>

#include "module/classes.h"
#include "objects/com.h"

HRESULT CoGetClassObject(REFCLSID clsid, DWORD context, LPVOID reserved, REFIID iid, void **factory) {
    if (!factory)
        return E_POINTER;
    *factory = NULL;
    if (!clsid || !iid || reserved || !(context & CLSCTX_INPROC_SERVER))
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    return entry ? classes_factory(entry, iid, factory) : REGDB_E_CLASSNOTREG;
}

HRESULT CoCreateInstance(REFCLSID clsid, IUnknown *outer, DWORD context, REFIID iid, void **object) {
    if (!object)
        return E_POINTER;
    *object = NULL;
    if (!clsid || !iid || !(context & CLSCTX_INPROC_SERVER))
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    if (!entry)
        return REGDB_E_CLASSNOTREG;
    if (outer)
        return CLASS_E_NOAGGREGATION;
    IUnknown *made = NULL;
    HRESULT hr = entry->create(&made);
    return FAILED(hr) ? hr : com_return(made, iid, object);
}

HRESULT CLSIDFromProgID(LPCOLESTR progid, CLSID *clsid) {
    if (!clsid)
        return E_POINTER;
    *clsid = GUID_NULL;
    if (!progid)
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_progid(progid);
    if (!entry)
        return CO_E_CLASSSTRING;
    *clsid = *entry->clsid;
    return S_OK;
}

HRESULT CLSIDFromString(LPCOLESTR text, CLSID *clsid) {
    if (!clsid)
        return E_POINTER;
    *clsid = GUID_NULL;
    if (!text)
        return S_OK; /* no text is the null identifier, as everywhere in COM */
    if (*text != L'{')
        return CLSIDFromProgID(text, clsid);
    return SUCCEEDED(IIDFromString(text, clsid)) ? S_OK : CO_E_CLASSSTRING;
}

HRESULT ProgIDFromCLSID(REFCLSID clsid, LPOLESTR *progid) {
    if (!progid)
        return E_POINTER;
    *progid = NULL;
    if (!clsid)
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    if (!entry)
        return REGDB_E_CLASSNOTREG;
    size_t size = (wcslen(entry->progid) + sizeof ".1") * sizeof(OLECHAR);
    LPOLESTR text = CoTaskMemAlloc(size);
    if (!text)
        return E_OUTOFMEMORY;
    wcscpy(text, entry->progid);
    wcscat(text, L".1");
    *progid = text;
    return S_OK;
}
