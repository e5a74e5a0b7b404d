/* The way of an argument from the caller's VARIANT into C (see argument.h). Called by dispatch.c. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "com/argument.h"
#include "com/arrayview.h"
#include "com/safearrays.h"
#include "com/tlvtable.h"
#include "com/variants.h"

static HRESULT take_number(struct argument *argument, const VARIANTARG *content) {
    VARIANT number;
    const bool is_unsigned = variants_element(content) == VT_UI8 && !V_ISARRAY(content);
    VariantInit(&number);
    HRESULT hr = VariantChangeType(&number, content, 0, is_unsigned ? VT_UI8 : VT_I8);
    if (FAILED(hr))
        return hr;
    return argument_put_number(argument,
                               (struct argument_number){!is_unsigned && V_I8(&number) < 0, V_UI8(&number)});
}

static HRESULT take_text(struct argument *argument, const VARIANTARG *content) {
    VARIANT text;
    VariantInit(&text);
    if (V_ISARRAY(content)) /* Windows would take an array of bytes for a string's */
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = VariantChangeType(&text, content, 0, VT_BSTR);
    if (SUCCEEDED(hr))
        argument->value.text = V_BSTR(&text);
    return hr;
}

static HRESULT take_guid(struct argument *argument, const VARIANTARG *content) {
    if (variants_is_nothing(content))
        return S_OK;
    if ((V_VT(content) & ~VT_BYREF) != VT_BSTR)
        return DISP_E_TYPEMISMATCH;
    BSTR text = V_ISBYREF(content) ? *V_BSTRREF(content) : V_BSTR(content);
    if (!text || FAILED(IIDFromString(text, &argument->guid)))
        return DISP_E_TYPEMISMATCH;
    argument->value.guid = &argument->guid;
    return S_OK;
}

/* A buffer for the time of the call, with the bytes of an array. */
static HRESULT take_buffer(struct argument *argument, const VARIANTARG *content) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    IByteBuffer *buffer = NULL;
    HRESULT hr = variants_bytes(content, &bytes, &size);
    if (SUCCEEDED(hr))
        hr = argument->make_buffer(bytes, size, &buffer);
    wipe_free(bytes, size);
    if (SUCCEEDED(hr))
        argument->value.object = (IUnknown *)buffer;
    return hr;
}

static HRESULT take_object(struct argument *argument, const VARIANTARG *content) {
    const struct contract_parameter *parameter = argument->parameter;
    void *object = NULL;
    if (variants_is_nothing(content))
        return S_OK;
    const bool takes_bytes =
        !(parameter->flags & CONTRACT_OUT) && IsEqualIID(parameter->iid, &IID_IByteBuffer);
    if (takes_bytes && variants_is_no_bytes(content))
        return S_OK;
    if (takes_bytes && V_ISARRAY(content))
        return take_buffer(argument, content);
    const VARTYPE type = V_VT(content) & (VARTYPE)~VT_BYREF;
    if (type != VT_DISPATCH && type != VT_UNKNOWN)
        return DISP_E_TYPEMISMATCH;
    IUnknown *given = V_ISBYREF(content) ? *V_UNKNOWNREF(content) : V_UNKNOWN(content);
    if (FAILED(IUnknown_QueryInterface(given, parameter->iid, &object)) || !object)
        return DISP_E_TYPEMISMATCH;
    argument->value.object = object;
    argument->before = object;
    return S_OK;
}

/* What scripts have are arrays of VARIANTs. What they mean, methods take: strings, or bytes. */
static HRESULT narrow_array(struct argument *argument, SAFEARRAY *array) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    HRESULT hr = safearrays_strings(array, &argument->value.array);
    if (hr != DISP_E_TYPEMISMATCH)
        return hr;
    hr = safearrays_bytes(array, VT_VARIANT, &bytes, &size);
    if (SUCCEEDED(hr))
        hr = safearrays_of_bytes(bytes, size, &argument->value.array);
    wipe_free(bytes, size);
    return hr;
}

static HRESULT take_array(struct argument *argument, const VARIANTARG *content) {
    if (variants_is_nothing(content))
        return S_OK;
    if (!V_ISARRAY(content))
        return DISP_E_TYPEMISMATCH;
    SAFEARRAY *array = variants_array(content);
    if (variants_is_no_bytes(content))
        return safearrays_of_bytes(NULL, 0, &argument->value.array);
    if (array && variants_element(content) == VT_VARIANT) {
        HRESULT hr = narrow_array(argument, array);
        if (hr != DISP_E_TYPEMISMATCH && hr != DISP_E_OVERFLOW)
            return hr;
    }
    argument->value.array = array;
    argument->borrowed = true;
    return S_OK;
}

/* Memory of the size asked for, which the method fills. */
static HRESULT make_room(struct argument *argument, struct argument_number wanted) {
    const size_t size = wanted.negative ? 0 : (size_t)wanted.bits;
    if (!argument_has_place(argument))
        return DISP_E_TYPEMISMATCH;
    if (wanted.bits > INT32_MAX && !wanted.negative)
        return E_OUTOFMEMORY;
    argument->value.bytes = calloc(1, size ? size : 1);
    if (!argument->value.bytes)
        return E_OUTOFMEMORY;
    argument->size = size;
    return S_OK;
}

/* A negative size is left to the method, which refuses it. */
static HRESULT take_bytes(struct argument *argument, const VARIANTARG *content,
                          struct argument_number wanted) {
    if (argument->parameter->flags & CONTRACT_OUT)
        return make_room(argument, wanted);
    if (variants_is_nothing(content) || variants_is_no_bytes(content))
        return S_OK;
    if (!V_ISARRAY(content))
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = variants_bytes(content, &argument->value.bytes, &argument->size);
    if (SUCCEEDED(hr) && !wanted.negative && wanted.bits > argument->size)
        return DISP_E_OVERFLOW;
    return hr;
}

/* A negative count is left to the method, which refuses it. */
static HRESULT take_table(struct argument *argument, const VARIANTARG *content,
                          struct argument_number count) {
    const bool is_result = (argument->parameter->flags & CONTRACT_OUT) != 0;
    if (!count.negative && count.bits > TLVTABLE_ENTRIES_MAX)
        return DISP_E_OVERFLOW;
    return tlvtable_take(content, count.negative ? 0 : (size_t)count.bits, is_result, &argument->value.table,
                         &argument->size);
}

/* The copy would follow an array wherever it says that its elements are. */
static HRESULT take_variant(struct argument *argument, const VARIANTARG *content) {
    SAFEARRAY *array = V_ISARRAY(content) ? variants_array(content) : NULL;
    const HRESULT hr = array ? arrayview_check(array) : S_OK;
    return FAILED(hr) ? hr : VariantCopyInd(&argument->value.variant, content);
}

static HRESULT take_content(struct argument *all, size_t at, const VARIANTARG *content) {
    struct argument *argument = &all[at];
    switch (argument->parameter->type) {
    case CONTRACT_BSTR:
        return take_text(argument, content);
    case CONTRACT_OBJECT:
        return take_object(argument, content);
    case CONTRACT_SAFEARRAY:
        return take_array(argument, content);
    case CONTRACT_BYTES:
        return take_bytes(argument, content, argument_get_number(&all[argument->parameter->size]));
    case CONTRACT_GUID:
        return take_guid(argument, content);
    case CONTRACT_STATSTRUCT:
        return argument_has_place(argument) ? S_OK : DISP_E_TYPEMISMATCH;
    case CONTRACT_VARIANT:
        return take_variant(argument, content);
    case CONTRACT_TABLE:
        return take_table(argument, content, argument_get_number(&all[argument->parameter->size]));
    case CONTRACT_BYTEARRAY:
    case CONTRACT_SCARDINFO:
        return DISP_E_BADVARTYPE;
    default:
        return take_number(argument, content);
    }
}

/* Whether a reference of this type can take what the parameter gives. */
static bool place_fits(const struct contract_parameter *parameter, VARTYPE type) {
    const VARTYPE base = type & VT_TYPEMASK;
    switch (parameter->type) {
    case CONTRACT_OBJECT:
        return type == VT_DISPATCH || type == VT_UNKNOWN;
    case CONTRACT_SAFEARRAY:
        return (type & VT_ARRAY) != 0;
    case CONTRACT_BYTES:
    case CONTRACT_BYTEARRAY:
        return type == (VT_ARRAY | VT_UI1);
    case CONTRACT_BSTR:
    case CONTRACT_GUID:
        return type == VT_BSTR;
    case CONTRACT_SCARDINFO:
    case CONTRACT_STATSTRUCT:
    case CONTRACT_TABLE:
        return type == (VT_ARRAY | VT_VARIANT);
    case CONTRACT_VARIANT:
        return false;
    default:
        return !(type & VT_ARRAY) && base != VT_DISPATCH && base != VT_UNKNOWN && base != VT_ERROR;
    }
}

/* Refused before the call: what comes out of it could not be stored. */
static HRESULT check_place(const struct argument *argument) {
    const struct contract_parameter *parameter = argument->parameter;
    const VARTYPE given = V_VT(argument->given);
    if (!(parameter->flags & CONTRACT_OUT))
        return S_OK;
    if (!(given & VT_BYREF))
        return parameter->flags & CONTRACT_IN ? S_OK : DISP_E_TYPEMISMATCH;
    const VARTYPE place = V_VT(variants_content(argument->given));
    if (given == (VT_BYREF | VT_VARIANT) && !(place & VT_BYREF))
        return S_OK;
    return place_fits(parameter, place & (VARTYPE)~VT_BYREF) ? S_OK : DISP_E_TYPEMISMATCH;
}

/* An argument left out: its default; for a pointer NULL, unless it has to tell how many bytes came. */
static HRESULT take_default(struct argument *all, size_t at) {
    struct argument *argument = &all[at];
    const struct contract_parameter *parameter = argument->parameter;
    const int64_t number = parameter->default_value;
    if (parameter->flags & CONTRACT_POINTER) {
        bool needed = (parameter->flags & CONTRACT_OUT) && !(parameter->flags & CONTRACT_OPTIONAL);
        for (size_t i = 0; i < CONTRACT_PARAMETERS_MAX && all[i].parameter; ++i)
            needed = needed || all[i].parameter->valid == at;
        argument->address = needed ? argument->address : NULL;
        return S_OK;
    }
    if (number == 0)
        return S_OK;
    return argument_put_number(argument, (struct argument_number){number < 0, (uint64_t)number});
}

HRESULT argument_take(struct argument *all, size_t at) {
    struct argument *argument = &all[at];
    if (!argument->given)
        return take_default(all, at);
    const VARIANTARG *content = variants_content(argument->given);
    if (!content || (V_ISBYREF(content) && !V_BYREF(content)))
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = check_place(argument);
    if (FAILED(hr) || !(argument->parameter->flags & CONTRACT_IN))
        return hr;
    return take_content(all, at, content);
}
