/* Types that a VARIANT can have, on Windows, which does not tell without one. Called by com/dispatch.c. */
#include "compat/variant.h"

static bool is_element(VARTYPE base) {
    return variant_element_size(base) != 0 || base == VT_DECIMAL;
}

bool variant_type_known(VARTYPE type) {
    const VARTYPE base = type & VT_TYPEMASK;
    if (type & ~(VT_TYPEMASK | VT_ARRAY | VT_BYREF))
        return false;
    if (type & (VT_ARRAY | VT_BYREF))
        return is_element(base);
    return base == VT_EMPTY || base == VT_NULL || (base != VT_VARIANT && is_element(base));
}
