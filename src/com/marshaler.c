/* IMarshal of every object: see marshaler.h. */
#include "com/marshaler.h"

#include <stdlib.h>

#include "base/container.h"
#include "base/refcount.h"

struct marshaler {
    IMarshal IMarshal_iface;
    struct refcount refs;
    IUnknown *outer;
    IMarshal *free_threaded;
};

static inline struct marshaler *impl_from_IMarshal(IMarshal *iface) {
    return CONTAINER_OF(iface, struct marshaler, IMarshal_iface);
}

/* IUnknown methods: the identity is the outer object's. */

static HRESULT STDMETHODCALLTYPE marshaler_QueryInterface(IMarshal *iface, REFIID riid, void **out) {
    return IUnknown_QueryInterface(impl_from_IMarshal(iface)->outer, riid, out);
}

static ULONG STDMETHODCALLTYPE marshaler_AddRef(IMarshal *iface) {
    return refcount_take(&impl_from_IMarshal(iface)->refs);
}

static ULONG STDMETHODCALLTYPE marshaler_Release(IMarshal *iface) {
    struct marshaler *marshaler = impl_from_IMarshal(iface);
    uint32_t left = refcount_drop(&marshaler->refs);
    if (!left) {
        IMarshal_Release(marshaler->free_threaded);
        IUnknown_Release(marshaler->outer);
        free(marshaler);
    }
    return left;
}

/* IMarshal methods */

static HRESULT STDMETHODCALLTYPE marshaler_GetUnmarshalClass(IMarshal *iface, REFIID riid, void *object,
                                                             DWORD where, void *target, DWORD flags,
                                                             CLSID *clsid) {
    return IMarshal_GetUnmarshalClass(impl_from_IMarshal(iface)->free_threaded, riid, object, where, target,
                                      flags, clsid);
}

static HRESULT STDMETHODCALLTYPE marshaler_GetMarshalSizeMax(IMarshal *iface, REFIID riid, void *object,
                                                             DWORD where, void *target, DWORD flags,
                                                             DWORD *size) {
    return IMarshal_GetMarshalSizeMax(impl_from_IMarshal(iface)->free_threaded, riid, object, where, target,
                                      flags, size);
}

static HRESULT STDMETHODCALLTYPE marshaler_MarshalInterface(IMarshal *iface, IStream *stream, REFIID riid,
                                                            void *object, DWORD where, void *target,
                                                            DWORD flags) {
    return IMarshal_MarshalInterface(impl_from_IMarshal(iface)->free_threaded, stream, riid, object, where,
                                     target, flags);
}

static HRESULT STDMETHODCALLTYPE marshaler_UnmarshalInterface(IMarshal *iface, IStream *stream, REFIID riid,
                                                              void **out) {
    return IMarshal_UnmarshalInterface(impl_from_IMarshal(iface)->free_threaded, stream, riid, out);
}

static HRESULT STDMETHODCALLTYPE marshaler_ReleaseMarshalData(IMarshal *iface, IStream *stream) {
    return IMarshal_ReleaseMarshalData(impl_from_IMarshal(iface)->free_threaded, stream);
}

static HRESULT STDMETHODCALLTYPE marshaler_DisconnectObject(IMarshal *iface, DWORD reserved) {
    return IMarshal_DisconnectObject(impl_from_IMarshal(iface)->free_threaded, reserved);
}

static const IMarshalVtbl marshaler_vtbl = {
    .QueryInterface = marshaler_QueryInterface,
    .AddRef = marshaler_AddRef,
    .Release = marshaler_Release,
    .GetUnmarshalClass = marshaler_GetUnmarshalClass,
    .GetMarshalSizeMax = marshaler_GetMarshalSizeMax,
    .MarshalInterface = marshaler_MarshalInterface,
    .UnmarshalInterface = marshaler_UnmarshalInterface,
    .ReleaseMarshalData = marshaler_ReleaseMarshalData,
    .DisconnectObject = marshaler_DisconnectObject,
};

HRESULT marshaler_create(IUnknown *outer, void **out) {
    IUnknown *inner = NULL;
    struct marshaler *marshaler = calloc(1, sizeof *marshaler);
    if (!marshaler)
        return E_OUTOFMEMORY;
    HRESULT hr = CoCreateFreeThreadedMarshaler(NULL, &inner);
    if (SUCCEEDED(hr)) {
        hr = IUnknown_QueryInterface(inner, &IID_IMarshal, (void **)&marshaler->free_threaded);
        IUnknown_Release(inner);
    }
    if (FAILED(hr)) {
        free(marshaler);
        return hr;
    }
    marshaler->IMarshal_iface.lpVtbl = &marshaler_vtbl;
    refcount_init(&marshaler->refs);
    marshaler->outer = outer;
    IUnknown_AddRef(outer);
    *out = &marshaler->IMarshal_iface;
    return S_OK;
}
