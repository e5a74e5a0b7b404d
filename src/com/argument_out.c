/* The way of an argument from C back to the caller (see argument.h). Called by dispatch.c. */
#include <string.h>

#include "com/argument.h"
#include "com/safearrays.h"
#include "com/tlvtable.h"
#include "com/variants.h"

static HRESULT give_number(struct argument *argument, VARIANT *out) {
    const struct argument_number number = argument_get_number(argument);
    const int64_t value = (int64_t)number.bits;
    if (argument->parameter->type == CONTRACT_BYTE) {
        V_VT(out) = VT_UI1;
        V_UI1(out) = (uint8_t)value;
    } else if (argument->parameter->type == CONTRACT_BOOL) {
        V_VT(out) = VT_BOOL;
        V_BOOL(out) = argument->value.boolean;
    } else if (!number.negative && number.bits > INT64_MAX) {
        V_VT(out) = VT_UI8;
        V_UI8(out) = number.bits;
    } else if (value < INT32_MIN || value > INT32_MAX) {
        V_VT(out) = VT_I8;
        V_I8(out) = value;
    } else {
        V_VT(out) = VT_I4;
        V_I4(out) = (int32_t)value;
    }
    return S_OK;
}

/* Scripts can use an IDispatch only; a stream has none and is good for passing it on. */
static HRESULT give_object(struct argument *argument, VARIANT *out) {
    IUnknown *object = argument->value.object;
    void *dispatch = NULL;
    argument->value.object = NULL;
    V_VT(out) = VT_DISPATCH;
    V_DISPATCH(out) = NULL;
    if (!object)
        return S_OK;
    if (SUCCEEDED(IUnknown_QueryInterface(object, &IID_IDispatch, &dispatch)) && dispatch) {
        V_DISPATCH(out) = dispatch;
        IUnknown_Release(object);
        return S_OK;
    }
    V_VT(out) = VT_UNKNOWN;
    V_UNKNOWN(out) = object;
    return S_OK;
}

static HRESULT variants_made(HRESULT hr, SAFEARRAY *array, VARIANT *out) {
    if (FAILED(hr))
        return hr;
    V_VT(out) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(out) = array;
    return S_OK;
}

static HRESULT strings_made(SAFEARRAY *strings, VARIANT *out) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = safearrays_of_strings(strings, &array);
    return variants_made(hr, array, out);
}

/* Whether strings are to become VARIANTs: unless the caller's variable takes strings alone. */
static bool is_for_scripts(const struct argument *argument, VARTYPE type) {
    const VARIANTARG *const place = argument_has_place(argument) ? variants_content(argument->given) : NULL;
    return type == VT_BSTR && argument->parameter->flags & CONTRACT_VARIANTS &&
           !(place && V_VT(place) == (VT_BYREF | VT_ARRAY | VT_BSTR));
}

static HRESULT give_array(struct argument *argument, VARIANT *out) {
    VARTYPE type = VT_EMPTY;
    if (!argument->value.array)
        return S_OK;
    if (FAILED(SafeArrayGetVartype(argument->value.array, &type)))
        return E_UNEXPECTED;
    if (is_for_scripts(argument, type))
        return strings_made(argument->value.array, out);
    V_VT(out) = VT_ARRAY | type;
    V_ARRAY(out) = argument->value.array;
    argument->value.array = NULL;
    return S_OK;
}

static HRESULT numbers_made(const int64_t *numbers, size_t count, VARIANT *out) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = safearrays_of_numbers(numbers, count, &array);
    return variants_made(hr, array, out);
}

static HRESULT give_bytes(struct argument *all, size_t at, VARIANT *out) {
    const struct argument *argument = &all[at];
    const struct contract_parameter *parameter = argument->parameter;
    const size_t teller = parameter->valid != CONTRACT_NO_PARAMETER ? parameter->valid : parameter->size;
    const struct argument_number told = argument_get_number(&all[teller]);
    if (!argument->value.bytes)
        return S_OK;
    if (told.negative || told.bits > INT32_MAX)
        return E_UNEXPECTED;
    /* Room that we made ends where we made it end, whatever the method tells. */
    if (!(parameter->flags & CONTRACT_POINTER) && told.bits > argument->size)
        return E_UNEXPECTED;
    return variants_of_bytes(argument->value.bytes, (size_t)told.bits, out);
}

static HRESULT give_table(struct argument *all, size_t at, VARIANT *out) {
    const struct argument *argument = &all[at];
    const struct argument_number told = argument_get_number(&all[argument->parameter->size]);
    if (told.negative || told.bits > argument->size)
        return E_UNEXPECTED;
    return tlvtable_give(argument->value.table, (size_t)told.bits, out);
}

static HRESULT give_bytearray(const BYTEARRAY *array, VARIANT *out) {
    if (!array)
        return S_OK;
    if (!array->hMem)
        return variants_of_bytes(array->pbyData, (size_t)array->dwSize, out);
    const int64_t fields[] = {(int64_t)(uintptr_t)array->hMem, (int64_t)array->dwSize,
                              (int64_t)(uintptr_t)array->pbyData};
    return numbers_made(fields, sizeof fields / sizeof fields[0], out);
}

static HRESULT give_guid(const GUID *guid, VARIANT *out) {
    OLECHAR text[39];
    if (!guid)
        return S_OK;
    BSTR string = StringFromGUID2(guid, text, 39) ? SysAllocString(text) : NULL;
    if (!string)
        return E_OUTOFMEMORY;
    V_VT(out) = VT_BSTR;
    V_BSTR(out) = string;
    return S_OK;
}

static HRESULT give_info(const SCARDINFO *info, VARIANT *out) {
    if (!info)
        return S_OK;
    const int64_t fields[] = {(int64_t)info->hCard,          (int64_t)info->hContext,
                              (int64_t)info->ActiveProtocol, (int64_t)info->ShareMode,
                              (int64_t)info->hwndOwner,      (int64_t)info->lpfnConnectProc,
                              (int64_t)info->lpfnCheckProc,  (int64_t)info->lpfnDisconnectProc};
    return numbers_made(fields, sizeof fields / sizeof fields[0], out);
}

static HRESULT give_stat(const STATSTRUCT *stat, VARIANT *out) {
    const int64_t fields[] = {stat->type, stat->cbSize, stat->grfMode, stat->grfLocksSupported,
                              stat->grfStateBits};
    return numbers_made(fields, sizeof fields / sizeof fields[0], out);
}

HRESULT argument_give(struct argument *all, size_t at, VARIANT *out) {
    struct argument *argument = &all[at];
    union argument_value *value = &argument->value;
    VariantInit(out);
    switch (argument->parameter->type) {
    case CONTRACT_BSTR:
        V_VT(out) = VT_BSTR;
        V_BSTR(out) = value->text;
        value->text = NULL;
        return S_OK;
    case CONTRACT_OBJECT:
        return give_object(argument, out);
    case CONTRACT_SAFEARRAY:
        return give_array(argument, out);
    case CONTRACT_BYTES:
        return give_bytes(all, at, out);
    case CONTRACT_TABLE:
        return give_table(all, at, out);
    case CONTRACT_BYTEARRAY:
        return give_bytearray(value->bytearray, out);
    case CONTRACT_GUID:
        return give_guid(value->guid, out);
    case CONTRACT_SCARDINFO:
        return give_info(value->info, out);
    case CONTRACT_STATSTRUCT:
        return give_stat(&value->stat, out);
    case CONTRACT_VARIANT:
        *out = value->variant;
        VariantInit(&value->variant);
        return S_OK;
    default:
        return give_number(argument, out);
    }
}

/* Moves a value of just this type to where a typed reference points. */
static HRESULT store_typed(const VARIANTARG *place, VARIANT *value) {
    const VARTYPE type = V_VT(value);
    VARIANT old;
    VariantInit(&old);
    if (type & VT_ARRAY) {
        V_ARRAY(&old) = *V_ARRAYREF(place);
        HRESULT hr = SafeArrayDestroy(V_ARRAY(&old));
        if (FAILED(hr))
            return hr;
        *V_ARRAYREF(place) = V_ARRAY(value);
    } else if (type == VT_BSTR) {
        SysFreeString(*V_BSTRREF(place));
        *V_BSTRREF(place) = V_BSTR(value);
    } else if (type == VT_DISPATCH || type == VT_UNKNOWN) {
        V_UNKNOWN(&old) = *V_UNKNOWNREF(place);
        *V_UNKNOWNREF(place) = V_UNKNOWN(value);
        if (V_UNKNOWN(&old))
            IUnknown_Release(V_UNKNOWN(&old));
    } else if (type == VT_I1 || type == VT_UI1) {
        *V_UI1REF(place) = V_UI1(value);
    } else if (type == VT_I2 || type == VT_UI2 || type == VT_BOOL) {
        *V_UI2REF(place) = V_UI2(value);
    } else if (type == VT_I4 || type == VT_UI4 || type == VT_INT || type == VT_UINT || type == VT_R4) {
        memcpy(V_BYREF(place), &V_UI4(value), sizeof(uint32_t));
    } else {
        memcpy(V_BYREF(place), &V_UI8(value), sizeof(uint64_t));
    }
    V_VT(value) = VT_EMPTY;
    return S_OK;
}

/* To a typed reference; `value` keeps what could not be stored. */
static HRESULT store_converted(const VARIANTARG *place, VARIANT *value) {
    HRESULT hr = S_OK;
    const VARTYPE type = V_VT(place) & (VARTYPE)~VT_BYREF;
    if (V_VT(value) == VT_EMPTY && (type & VT_ARRAY)) {
        /* A NULL of the type says that there is no array. */
        V_VT(value) = type;
        V_ARRAY(value) = NULL;
    }
    if (V_VT(value) != type)
        hr = type & VT_ARRAY ? DISP_E_TYPEMISMATCH : VariantChangeType(value, value, 0, type);
    return SUCCEEDED(hr) ? store_typed(place, value) : hr;
}

/* A VARIANT whose array is locked stays as it is: not every VariantClear leaves it alone. */
static HRESULT clear(VARIANTARG *place) {
    const HRESULT hr = V_ISARRAY(place) ? SafeArrayDestroy(V_ARRAY(place)) : VariantClear(place);
    if (SUCCEEDED(hr))
        VariantInit(place);
    return hr;
}

HRESULT argument_store(struct argument *all, size_t at) {
    const struct argument *argument = &all[at];
    VARIANT value;
    if (!argument_has_place(argument))
        return S_OK;
    if (argument->before && argument->value.object == argument->before)
        return S_OK;
    HRESULT hr = argument_give(all, at, &value);
    if (FAILED(hr))
        return hr;
    VARIANTARG *place = variants_content(argument->given);
    if (V_ISBYREF(place)) {
        hr = store_converted(place, &value);
    } else {
        hr = clear(place);
        if (SUCCEEDED(hr)) {
            *place = value;
            VariantInit(&value);
        }
    }
    VariantClear(&value);
    return hr;
}
