/*
 * Variants (Linux only), as oleauto.h declares them: beginning, end and copies. Called by programs, objects
 * and arrays.
 */
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include "compat/variant.h"

#include <string.h>

#include "compat/arrayelement.h"
#include "compat/safearray.h"

bool variant_type_known(VARTYPE type) {
    const VARTYPE base = type & VT_TYPEMASK;
    const unsigned flags = type & ~(unsigned)VT_TYPEMASK;
    if (flags & ~(unsigned)(VT_ARRAY | VT_BYREF))
        return false;
    if (!flags)
        return base == VT_EMPTY || base == VT_NULL || (base != VT_VARIANT && variant_element_size(base));
    return variant_element_size(base) != 0;
}

HRESULT variant_check(const VARIANT *variant) {
    if (!variant_type_known(variant->vt))
        return DISP_E_BADVARTYPE;
    return V_ISARRAY(variant) && !V_ISBYREF(variant) ? safearray_check(variant->parray) : S_OK;
}

void VariantInit(VARIANTARG *variant) {
    if (variant)
        memset(variant, 0, sizeof *variant);
}

HRESULT VariantClear(VARIANTARG *variant) {
    if (!variant)
        return E_INVALIDARG;
    HRESULT hr = variant_check(variant);
    if (FAILED(hr))
        return hr;
    if (V_ISARRAY(variant) && !V_ISBYREF(variant))
        SafeArrayDestroy(variant->parray);
    else
        arrayelement_free(variant->vt, &variant->llVal, sizeof variant->llVal);
    memset(variant, 0, sizeof *variant);
    return S_OK;
}

/* A copy of a sound VARIANT in uninitialised memory. */
static HRESULT copy_new(const VARIANT *source, VARIANT *out) {
    memset(out, 0, sizeof *out);
    if (!variant_type_known(source->vt))
        return DISP_E_BADVARTYPE;
    HRESULT hr = S_OK;
    if (V_ISARRAY(source) && !V_ISBYREF(source))
        hr = SafeArrayCopy(source->parray, &out->parray);
    else
        hr = arrayelement_copy(source->vt, &source->llVal, sizeof source->llVal, &out->llVal);
    if (SUCCEEDED(hr))
        out->vt = source->vt;
    return hr;
}

/* What a VARIANT points to, as a VARIANT that owns nothing. */
static HRESULT look_through(const VARIANT *source, VARIANT *out) {
    const VARTYPE type = (VARTYPE)(source->vt & ~VT_BYREF);
    if (!source->byref)
        return E_INVALIDARG;
    if (type == VT_VARIANT) {
        *out = *source->pvarVal;
        if (!V_ISBYREF(out))
            return S_OK;
        /* One level is looked through: a chain of references could be a ring. */
        if (out->vt == (VT_VARIANT | VT_BYREF))
            return E_INVALIDARG;
        const VARIANT inner = *out;
        return variant_type_known(inner.vt) ? look_through(&inner, out) : DISP_E_BADVARTYPE;
    }
    memset(out, 0, sizeof *out);
    memcpy(&out->llVal, source->byref, type & VT_ARRAY ? sizeof(SAFEARRAY *) : variant_element_size(type));
    out->vt = type;
    return S_OK;
}

/* `target` is cleared last, so that a failure leaves it alone and the source may be part of it. */
static HRESULT copy_over(VARIANT *target, const VARIANT *source) {
    VARIANT fresh;
    HRESULT hr = variant_check(target);
    if (SUCCEEDED(hr))
        hr = copy_new(source, &fresh);
    if (FAILED(hr))
        return hr;
    VariantClear(target);
    *target = fresh;
    return S_OK;
}

HRESULT VariantCopy(VARIANTARG *target, const VARIANTARG *source) {
    if (!target || !source)
        return E_INVALIDARG;
    if (target == source)
        return variant_type_known(source->vt) ? S_OK : DISP_E_BADVARTYPE;
    return copy_over(target, source);
}

HRESULT VariantCopyInd(VARIANT *target, const VARIANTARG *source) {
    VARIANT seen;
    if (!target || !source)
        return E_INVALIDARG;
    if (!V_ISBYREF(source))
        return VariantCopy(target, source);
    if (!variant_type_known(source->vt))
        return DISP_E_BADVARTYPE;
    HRESULT hr = look_through(source, &seen);
    return FAILED(hr) ? hr : copy_over(target, &seen);
}
