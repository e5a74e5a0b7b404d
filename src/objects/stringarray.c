/* Lists of names and of identifiers as SAFEARRAYs of BSTR: see stringarray.h. */
#include "objects/stringarray.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "com/arrayview.h"

#define GUID_CHARACTERS 38
/* No caller has more; it keeps what an array claims from becoming what is allocated. */
#define ELEMENTS_MAX 100000

/* Arrays that go out */

/* Stores one string; the array copies it. */
static HRESULT put_text(SAFEARRAY *array, LONG index, const wchar_t *text, size_t length) {
    BSTR string = SysAllocStringLen(text, (UINT)length);
    if (!string)
        return E_OUTOFMEMORY;
    const HRESULT hr = SafeArrayPutElement(array, &index, string);
    SysFreeString(string);
    return hr;
}

/* How names go out: utf8_to_wide() or utf8_name_to_wide(); and in. */
typedef wchar_t *(*widener)(const char *name, size_t *count_out);
typedef char *(*narrower)(const wchar_t *name, size_t count, int *invalid);

static HRESULT put_name(SAFEARRAY *array, LONG index, widener widen, const char *name) {
    size_t length = 0;
    wchar_t *text = widen(name, &length);
    if (!text)
        return E_OUTOFMEMORY;
    const HRESULT hr = put_text(array, index, text, length);
    free(text);
    return hr;
}

/* Ends a creator: the array goes to the caller or, after a failure, away. */
static HRESULT finish(SAFEARRAY *array, HRESULT hr, SAFEARRAY **out) {
    if (FAILED(hr))
        (void)SafeArrayDestroy(array);
    else
        *out = array;
    return hr;
}

static HRESULT from_names(const struct names *names, widener widen, SAFEARRAY **out) {
    const size_t count = names_count(names);
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, (ULONG)count);
    if (!array)
        return E_OUTOFMEMORY;
    HRESULT hr = S_OK;
    LONG index = 0;
    const char *name = NULL;
    while (SUCCEEDED(hr) && (name = names_next(names, name)) != NULL)
        hr = put_name(array, index++, widen, name);
    return finish(array, hr, out);
}

HRESULT stringarray_from_names(const struct names *names, SAFEARRAY **out) {
    return from_names(names, utf8_to_wide, out);
}

HRESULT stringarray_from_readers(const struct names *names, SAFEARRAY **out) {
    return from_names(names, utf8_name_to_wide, out);
}

static HRESULT put_variant(SAFEARRAY *array, LONG index, const char *name) {
    size_t length = 0;
    wchar_t *text = utf8_name_to_wide(name, &length);
    VARIANT element;
    V_VT(&element) = VT_BSTR;
    V_BSTR(&element) = text ? SysAllocStringLen(text, (UINT)length) : NULL;
    free(text);
    const HRESULT hr = V_BSTR(&element) ? SafeArrayPutElement(array, &index, &element) : E_OUTOFMEMORY;
    VariantClear(&element);
    return hr;
}

HRESULT stringarray_variants_from_readers(const struct names *names, VARIANT *out) {
    const size_t count = names_count(names);
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)count);
    if (!array)
        return E_OUTOFMEMORY;
    HRESULT hr = S_OK;
    LONG index = 0;
    const char *name = NULL;
    while (SUCCEEDED(hr) && (name = names_next(names, name)) != NULL)
        hr = put_variant(array, index++, name);
    hr = finish(array, hr, &V_ARRAY(out));
    if (SUCCEEDED(hr))
        V_VT(out) = VT_ARRAY | VT_VARIANT;
    return hr;
}

HRESULT stringarray_from_guids(const struct carddb_guid *guids, size_t count, SAFEARRAY **out) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, (ULONG)count);
    if (!array)
        return E_OUTOFMEMORY;
    HRESULT hr = S_OK;
    for (size_t i = 0; SUCCEEDED(hr) && i < count; ++i) {
        OLECHAR text[GUID_CHARACTERS + 1];
        GUID guid;
        _Static_assert(sizeof guid == sizeof guids[i], "an identifier is a GUID in memory");
        memcpy(&guid, &guids[i], sizeof guid);
        (void)StringFromGUID2(&guid, text, GUID_CHARACTERS + 1);
        hr = put_text(array, (LONG)i, text, GUID_CHARACTERS);
    }
    return finish(array, hr, out);
}

/* Arrays that come in */

/* Checks the array and locks it; elements_close() unlocks. NULL is an array without elements. */
static HRESULT elements_open(SAFEARRAY *array, struct arrayview *out) {
    *out = (struct arrayview){.array = NULL};
    if (!array)
        return S_OK;
    const HRESULT hr = arrayview_open(array, out);
    if (FAILED(hr))
        return hr == DISP_E_TYPEMISMATCH ? E_INVALIDARG : hr;
    if ((out->type == VT_BSTR || out->type == VT_VARIANT) && out->count <= ELEMENTS_MAX)
        return S_OK;
    arrayview_close(out);
    return E_INVALIDARG;
}

static void elements_close(const struct arrayview *elements) {
    if (elements->array)
        arrayview_close(elements);
}

/* One string; NULL: the element is none, or an empty one. */
static BSTR element_at(const struct arrayview *elements, size_t index) {
    BSTR text = NULL;
    if (elements->type == VT_BSTR) {
        text = ((const BSTR *)elements->data)[index];
    } else {
        const VARIANT *variant = &((const VARIANT *)elements->data)[index];
        if (V_VT(variant) == VT_BSTR)
            text = V_BSTR(variant);
        else if (V_VT(variant) == (VT_BYREF | VT_BSTR) && V_BSTRREF(variant))
            text = *V_BSTRREF(variant);
    }
    return SysStringLen(text) ? text : NULL;
}

static HRESULT add_name(BSTR text, narrower narrow, struct names *names) {
    int invalid = 0;
    char *name = text ? narrow(text, SysStringLen(text), &invalid) : NULL;
    if (!name)
        return !text || invalid ? E_INVALIDARG : E_OUTOFMEMORY;
    const bool added = names_add(names, name, strlen(name));
    free(name);
    return added ? S_OK : E_OUTOFMEMORY;
}

static HRESULT to_names(SAFEARRAY *array, narrower narrow, struct names *names) {
    struct arrayview elements;
    HRESULT hr = elements_open(array, &elements);
    if (FAILED(hr))
        return hr;
    for (size_t i = 0; SUCCEEDED(hr) && i < elements.count; ++i)
        hr = add_name(element_at(&elements, i), narrow, names);
    elements_close(&elements);
    return hr;
}

HRESULT stringarray_to_names(SAFEARRAY *array, struct names *names) {
    return to_names(array, utf8_from_wide, names);
}

HRESULT stringarray_to_groups(SAFEARRAY *array, struct names *names) {
    return to_names(array, utf8_name_from_wide, names);
}

static HRESULT read_guid(BSTR text, struct carddb_guid *out) {
    IID guid;
    if (!text || SysStringLen(text) != GUID_CHARACTERS || *text != L'{' || FAILED(IIDFromString(text, &guid)))
        return E_INVALIDARG;
    memcpy(out, &guid, sizeof *out);
    return S_OK;
}

HRESULT stringarray_to_guids(SAFEARRAY *array, struct carddb_guid **guids_out, size_t *count_out) {
    struct arrayview elements;
    HRESULT hr = elements_open(array, &elements);
    if (FAILED(hr))
        return hr;
    struct carddb_guid *guids = elements.count ? calloc(elements.count, sizeof *guids) : NULL;
    if (elements.count && !guids)
        hr = E_OUTOFMEMORY;
    for (size_t i = 0; SUCCEEDED(hr) && i < elements.count; ++i)
        hr = read_guid(element_at(&elements, i), &guids[i]);
    elements_close(&elements);
    if (FAILED(hr)) {
        free(guids);
        return hr;
    }
    *guids_out = guids;
    *count_out = elements.count;
    return S_OK;
}
