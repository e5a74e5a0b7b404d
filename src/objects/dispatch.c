/* IDispatch for all objects, by the tables that are made from the IDL. Called by the objects' own IDispatch slots. */
#include "objects/dispatch.h"

#include "objects/contract.h"

HRESULT dispatch_type_info_count(UINT *count) {
    if (!count)
        return E_POINTER;
    *count = 0;
    return S_OK;
}

HRESULT dispatch_type_info(ITypeInfo **info) {
    if (!info)
        return E_POINTER;
    *info = NULL;
    return E_NOTIMPL;
}

HRESULT dispatch_ids_of_names(REFIID itf, REFIID riid, LPOLESTR *names, UINT count, DISPID *ids) {
    if (!ids)
        return E_POINTER;
    for (UINT i = 0; i < count; ++i)
        ids[i] = DISPID_UNKNOWN;
    if (!riid || !IsEqualIID(riid, &IID_NULL))
        return DISP_E_UNKNOWNINTERFACE;
    const struct contract_interface *contract = contract_by_iid(itf);
    if (!contract || !names || !count || !names[0])
        return E_INVALIDARG;
    const struct contract_member *member = contract_member_by_name(contract, names[0]);
    if (!member)
        return DISP_E_UNKNOWNNAME;
    ids[0] = member->dispid;
    return count == 1 ? S_OK : DISP_E_UNKNOWNNAME;
}

HRESULT dispatch_invoke(IDispatch *object, REFIID itf, DISPID dispid, REFIID riid, WORD flags,
                        DISPPARAMS *params, VARIANT *result, EXCEPINFO *info, UINT *bad_argument) {
    (void)object, (void)itf, (void)dispid, (void)riid, (void)flags, (void)params, (void)result, (void)info;
    (void)bad_argument;
    return E_NOTIMPL;
}
