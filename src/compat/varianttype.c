/* Types that a VARIANT can have, on Windows, which does not tell without one. Called by objects/dispatch.c. */
#include "compat/variant.h"

static bool is_element(VARTYPE base) {
    switch (base) {
    case VT_I1:
    case VT_UI1:
    case VT_I2:
    case VT_UI2:
    case VT_I4:
    case VT_UI4:
    case VT_I8:
    case VT_UI8:
    case VT_INT:
    case VT_UINT:
    case VT_R4:
    case VT_R8:
    case VT_CY:
    case VT_DATE:
    case VT_BSTR:
    case VT_DISPATCH:
    case VT_UNKNOWN:
    case VT_ERROR:
    case VT_BOOL:
    case VT_VARIANT:
    case VT_DECIMAL:
        return true;
    default:
        return false;
    }
}

bool variant_type_known(VARTYPE type) {
    const VARTYPE base = type & VT_TYPEMASK;
    if (type & ~(VT_TYPEMASK | VT_ARRAY | VT_BYREF))
        return false;
    if (type & (VT_ARRAY | VT_BYREF))
        return is_element(base);
    return base == VT_EMPTY || base == VT_NULL || (base != VT_VARIANT && is_element(base));
}
