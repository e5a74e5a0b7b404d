/*
 * A call through a vtable (see vtablecall.h), by oleaut32, which knows how Windows passes arguments. Called
 * by dispatch.c.
 */
#include "com/vtablecall.h"

#include <string.h>

/* The automation type that is passed like this parameter; VT_EMPTY: it is not passed by value. */
static VARTYPE type_of(const struct contract_parameter *parameter) {
    if (parameter->flags & CONTRACT_POINTER)
        return VT_PTR;
    switch (parameter->type) {
    case CONTRACT_BYTE:
        return VT_UI1;
    case CONTRACT_WORD:
        return VT_UI2;
    case CONTRACT_LONG:
    case CONTRACT_ENUM:
        return VT_I4;
    case CONTRACT_DWORD:
    case CONTRACT_UINT:
        return VT_UI4;
    case CONTRACT_BOOL:
        return VT_BOOL;
    case CONTRACT_LARGE:
    case CONTRACT_STATSTRUCT:
    case CONTRACT_VARIANT:
        return VT_EMPTY;
    default: /* handles and pointers */
        return VT_PTR;
    }
}

/* How many bytes of the value are passed. */
static size_t size_of(VARTYPE type) {
    switch (type) {
    case VT_UI1:
        return 1;
    case VT_UI2:
    case VT_BOOL:
        return 2;
    case VT_I4:
    case VT_UI4:
        return 4;
    default:
        return sizeof(void *);
    }
}

HRESULT vtablecall(void *object, unsigned slot, struct argument *arguments, size_t count, HRESULT *out) {
    VARTYPE types[CONTRACT_PARAMETERS_MAX];
    VARIANTARG values[CONTRACT_PARAMETERS_MAX];
    VARIANTARG *addresses[CONTRACT_PARAMETERS_MAX];
    VARIANT result;
    for (size_t i = 0; i < count; ++i) {
        const bool by_address = arguments[i].parameter->flags & CONTRACT_POINTER;
        const void *from = by_address ? (const void *)&arguments[i].address : &arguments[i].value;
        types[i] = type_of(arguments[i].parameter);
        if (types[i] == VT_EMPTY)
            return E_UNEXPECTED;
        memset(&values[i], 0, sizeof values[i]);
        V_VT(&values[i]) = types[i];
        memcpy(&V_BYREF(&values[i]), from, size_of(types[i])); /* all members of a VARIANT lie in one place */
        addresses[i] = &values[i];
    }
    VariantInit(&result);
    const HRESULT hr = DispCallFunc(object, slot * sizeof(void *), CC_STDCALL, VT_ERROR, (UINT)count, types,
                                    addresses, &result);
    if (FAILED(hr))
        return hr;
    *out = V_ERROR(&result);
    return S_OK;
}
