/* ISupportErrorInfo of every object: see supporterrors.h. */
#include "com/supporterrors.h"

#include "base/container.h"
#include "com/identity.h"
#include "com/telling.h"

static inline struct com_identity *impl_from_ISupportErrorInfo(ISupportErrorInfo *iface) {
    return CONTAINER_OF(iface, struct com_identity, ISupportErrorInfo_iface);
}

/* riid NULL: any of them. */
static bool tells(const struct com_class *class, REFIID riid) {
    for (const struct com_interface *row = class->interfaces; row->iid; ++row)
        if ((!riid || IsEqualIID(riid, row->iid)) && telling_knows(row->iid))
            return true;
    return false;
}

bool supporterrors_has(const struct com_class *class) {
    return tells(class, NULL);
}

/* IUnknown methods */

static HRESULT STDMETHODCALLTYPE supporterrors_QueryInterface(ISupportErrorInfo *iface, REFIID riid,
                                                              void **out) {
    return IUnknown_QueryInterface(impl_from_ISupportErrorInfo(iface)->outer, riid, out);
}

static ULONG STDMETHODCALLTYPE supporterrors_AddRef(ISupportErrorInfo *iface) {
    return IUnknown_AddRef(impl_from_ISupportErrorInfo(iface)->outer);
}

static ULONG STDMETHODCALLTYPE supporterrors_Release(ISupportErrorInfo *iface) {
    return IUnknown_Release(impl_from_ISupportErrorInfo(iface)->outer);
}

/* ISupportErrorInfo methods */

/* The page knows two answers, S_OK and S_FALSE. */
static HRESULT STDMETHODCALLTYPE supporterrors_InterfaceSupportsErrorInfo(ISupportErrorInfo *iface,
                                                                          REFIID riid) {
    return riid && tells(impl_from_ISupportErrorInfo(iface)->class, riid) ? S_OK : S_FALSE;
}

const ISupportErrorInfoVtbl supporterrors_vtbl = {
    .QueryInterface = supporterrors_QueryInterface,
    .AddRef = supporterrors_AddRef,
    .Release = supporterrors_Release,
    .InterfaceSupportsErrorInfo = supporterrors_InterfaceSupportsErrorInfo,
};
