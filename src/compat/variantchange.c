/* VariantChangeType (Linux only): which type becomes which. Called by programs and by late binding. */
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <string.h>

#include "base/ascii.h"
#include "compat/variant.h"
#include "compat/variantnumber.h"

/* What a conversion is asked for. */
struct change {
    LCID locale; /* for objects that are asked for their value */
    USHORT flags;
    VARTYPE type;
};

static bool same_letters(BSTR text, const wchar_t *word) {
    size_t length = SysStringLen(text);
    if (length != wcslen(word))
        return false;
    for (size_t i = 0; i < length; ++i) {
        if (ascii_lower(text[i]) != ascii_lower(word[i]))
            return false;
    }
    return true;
}

static HRESULT text_to_truth(BSTR text, VARIANT *out) {
    bool yes = same_letters(text, L"TRUE") || same_letters(text, L"#TRUE#");
    if (!yes && !same_letters(text, L"FALSE") && !same_letters(text, L"#FALSE#"))
        return DISP_E_TYPEMISMATCH;
    *out = (VARIANT){.vt = VT_BOOL};
    out->boolVal = yes ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
}

static HRESULT text_change(BSTR text, const struct change *change, VARIANT *out) {
    struct variantnumber number;
    if (change->type == VT_DATE)
        return DISP_E_TYPEMISMATCH;
    if (change->type == VT_BOOL && SUCCEEDED(text_to_truth(text, out)))
        return S_OK;
    HRESULT hr = variantnumber_parse(text, &number);
    return FAILED(hr) ? hr : variantnumber_write(&number, change->type, out);
}

static HRESULT text_from(const VARIANT *from, const struct change *change, BSTR *out) {
    struct variantnumber number;
    if (from->vt == VT_EMPTY ||
        (from->vt == VT_BOOL && change->flags & (VARIANT_ALPHABOOL | VARIANT_LOCALBOOL))) {
        *out = SysAllocString(from->vt == VT_EMPTY ? L"" : from->boolVal ? L"True" : L"False");
        return *out ? S_OK : E_OUTOFMEMORY;
    }
    if (from->vt == VT_DATE || !variantnumber_read(from, &number))
        return DISP_E_TYPEMISMATCH;
    return variantnumber_text(&number, out);
}

/* Between types that hold their value themselves; arrays become nothing but what they are. */
static HRESULT value_change(const VARIANT *from, const struct change *change, VARIANT *out) {
    struct variantnumber number;
    if (V_ISARRAY(from) || change->type & VT_ARRAY)
        return DISP_E_TYPEMISMATCH;
    if (from->vt == VT_BSTR)
        return text_change(from->bstrVal, change, out);
    if (change->type == VT_BSTR) {
        BSTR text = NULL;
        HRESULT hr = text_from(from, change, &text);
        if (SUCCEEDED(hr)) {
            out->vt = VT_BSTR;
            out->bstrVal = text;
        }
        return hr;
    }
    return variantnumber_read(from, &number) ? variantnumber_write(&number, change->type, out)
                                             : DISP_E_TYPEMISMATCH;
}

/* Another interface of the same object. */
static HRESULT object_query(const VARIANT *from, VARTYPE type, VARIANT *out) {
    void *found = NULL;
    if (from->punkVal) {
        HRESULT hr = IUnknown_QueryInterface(from->punkVal,
                                             type == VT_DISPATCH ? &IID_IDispatch : &IID_IUnknown, &found);
        if (FAILED(hr))
            return hr == E_NOINTERFACE ? DISP_E_TYPEMISMATCH : hr;
    }
    out->vt = type;
    out->byref = found;
    return S_OK;
}

/* Asks an object for its value, once: a value that is an object again could go on for ever. */
static HRESULT object_change(const VARIANT *from, const struct change *change, VARIANT *out) {
    DISPPARAMS none = {0};
    VARIANT value = {0};
    VARIANT plain = {0};
    if (change->flags & VARIANT_NOVALUEPROP || from->vt != VT_DISPATCH || !from->pdispVal)
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = IDispatch_Invoke(from->pdispVal, DISPID_VALUE, &IID_NULL, change->locale,
                                  DISPATCH_PROPERTYGET, &none, &value, NULL, NULL);
    if (FAILED(hr))
        return DISP_E_TYPEMISMATCH;
    hr = VariantCopyInd(&plain, &value);
    if (SUCCEEDED(hr) && plain.vt == change->type)
        hr = VariantCopy(out, &plain);
    else if (SUCCEEDED(hr))
        hr = value_change(&plain, change, out);
    VariantClear(&plain);
    VariantClear(&value);
    return hr;
}

/* `from` owns or is its value; *out is empty and set on success only. */
static HRESULT change_into(const VARIANT *from, const struct change *change, VARIANT *out) {
    if (from->vt == change->type)
        return VariantCopy(out, from);
    if (from->vt != VT_UNKNOWN && from->vt != VT_DISPATCH)
        return value_change(from, change, out);
    if (change->type == VT_UNKNOWN || change->type == VT_DISPATCH)
        return object_query(from, change->type, out);
    return object_change(from, change, out);
}

HRESULT VariantChangeTypeEx(VARIANTARG *target, const VARIANTARG *source, LCID locale, USHORT flags,
                            VARTYPE type) {
    const struct change change = {.locale = locale, .flags = flags, .type = type};
    VARIANT plain = {0};
    VARIANT changed = {0};
    if (!target || !source)
        return E_INVALIDARG;
    if (!variant_type_known(type) || type & VT_BYREF || !variant_type_known(source->vt))
        return DISP_E_BADVARTYPE;
    HRESULT hr = variant_check(target);
    if (SUCCEEDED(hr) && V_ISBYREF(source))
        hr = VariantCopyInd(&plain, source);
    if (SUCCEEDED(hr))
        hr = change_into(V_ISBYREF(source) ? &plain : source, &change, &changed);
    VariantClear(&plain);
    if (FAILED(hr))
        return hr;
    VariantClear(target);
    *target = changed;
    return S_OK;
}

HRESULT VariantChangeType(VARIANTARG *target, const VARIANTARG *source, USHORT flags, VARTYPE type) {
    return VariantChangeTypeEx(target, source, LOCALE_USER_DEFAULT, flags, type);
}
