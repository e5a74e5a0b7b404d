/* Elements of safe arrays: sizes, copies, ends (see arrayelement.h). */
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include "compat/arrayelement.h"

#include <string.h>

#include "base/wipe.h"
#include "compat/variant.h"

static HRESULT string_copy(BSTR from, BSTR *out) {
    *out = NULL;
    if (!from)
        return S_OK;
    *out = SysAllocStringByteLen((const char *)from, SysStringByteLen(from));
    return *out ? S_OK : E_OUTOFMEMORY;
}

HRESULT arrayelement_copy(VARTYPE type, const void *element, size_t size, void *out) {
    switch (type) {
    case VT_BSTR:
        return string_copy(*(const BSTR *)element, out);
    case VT_UNKNOWN:
    case VT_DISPATCH: {
        IUnknown *object = *(IUnknown *const *)element;
        if (object)
            IUnknown_AddRef(object);
        *(IUnknown **)out = object;
        return S_OK;
    }
    case VT_VARIANT:
        memset(out, 0, sizeof(VARIANT));
        return VariantCopy(out, element);
    default:
        memcpy(out, element, size);
        return S_OK;
    }
}

HRESULT arrayelement_check(VARTYPE type, const void *element) {
    return type == VT_VARIANT ? variant_check(element) : S_OK;
}

void arrayelement_free(VARTYPE type, void *element, size_t size) {
    if (type == VT_BSTR) {
        SysFreeString(*(BSTR *)element);
    } else if (type == VT_UNKNOWN || type == VT_DISPATCH) {
        IUnknown *object = *(IUnknown **)element;
        if (object)
            IUnknown_Release(object);
    } else if (type == VT_VARIANT) {
        VariantClear(element);
    }
    wipe(element, size);
}
