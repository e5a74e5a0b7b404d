/*
 * The IDispatch part that every object here shares: late binding over the tables of the contract. Each
 * object's four slots, which object.inc makes, forward to these.
 */
#ifndef SCARDSSP_COM_DISPATCH_H
#define SCARDSSP_COM_DISPATCH_H

#include "com/argument.h"
#include "com/win.h"

/* Whose members are called by name. */
struct dispatch_target {
    IDispatch *object;           /* has the vtable of `iid` */
    const IID *iid;              /* an interface of the contract */
    argument_buffer make_buffer; /* for bytes that are passed where the object reads a byte buffer */
};

/* GetTypeInfoCount: 1 where there are type libraries (Windows), else 0. E_POINTER. */
HRESULT dispatch_type_info_count(UINT *count);

/*
 * GetTypeInfo: what the type library says of the interface `itf`; index: 0, else DISP_E_BADINDEX. E_NOTIMPL
 * with *info NULL where there are no type libraries; codes of LoadTypeLib; E_POINTER.
 */
HRESULT dispatch_type_info(REFIID itf, UINT index, ITypeInfo **info);

/*
 * GetIDsOfNames of the interface `itf`: names[0] is a member's name in any case, the others are names of its
 * parameters, whose numbers count from 0. What is not known gives DISPID_UNKNOWN and DISP_E_UNKNOWNNAME; the
 * parameters of properties have no names. ids: room for `count`. riid: IID_NULL, else
 * DISP_E_UNKNOWNINTERFACE. E_POINTER: ids NULL; E_INVALIDARG: no name, or a NULL one first.
 */
HRESULT dispatch_ids_of_names(REFIID itf, REFIID riid, LPOLESTR *names, UINT count, DISPID *ids);

/*
 * Invoke of the target's interface; parameters as IDispatch::Invoke takes them, argument.h says what stands
 * for what. Parameters with a default may be left out, or passed as VT_ERROR with DISP_E_PARAMNOTFOUND. What
 * comes out of the call goes to arguments by reference (VT_BYREF with a type, or with VT_VARIANT, which takes
 * anything), a [retval] to *result; what is passed by value gets nothing back. An object that is passed for
 * an [in, out] parameter stays the same object with the same count.
 *
 * Codes before the call, when nothing has happened:
 *   DISP_E_UNKNOWNINTERFACE   riid is not IID_NULL
 *   E_INVALIDARG              params or an array in them is NULL or not sound; two arguments for one
 *                             parameter
 *   DISP_E_MEMBERNOTFOUND     no member has this number, or none with these flags
 *   DISP_E_BADPARAMCOUNT      too many arguments, or too few
 *   DISP_E_PARAMNOTFOUND      no parameter has this number; a put without DISPID_PROPERTYPUT
 *   DISP_E_NONAMEDARGS        arguments by name for a property
 *   DISP_E_PARAMNOTOPTIONAL   a parameter without a default is passed as missing
 *   DISP_E_TYPEMISMATCH       the argument cannot become the parameter, or is by value where something has to
 *                             come out
 *   DISP_E_OVERFLOW           a number that the parameter does not hold
 *   DISP_E_BADVARTYPE         a type that automation does not know, or a parameter that has no form in it
 *   E_OUTOFMEMORY
 * Codes of the call:
 *   DISP_E_EXCEPTION          the method failed: info (may be NULL) has the code in scode and advice in
 *                             bstrDescription; stored were only numbers that go in and come out, as
 *                             who calls through the vtable sees them
 * Codes after it, when what came out could not be stored:
 *   DISP_E_OVERFLOW, DISP_E_TYPEMISMATCH, DISP_E_ARRAYISLOCKED, E_OUTOFMEMORY, E_UNEXPECTED
 *
 * *bad_argument (may be NULL): the index in rgvarg of the argument that is to blame; untouched where none is.
 */
HRESULT dispatch_invoke(const struct dispatch_target *target, DISPID dispid, REFIID riid, WORD flags,
                        DISPPARAMS *params, VARIANT *result, EXCEPINFO *info, UINT *bad_argument);

/* The first slots of an object's vtable: the methods that object.inc has made. */
#define DISPATCH_SLOTS(object)                                                                               \
    .QueryInterface = object##_QueryInterface, .AddRef = object##_AddRef, .Release = object##_Release,       \
    .GetTypeInfoCount = object##_GetTypeInfoCount, .GetTypeInfo = object##_GetTypeInfo,                      \
    .GetIDsOfNames = object##_GetIDsOfNames, .Invoke = object##_Invoke

#endif
