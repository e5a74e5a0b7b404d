/* Tables of data objects for callers by name: see tlvtable.h. */
#include "com/tlvtable.h"

#include <stdlib.h>
#include <string.h>

#include "com/arrayview.h"
#include "com/safearrays.h"
#include "com/variants.h"

void tlvtable_free(TLV_TABLE *table, size_t entries) {
    for (size_t i = 0; table && i < entries; ++i)
        CoTaskMemFree(table[i].byData);
    free(table);
}

/* One entry; `room`: bytes it gets at least, 0: as many as there are. */
static HRESULT entry_from(const VARIANTARG *element, size_t room, TLV_TABLE *out) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (variants_is_nothing(element) || variants_is_no_bytes(element))
        return S_OK;
    HRESULT hr = variants_bytes(element, &bytes, &size);
    if (SUCCEEDED(hr) && size > TLVTABLE_ROOM)
        hr = DISP_E_OVERFLOW;
    const size_t most = size > room ? size : room;
    if (SUCCEEDED(hr) && size) {
        out->byData = CoTaskMemAlloc(most);
        hr = out->byData ? S_OK : E_OUTOFMEMORY;
    }
    if (out->byData) {
        memset(out->byData, 0, most);
        memcpy(out->byData, bytes, size);
        out->cbSize = (LONG)most;
    }
    free(bytes);
    return hr;
}

/* The array's elements, which are looked at where they lie. */
static HRESULT entries_from(const struct arrayview *view, size_t room, TLV_TABLE *table) {
    const VARIANTARG *const elements = view->data;
    HRESULT hr = S_OK;
    for (size_t i = 0; i < view->count && SUCCEEDED(hr); ++i) {
        VARIANTARG element = elements[i]; /* only looked at, not owned */
        const VARIANTARG *const content = variants_content(&element);
        hr = content ? entry_from(content, room, &table[i]) : DISP_E_TYPEMISMATCH;
    }
    return hr;
}

static HRESULT table_from(const struct arrayview *view, size_t count, bool is_result, TLV_TABLE **table_out,
                          size_t *entries_out) {
    const size_t entries = is_result && count > view->count ? count : view->count;
    if (count > entries || entries > TLVTABLE_ENTRIES_MAX)
        return DISP_E_OVERFLOW;
    TLV_TABLE *const table = calloc(entries ? entries : 1, sizeof *table);
    if (!table)
        return E_OUTOFMEMORY;
    const HRESULT hr = entries_from(view, is_result ? TLVTABLE_ROOM : 0, table);
    if (FAILED(hr)) {
        tlvtable_free(table, entries);
        return hr;
    }
    *table_out = table;
    *entries_out = entries;
    return S_OK;
}

HRESULT tlvtable_take(const VARIANTARG *content, size_t count, bool is_result, TLV_TABLE **table_out,
                      size_t *entries_out) {
    static const struct arrayview nothing = {.type = VT_VARIANT};
    struct arrayview view;
    *table_out = NULL;
    *entries_out = 0;
    if (variants_is_nothing(content))
        return is_result ? table_from(&nothing, count, true, table_out, entries_out) : S_OK;
    if (!V_ISARRAY(content) || variants_element(content) != VT_VARIANT)
        return DISP_E_TYPEMISMATCH;
    HRESULT hr = arrayview_open(variants_array(content), &view);
    if (FAILED(hr))
        return hr;
    hr = view.size == sizeof(VARIANT) ? table_from(&view, count, is_result, table_out, entries_out)
                                      : (HRESULT)DISP_E_TYPEMISMATCH;
    arrayview_close(&view);
    return hr;
}

static HRESULT entry_as(const TLV_TABLE *entry, VARIANT *out) {
    const LONG size = entry->byData ? entry->cbSize : 0;
    if (size < 0 || (size_t)size > TLVTABLE_ROOM)
        return E_UNEXPECTED;
    SAFEARRAY *array = NULL;
    const HRESULT hr = safearrays_of_byte_variants(entry->byData, (size_t)size, &array);
    if (FAILED(hr))
        return hr;
    V_VT(out) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(out) = array;
    return S_OK;
}

HRESULT tlvtable_give(const TLV_TABLE *table, size_t count, VARIANT *out) {
    SAFEARRAY *const array = SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)count);
    VARIANT *elements = NULL;
    if (!array)
        return E_OUTOFMEMORY;
    HRESULT hr = SafeArrayAccessData(array, (void **)&elements);
    for (size_t i = 0; i < count && SUCCEEDED(hr); ++i)
        hr = entry_as(&table[i], &elements[i]);
    if (elements)
        SafeArrayUnaccessData(array);
    if (FAILED(hr)) {
        SafeArrayDestroy(array);
        return hr;
    }
    V_VT(out) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(out) = array;
    return S_OK;
}
