/*
 * Makes objects in programs that this library is linked into: its own classes without a look at the registry,
 * others as the system does. Part of scard.exe and of the tests; the DLL leaves activation to the system.
 */
#include "module/classes.h"
#include "module/preparation.h"

#ifdef SCARDSSP_STATIC
#undef CoCreateInstance
#undef CLSIDFromProgID

HRESULT scardssp_CoCreateInstance(REFCLSID clsid, IUnknown *outer, DWORD context, REFIID iid, void **object) {
    const struct class_entry *entry = clsid ? classes_by_clsid(clsid) : NULL;
    IClassFactory *factory = NULL;
    if (!entry || !(context & CLSCTX_INPROC_SERVER))
        return CoCreateInstance(clsid, outer, context, iid, object);
    HRESULT hr = preparation_for(clsid);
    if (SUCCEEDED(hr))
        hr = classes_factory(entry, &IID_IClassFactory, (void **)&factory);
    if (FAILED(hr))
        return hr;
    hr = IClassFactory_CreateInstance(factory, outer, iid, object);
    IClassFactory_Release(factory);
    return hr;
}

HRESULT scardssp_CLSIDFromProgID(LPCOLESTR progid, CLSID *clsid) {
    const struct class_entry *entry = progid ? classes_by_progid(progid) : NULL;
    if (!entry || !clsid)
        return CLSIDFromProgID(progid, clsid);
    *clsid = *entry->clsid;
    return S_OK;
}
#endif
