/* What a caller's VARIANT says: see variants.h. */
#include "com/variants.h"

#include "com/safearrays.h"

VARIANTARG *variants_content(VARIANTARG *given) {
    if (V_VT(given) != (VT_BYREF | VT_VARIANT))
        return given;
    VARIANTARG *inner = V_VARIANTREF(given);
    /* One step is all there is: a reference to a reference to a VARIANT is not allowed. */
    return inner && V_VT(inner) != (VT_BYREF | VT_VARIANT) ? inner : NULL;
}

bool variants_is_nothing(const VARIANTARG *content) {
    switch (V_VT(content)) {
    case VT_EMPTY:
    case VT_NULL:
        return true;
    case VT_ERROR:
        return V_ERROR(content) == DISP_E_PARAMNOTFOUND;
    case VT_DISPATCH:
    case VT_UNKNOWN:
        return !V_UNKNOWN(content);
    case VT_BYREF | VT_DISPATCH:
    case VT_BYREF | VT_UNKNOWN:
        return !V_UNKNOWNREF(content) || !*V_UNKNOWNREF(content);
    default:
        return false;
    }
}

SAFEARRAY *variants_array(const VARIANTARG *content) {
    if (!V_ISARRAY(content))
        return NULL;
    if (!V_ISBYREF(content))
        return V_ARRAY(content);
    return V_ARRAYREF(content) ? *V_ARRAYREF(content) : NULL;
}

VARTYPE variants_element(const VARIANTARG *content) {
    return V_VT(content) & VT_TYPEMASK;
}

bool variants_is_no_bytes(const VARIANTARG *content) {
    return V_ISARRAY(content) && variants_element(content) == VT_UI1 && !variants_array(content);
}

HRESULT variants_bytes(const VARIANTARG *content, uint8_t **bytes, size_t *size) {
    return safearrays_bytes(variants_array(content), variants_element(content), bytes, size);
}

HRESULT variants_of_bytes(const void *bytes, size_t size, VARIANT *out) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = safearrays_of_bytes(bytes, size, &array);
    if (FAILED(hr))
        return hr;
    V_VT(out) = VT_ARRAY | VT_UI1;
    V_ARRAY(out) = array;
    return S_OK;
}
