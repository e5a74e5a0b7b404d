/* Identity and counting once for all objects, and the count that DllCanUnloadNow goes by. */
#include "com/com.h"

#include <stdatomic.h>

#include "com/marshaler.h"
#include "com/supporterrors.h"

static atomic_long live_count;

static inline struct com_identity *impl_from_IUnknown(IUnknown *iface) {
    return CONTAINER_OF(iface, struct com_identity, IUnknown_iface);
}

static void *object_of(struct com_identity *identity) {
    return (char *)identity - identity->class->identity;
}

/* The object's own IUnknown: the only one that answers for the object itself where it is part of another. */

static HRESULT STDMETHODCALLTYPE inner_QueryInterface(IUnknown *iface, REFIID riid, void **out) {
    struct com_identity *identity = impl_from_IUnknown(iface);
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!riid)
        return E_INVALIDARG;
    if (IsEqualIID(riid, &IID_IUnknown)) {
        IUnknown_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    for (const struct com_interface *row = identity->class->interfaces; row->iid; ++row)
        if (IsEqualIID(riid, row->iid)) {
            /* Interfaces count with whoever answers for the identity: a reference to one keeps the whole. */
            IUnknown_AddRef(identity->outer);
            *out = (char *)object_of(identity) + row->offset;
            return S_OK;
        }
#ifdef _WIN32
    if (IsEqualIID(riid, &IID_ISupportErrorInfo) && supporterrors_has(identity->class)) {
        IUnknown_AddRef(identity->outer);
        *out = &identity->ISupportErrorInfo_iface;
        return S_OK;
    }
    if (IsEqualIID(riid, &IID_IMarshal))
        return marshaler_create(identity->outer, out);
#endif
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE inner_AddRef(IUnknown *iface) {
    return refcount_take(&impl_from_IUnknown(iface)->refs);
}

static ULONG STDMETHODCALLTYPE inner_Release(IUnknown *iface) {
    struct com_identity *identity = impl_from_IUnknown(iface);
    const ULONG left = refcount_drop(&identity->refs);
    if (!left) {
        identity->class->destroy(object_of(identity));
        com_gone();
    }
    return left;
}

static const IUnknownVtbl inner_vtbl = {
    .QueryInterface = inner_QueryInterface,
    .AddRef = inner_AddRef,
    .Release = inner_Release,
};

void com_init(struct com_identity *identity, const struct com_class *class) {
    identity->IUnknown_iface.lpVtbl = &inner_vtbl;
#ifdef _WIN32
    identity->ISupportErrorInfo_iface.lpVtbl = &supporterrors_vtbl;
#endif
    identity->outer = &identity->IUnknown_iface;
    identity->class = class;
    refcount_init(&identity->refs);
    com_alive();
}

HRESULT com_query(const struct com_identity *identity, REFIID riid, void **out) {
    return IUnknown_QueryInterface(identity->outer, riid, out);
}

ULONG com_take(const struct com_identity *identity) {
    return IUnknown_AddRef(identity->outer);
}

ULONG com_give(const struct com_identity *identity) {
    return IUnknown_Release(identity->outer);
}

HRESULT com_return(IUnknown *unknown, REFIID riid, void **out) {
    HRESULT hr = IUnknown_QueryInterface(unknown, riid, out);
    IUnknown_Release(unknown);
    return hr;
}

HRESULT com_join(IUnknown *unknown, IUnknown *outer, void **out) {
    void *inner = NULL;
    const HRESULT hr = com_return(unknown, &IID_IUnknown, &inner);
    if (SUCCEEDED(hr))
        impl_from_IUnknown(inner)->outer = outer;
    *out = inner;
    return hr;
}

void com_alive(void) {
    atomic_fetch_add_explicit(&live_count, 1, memory_order_relaxed);
}

void com_gone(void) {
    atomic_fetch_sub_explicit(&live_count, 1, memory_order_release);
}

long com_count(void) {
    return atomic_load_explicit(&live_count, memory_order_acquire);
}
