/* What safe arrays and variants tell each other beyond their public functions (Linux only). */
#ifndef SCARDSSP_COMPAT_SAFEARRAY_H
#define SCARDSSP_COMPAT_SAFEARRAY_H

#include "scardssp.h"

/*
 * Whether SafeArrayDestroy would succeed: S_OK, also for NULL; DISP_E_ARRAYISLOCKED, DISP_E_BADVARTYPE and
 * E_INVALIDARG as there.
 */
HRESULT safearray_check(const SAFEARRAY *array);

#endif
