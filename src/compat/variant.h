/* What safe arrays and variants tell each other beyond their public functions. */
#ifndef SCARDSSP_COMPAT_VARIANT_H
#define SCARDSSP_COMPAT_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

#include "scardssp.h"

/*
 * Bytes of an element of an array of this type; 0: there are none such, or their size matters nowhere
 * (VT_DECIMAL).
 */
size_t variant_element_size(VARTYPE type);

/* Whether a VARIANT can be of this type: VT_BYREF and VT_ARRAY included. */
bool variant_type_known(VARTYPE type);

#ifndef _WIN32
/*
 * Whether VariantClear would succeed: S_OK; DISP_E_BADVARTYPE: not sound; DISP_E_ARRAYISLOCKED: it owns an
 * array that somebody works on; E_INVALIDARG: one whose structure is not sound.
 */
HRESULT variant_check(const VARIANT *variant);
#endif

#endif
