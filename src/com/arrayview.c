/* Safe arrays of callers, checked: see arrayview.h. Compiled for both systems; uses public functions only. */
#include "com/arrayview.h"

#include <stdbool.h>
#include <stdint.h>

#include "compat/variant.h"

/* What the features say that the elements own. */
static VARTYPE owned_type(const SAFEARRAY *array) {
    if (array->fFeatures & FADF_BSTR)
        return VT_BSTR;
    return array->fFeatures & FADF_VARIANT ? VT_VARIANT : VT_EMPTY;
}

/*
 * Programs that set the structure up themselves often leave the type out: then features and size have to do.
 */
static bool read_type(SAFEARRAY *array, VARTYPE *out) {
    const VARTYPE owned = owned_type(array);
    VARTYPE type = VT_EMPTY;
    if (FAILED(SafeArrayGetVartype(array, &type)) || type == VT_EMPTY)
        type = owned != VT_EMPTY ? owned : array->cbElements == 1 ? VT_UI1 : VT_EMPTY;
    if (owned != VT_EMPTY && type != owned)
        return false;
    *out = type;
    return variant_element_size(type) == 0 || variant_element_size(type) == array->cbElements;
}

/*
 * How many elements all dimensions have together; false: more than memory can hold, or indices that 31 bits
 * do not.
 */
static bool read_count(const SAFEARRAY *array, size_t *out) {
    const size_t most = (size_t)PTRDIFF_MAX / array->cbElements;
    size_t count = 1;
    for (unsigned i = 0; i < array->cDims; ++i) {
        const SAFEARRAYBOUND *bound = &array->rgsabound[i];
        if ((int64_t)bound->lLbound + bound->cElements - 1 > INT32_MAX)
            return false;
        if (bound->cElements && count > most / bound->cElements)
            return false;
        count *= bound->cElements;
    }
    *out = count;
    return true;
}

static bool read_all(SAFEARRAY *array, struct arrayview *out) {
    VARTYPE type = VT_EMPTY;
    size_t count = 0;
    if (!array || !array->cDims || !array->cbElements || !read_type(array, &type) ||
        !read_count(array, &count) || (count && !array->pvData))
        return false;
    *out = (struct arrayview){.array = array, .type = type, .size = array->cbElements, .count = count};
    return true;
}

HRESULT arrayview_check(SAFEARRAY *array) {
    struct arrayview view;
    return read_all(array, &view) ? S_OK : E_INVALIDARG;
}

HRESULT arrayview_open(SAFEARRAY *array, struct arrayview *out) {
    void *data = NULL;
    if (!read_all(array, out))
        return E_INVALIDARG;
    if (array->cDims != 1)
        return DISP_E_TYPEMISMATCH;
    const HRESULT hr = SafeArrayAccessData(array, &data);
    if (FAILED(hr))
        return hr;
    if (out->count && !data) {
        (void)SafeArrayUnaccessData(array);
        return E_INVALIDARG;
    }
    out->data = data;
    return S_OK;
}

void arrayview_close(const struct arrayview *view) {
    (void)SafeArrayUnaccessData(view->array);
}
