/* Safe arrays as plain C and back, for calls by name (see safearrays.h). Called by argument_in.c and argument_out.c. */
#include "objects/safearrays.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

/* Opens an array of one dimension whose elements have the size of `type`; *data may be NULL when it is empty. */
static HRESULT elements_open(SAFEARRAY *array, size_t element_size, void **data, size_t *count) {
    if (SafeArrayGetDim(array) != 1 || SafeArrayGetElemsize(array) != element_size)
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = SafeArrayAccessData(array, data);
    if (FAILED(hr))
        return hr;
    *count = array->rgsabound[0].cElements;
    if (*data || !*count)
        return S_OK;
    SafeArrayUnaccessData(array);
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
    void *data = NULL;
    size_t count = 0;
    if (!array || (type != VT_UI1 && type != VT_VARIANT))
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = elements_open(array, type == VT_UI1 ? 1 : sizeof(VARIANT), &data, &count);
    if (FAILED(hr))
        return hr;
    uint8_t *copy = malloc(count ? count : 1);
    if (!copy)
        hr = E_OUTOFMEMORY;
    else if (type == VT_VARIANT)
        hr = bytes_from_variants(data, count, copy);
    else if (count)
        memcpy(copy, data, count);
    SafeArrayUnaccessData(array);
    if (FAILED(hr)) {
        wipe_free(copy, count);
        return hr;
    }
    *bytes = copy;
    *size = count;
    return S_OK;
}

HRESULT safearrays_of_bytes(const void *bytes, size_t size, SAFEARRAY **out) {
    void *data = NULL;
    SAFEARRAY *array = size > INT32_MAX ? NULL : SafeArrayCreateVector(VT_UI1, 0, (ULONG)size);
    if (!array || FAILED(SafeArrayAccessData(array, &data)))
        return E_OUTOFMEMORY;
    if (size)
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
    void *data = NULL;
    size_t count = 0;
    HRESULT hr = elements_open(array, sizeof(VARIANT), &data, &count);
    if (FAILED(hr))
        return hr;
    hr = all_strings(data, count) ? strings_copy(data, count, out) : DISP_E_TYPEMISMATCH;
    SafeArrayUnaccessData(array);
    return hr;
}

HRESULT safearrays_of_numbers(const int64_t *numbers, size_t count, SAFEARRAY **out) {
    void *data = NULL;
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)count);
    if (!array || FAILED(SafeArrayAccessData(array, &data)))
        return E_OUTOFMEMORY;
    VARIANT *variants = data;
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
