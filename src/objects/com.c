/* QueryInterface once for all objects, and the count that DllCanUnloadNow goes by. */
#include "objects/com.h"

#include <stdatomic.h>

#include "objects/marshaler.h"

static atomic_long live_count;

HRESULT com_query(void *object, const struct com_interface *table, REFIID riid, void **out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!riid)
        return E_INVALIDARG;
    for (const struct com_interface *row = table; row->iid; ++row) {
        if (IsEqualIID(riid, row->iid) || (row == table && IsEqualIID(riid, &IID_IUnknown))) {
            IUnknown *found = (IUnknown *)(void *)((char *)object + row->offset);
            IUnknown_AddRef(found);
            *out = found;
            return S_OK;
        }
    }
#ifdef _WIN32
    if (IsEqualIID(riid, &IID_IMarshal))
        return marshaler_create((IUnknown *)(void *)((char *)object + table->offset), out);
#endif
    return E_NOINTERFACE;
}

HRESULT com_return(IUnknown *unknown, REFIID riid, void **out) {
    HRESULT hr = IUnknown_QueryInterface(unknown, riid, out);
    IUnknown_Release(unknown);
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
