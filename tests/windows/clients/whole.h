/*
 * Somebody else's object that has one of ours as a part, and leaves everything to it: also how it is
 * marshalled, and what it says of failures. For the client programs in C that try aggregation.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_CLIENTS_WHOLE_H
#define SCARDSSP_TESTS_WINDOWS_CLIENTS_WHOLE_H

#include "mingw.h"

struct whole {
    IUnknown IUnknown_iface;
    LONG refs;
    IUnknown *part;
};

static HRESULT STDMETHODCALLTYPE whole_QueryInterface(IUnknown *iface, REFIID riid, void **out) {
    struct whole *const whole = (struct whole *)(void *)iface;
    if (!IsEqualIID(riid, &IID_IUnknown))
        return IUnknown_QueryInterface(whole->part, riid, out);
    IUnknown_AddRef(iface);
    *out = iface;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE whole_AddRef(IUnknown *iface) {
    return (ULONG)InterlockedIncrement(&((struct whole *)(void *)iface)->refs);
}

static ULONG STDMETHODCALLTYPE whole_Release(IUnknown *iface) {
    return (ULONG)InterlockedDecrement(&((struct whole *)(void *)iface)->refs);
}

static const IUnknownVtbl whole_vtbl = {
    .QueryInterface = whole_QueryInterface,
    .AddRef = whole_AddRef,
    .Release = whole_Release,
};

#endif
