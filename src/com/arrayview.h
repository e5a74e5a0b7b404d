/*
 * Safe arrays that callers hand in: the one place where what such a structure says is checked before it is
 * believed. Programs set them up themselves, and by name they come out of VARIANTs of anybody's. Used by
 * safearrays.c, stringarray.c, typeconv.c and argument_in.c.
 */
#ifndef SCARDSSP_COM_ARRAYVIEW_H
#define SCARDSSP_COM_ARRAYVIEW_H

#include <stddef.h>

#include "com/win.h"

/* An array of one dimension, locked while it is read. */
struct arrayview {
    SAFEARRAY *array;
    VARTYPE type;     /* of the elements; VT_EMPTY: the structure does not say it */
    size_t size;      /* bytes of one element */
    size_t count;     /* elements */
    const void *data; /* the first one; not NULL unless count is 0 */
};

/*
 * Whether what the structure says can be true: S_OK, or E_INVALIDARG for elements that are said to be there
 * while their memory is NULL, a size of elements that is not their type's, a type that disagrees with the
 * features, no dimension, or more than memory can hold. NULL is no array: E_INVALIDARG.
 */
HRESULT arrayview_check(SAFEARRAY *array);

/*
 * Checks the array and locks it; arrayview_close() unlocks. E_INVALIDARG: as above; DISP_E_TYPEMISMATCH:
 * sound, but of several dimensions; the code of SafeArrayAccessData where it cannot be locked. Then there is
 * nothing to close.
 */
HRESULT arrayview_open(SAFEARRAY *array, struct arrayview *out);
void arrayview_close(const struct arrayview *view);

#endif
