/* The object of somebody else's that tests put into variants and arrays. */
#include "support/fakes/foreign_object.h"

#include "base/container.h"

static struct foreign_object *impl_from_IDispatch(IDispatch *iface) {
    return CONTAINER_OF(iface, struct foreign_object, IDispatch_iface);
}

static HRESULT STDMETHODCALLTYPE object_QueryInterface(IDispatch *iface, REFIID riid, void **out) {
    struct foreign_object *object = impl_from_IDispatch(iface);
    *out = NULL;
    if (FAILED(object->query))
        return object->query;
    if (!IsEqualIID(riid, &IID_IUnknown) && (object->plain || !IsEqualIID(riid, &IID_IDispatch)))
        return E_NOINTERFACE;
    ++object->refs;
    *out = iface;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE object_AddRef(IDispatch *iface) {
    return ++impl_from_IDispatch(iface)->refs;
}

static ULONG STDMETHODCALLTYPE object_Release(IDispatch *iface) {
    return --impl_from_IDispatch(iface)->refs;
}

static HRESULT STDMETHODCALLTYPE object_GetTypeInfoCount(IDispatch *iface, UINT *count) {
    (void)iface;
    *count = 0;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE object_GetTypeInfo(IDispatch *iface, UINT index, LCID locale,
                                                    ITypeInfo **info) {
    (void)iface, (void)index, (void)locale, (void)info;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE object_GetIDsOfNames(IDispatch *iface, REFIID riid, LPOLESTR *names,
                                                      UINT count, LCID locale, DISPID *ids) {
    (void)iface, (void)riid, (void)names, (void)count, (void)locale, (void)ids;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE object_Invoke(IDispatch *iface, DISPID dispid, REFIID riid, LCID locale,
                                               WORD flags, DISPPARAMS *params, VARIANT *result,
                                               EXCEPINFO *info, UINT *bad) {
    struct foreign_object *object = impl_from_IDispatch(iface);
    (void)info, (void)bad;
    if (dispid != DISPID_VALUE || !IsEqualIID(riid, &IID_NULL) || flags != DISPATCH_PROPERTYGET ||
        params->cArgs)
        return DISP_E_MEMBERNOTFOUND;
    ++object->asked;
    object->locale = locale;
    if (FAILED(object->result))
        return object->result;
    return VariantCopy(result, &object->value);
}

static const IDispatchVtbl object_vtbl = {
    .QueryInterface = object_QueryInterface,
    .AddRef = object_AddRef,
    .Release = object_Release,
    .GetTypeInfoCount = object_GetTypeInfoCount,
    .GetTypeInfo = object_GetTypeInfo,
    .GetIDsOfNames = object_GetIDsOfNames,
    .Invoke = object_Invoke,
};

void foreign_object_init(struct foreign_object *object) {
    memset(object, 0, sizeof *object);
    object->IDispatch_iface.lpVtbl = &object_vtbl;
    object->refs = 1;
}
