/*
 * The IDispatch part that every object here shares: late binding over the tables of the contract. Each object's four
 * slots forward to these; calls by number come with automation, until then objects say so.
 */
#ifndef SCARDSSP_OBJECTS_DISPATCH_H
#define SCARDSSP_OBJECTS_DISPATCH_H

#include "objects/win.h"

/* GetTypeInfoCount: *count 0, no type information is handed out. E_POINTER. */
HRESULT dispatch_type_info_count(UINT *count);

/* GetTypeInfo: E_NOTIMPL with *info NULL; E_POINTER. */
HRESULT dispatch_type_info(ITypeInfo **info);

/*
 * GetIDsOfNames of the interface `itf`: names[0] is a member's name in any case. Names of arguments are not known:
 * names after the first give DISPID_UNKNOWN and DISP_E_UNKNOWNNAME, as does a name without a member. ids: room for
 * `count`. riid: IID_NULL, else DISP_E_UNKNOWNINTERFACE. E_POINTER: ids NULL; E_INVALIDARG: no name, or a NULL one.
 */
HRESULT dispatch_ids_of_names(REFIID itf, REFIID riid, LPOLESTR *names, UINT count, DISPID *ids);

/* Invoke of the interface `itf` on `object`: E_NOTIMPL. Parameters as IDispatch::Invoke takes them. */
HRESULT dispatch_invoke(IDispatch *object, REFIID itf, DISPID dispid, REFIID riid, WORD flags,
                        DISPPARAMS *params, VARIANT *result, EXCEPINFO *info, UINT *bad_argument);

#endif
