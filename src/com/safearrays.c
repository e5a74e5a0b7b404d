/* Safe arrays as plain C and back: see safearrays.h. */
#include "com/safearrays.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "com/arrayview.h"

/* Opens an array whose elements are of `type`, or of its size where the array does not say what they are. */
static HRESULT elements_open(SAFEARRAY *array, VARTYPE type, struct arrayview *view) {
    const size_t size = type == VT_UI1 ? 1 : sizeof(VARIANT);
    const HRESULT hr = arrayview_open(array, view);
    if (FAILED(hr) || (view->type == VT_EMPTY ? view->size == size : view->type == type))
        return hr;
    arrayview_close(view);
    return DISP_E_TYPEMISMATCH;
}

static HRESULT bytes_from_variants(const VARIANT *variants, size_t count, uint8_t *bytes) {
    for (size_t i = 0; i < count; ++i) {
        VARIANT number;
        VariantInit(&number);
        /* An empty element is not a byte that somebody meant. */
        HRESULT hr = V_VT(&variants[i]) == VT_EMPTY ? DISP_E_TYPEMISMATCH
                                                    : VariantChangeType(&number, &variants[i], 0, VT_I4);
        if (FAILED(hr))
            return hr;
        if (V_I4(&number) < 0 || V_I4(&number) > 0xFF)
            return DISP_E_OVERFLOW;
        bytes[i] = (uint8_t)V_I4(&number);
    }
    return S_OK;
}

HRESULT safearrays_bytes(SAFEARRAY *array, VARTYPE type, uint8_t **bytes, size_t *size) {
    struct arrayview view;
    if (!array || (type != VT_UI1 && type != VT_VARIANT))
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = elements_open(array, type, &view);
    if (FAILED(hr))
        return hr;
    uint8_t *copy = malloc(view.count ? view.count : 1);
    if (!copy)
        hr = E_OUTOFMEMORY;
    else if (type == VT_VARIANT)
        hr = bytes_from_variants(view.data, view.count, copy);
    else if (view.count)
        memcpy(copy, view.data, view.count);
    arrayview_close(&view);
    if (FAILED(hr)) {
        wipe_free(copy, view.count);
        return hr;
    }
    *bytes = copy;
    *size = view.count;
    return S_OK;
}

HRESULT safearrays_of_bytes(const void *bytes, size_t size, SAFEARRAY **out) {
    void *data = NULL;
    SAFEARRAY *array = size > INT32_MAX ? NULL : SafeArrayCreateVector(VT_UI1, 0, (ULONG)size);
    if (!array || FAILED(SafeArrayAccessData(array, &data)))
        return E_OUTOFMEMORY;
    if (size && bytes)
        memcpy(data, bytes, size);
    SafeArrayUnaccessData(array);
    *out = array;
    return S_OK;
}

static bool all_strings(const VARIANT *variants, size_t count) {
    for (size_t i = 0; i < count; ++i)
        if (V_VT(&variants[i]) != VT_BSTR)
            return false;
    return count > 0;
}

/* The strings of `variants` into a new array of as many. */
static HRESULT strings_copy(const VARIANT *variants, size_t count, SAFEARRAY **out) {
    HRESULT hr = S_OK;
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, (ULONG)count);
    if (!array)
        return E_OUTOFMEMORY;
    for (size_t i = 0; SUCCEEDED(hr) && i < count; ++i) {
        LONG index = (LONG)i;
        hr = SafeArrayPutElement(array, &index, V_BSTR(&variants[i]));
    }
    if (SUCCEEDED(hr))
        *out = array;
    else
        SafeArrayDestroy(array);
    return hr;
}

HRESULT safearrays_strings(SAFEARRAY *array, SAFEARRAY **out) {
    struct arrayview view;
    HRESULT hr = elements_open(array, VT_VARIANT, &view);
    if (FAILED(hr))
        return hr;
    hr = all_strings(view.data, view.count) ? strings_copy(view.data, view.count, out) : DISP_E_TYPEMISMATCH;
    arrayview_close(&view);
    return hr;
}

/* A new array of VARIANTs that are all empty, open to be filled; SafeArrayUnaccessData() closes it. */
static SAFEARRAY *variants_create(size_t count, VARIANT **variants) {
    void *data = NULL;
    SAFEARRAY *const array = count > INT32_MAX ? NULL : SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)count);
    if (array && FAILED(SafeArrayAccessData(array, &data))) {
        SafeArrayDestroy(array);
        return NULL;
    }
    *variants = data;
    return array;
}

HRESULT safearrays_of_numbers(const int64_t *numbers, size_t count, SAFEARRAY **out) {
    VARIANT *variants = NULL;
    SAFEARRAY *const array = variants_create(count, &variants);
    if (!array)
        return E_OUTOFMEMORY;
    for (size_t i = 0; i < count; ++i) {
        const bool small = numbers[i] >= INT32_MIN && numbers[i] <= INT32_MAX;
        V_VT(&variants[i]) = small ? VT_I4 : VT_I8;
        if (small)
            V_I4(&variants[i]) = (int32_t)numbers[i];
        else
            V_I8(&variants[i]) = numbers[i];
    }
    SafeArrayUnaccessData(array);
    *out = array;
    return S_OK;
}

static HRESULT strings_into(const BSTR *strings, size_t count, VARIANT *variants) {
    for (size_t i = 0; i < count; ++i) {
        BSTR copy = SysAllocStringLen(strings[i], SysStringLen(strings[i]));
        if (!copy)
            return E_OUTOFMEMORY;
        V_VT(&variants[i]) = VT_BSTR;
        V_BSTR(&variants[i]) = copy;
    }
    return S_OK;
}

HRESULT safearrays_of_strings(SAFEARRAY *strings, SAFEARRAY **out) {
    struct arrayview view;
    VARIANT *variants = NULL;
    if (FAILED(arrayview_open(strings, &view)))
        return E_UNEXPECTED;
    HRESULT hr = view.type == VT_BSTR ? S_OK : E_UNEXPECTED;
    SAFEARRAY *const array = SUCCEEDED(hr) ? variants_create(view.count, &variants) : NULL;
    if (SUCCEEDED(hr))
        hr = array ? strings_into(view.data, view.count, variants) : E_OUTOFMEMORY;
    arrayview_close(&view);
    if (array)
        SafeArrayUnaccessData(array);
    if (FAILED(hr))
        SafeArrayDestroy(array);
    else
        *out = array;
    return hr;
}

HRESULT safearrays_of_byte_variants(const uint8_t *bytes, size_t size, SAFEARRAY **out) {
    VARIANT *variants = NULL;
    SAFEARRAY *const array = variants_create(size, &variants);
    if (!array)
        return E_OUTOFMEMORY;
    for (size_t i = 0; i < size; ++i) {
        V_VT(&variants[i]) = VT_UI1;
        V_UI1(&variants[i]) = bytes[i];
    }
    SafeArrayUnaccessData(array);
    *out = array;
    return S_OK;
}
