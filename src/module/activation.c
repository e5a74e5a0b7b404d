/*
 * Activation on Linux: CoCreateInstance, CoGetClassObject and the names of classes, as objbase.h declares
 * them. On Windows the system does this and asks DllGetClassObject.
 */
#include <stdlib.h>
#include <wchar.h>

#include "base/utf.h"
#include "module/classes.h"
#include "module/preparation.h"
#include "module/providers/providers.h"

HRESULT CoGetClassObject(REFCLSID clsid, DWORD context, LPVOID reserved, REFIID iid, void **factory) {
    if (!factory)
        return E_POINTER;
    *factory = NULL;
    if (!clsid || !iid || reserved || !(context & CLSCTX_INPROC_SERVER))
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    if (!entry)
        return providers_factory(clsid, iid, factory);
    const HRESULT hr = preparation_for(clsid);
    return SUCCEEDED(hr) ? classes_factory(entry, iid, factory) : hr;
}

/* An object of a class that another shared object brings along. Aggregation is its own business. */
static HRESULT create_foreign(REFCLSID clsid, IUnknown *outer, REFIID iid, void **object) {
    IClassFactory *factory = NULL;
    HRESULT hr = providers_factory(clsid, &IID_IClassFactory, (void **)&factory);
    if (FAILED(hr))
        return hr;
    void *made = NULL;
    hr = IClassFactory_CreateInstance(factory, outer, iid, &made);
    IClassFactory_Release(factory);
    if (FAILED(hr))
        return hr;
    *object = made;
    return made ? S_OK : E_UNEXPECTED;
}

HRESULT CoCreateInstance(REFCLSID clsid, IUnknown *outer, DWORD context, REFIID iid, void **object) {
    if (!object)
        return E_POINTER;
    *object = NULL;
    if (!clsid || !iid || !(context & CLSCTX_INPROC_SERVER))
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    if (!entry)
        return create_foreign(clsid, outer, iid, object);
    const HRESULT hr = preparation_for(clsid);
    return SUCCEEDED(hr) ? classes_create(entry, outer, iid, object) : hr;
}

HRESULT CLSIDFromProgID(LPCOLESTR progid, CLSID *clsid) {
    if (!clsid)
        return E_POINTER;
    *clsid = GUID_NULL;
    if (!progid)
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_progid(progid);
    if (!entry)
        return providers_clsid(progid, clsid);
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

/* Two texts as one, in task memory. */
static HRESULT return_text(const wchar_t *front, const wchar_t *back, LPOLESTR *out) {
    LPOLESTR text = CoTaskMemAlloc((wcslen(front) + wcslen(back) + 1) * sizeof(OLECHAR));
    if (!text)
        return E_OUTOFMEMORY;
    wcscpy(text, front);
    wcscat(text, back);
    *out = text;
    return S_OK;
}

HRESULT ProgIDFromCLSID(REFCLSID clsid, LPOLESTR *progid) {
    char name[PROVIDERFILE_PROGID_SIZE];
    if (!progid)
        return E_POINTER;
    *progid = NULL;
    if (!clsid)
        return E_INVALIDARG;
    const struct class_entry *entry = classes_by_clsid(clsid);
    if (entry)
        return return_text(entry->progid, L".1", progid);
    HRESULT hr = providers_progid(clsid, name);
    if (FAILED(hr))
        return hr;
    wchar_t *wide = utf8_to_wide(name, NULL);
    hr = wide ? return_text(wide, L"", progid) : E_OUTOFMEMORY;
    free(wide);
    return hr;
}
