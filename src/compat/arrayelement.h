/*
 * The elements of safe arrays by what they own: a string, an object, a VARIANT, or nothing. Called by
 * safearray.c (Linux only). `type` is VT_BSTR, VT_UNKNOWN, VT_DISPATCH or VT_VARIANT; any other type owns
 * nothing.
 */
#ifndef SCARDSSP_COMPAT_ARRAYELEMENT_H
#define SCARDSSP_COMPAT_ARRAYELEMENT_H

#include <stddef.h>

#include "scardssp.h"

/*
 * Copies an element of `size` bytes to `out`, whose former content is lost; the copy owns what it holds. On
 * failure *out is zero. E_OUTOFMEMORY; codes of VariantCopy.
 */
HRESULT arrayelement_copy(VARTYPE type, const void *element, size_t size, void *out);

/* Whether the element can be freed now: S_OK, or what VariantClear would say. */
HRESULT arrayelement_check(VARTYPE type, const void *element);

/* Frees what the element owns, after arrayelement_check(), and makes it zero. */
void arrayelement_free(VARTYPE type, void *element, size_t size);

#endif
