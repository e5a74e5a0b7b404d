/*
 * What a caller's VARIANT says, and VARIANTs of bytes both ways: the one place that knows what stands for
 * nothing and what stands for bytes. Used by calls by name (argument*.c) and by the methods that take
 * VARIANTs (cardex.c).
 */
#ifndef SCARDSSP_COM_VARIANTS_H
#define SCARDSSP_COM_VARIANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

/*
 * What is really passed: the VARIANT that VT_BYREF | VT_VARIANT points to, else itself. NULL: a reference to
 * nothing.
 */
VARIANTARG *variants_content(VARIANTARG *given);

/*
 * Whether it stands for nothing: Empty, Null, Nothing (an object pointer of NULL), an argument that is left
 * out.
 */
bool variants_is_nothing(const VARIANTARG *content);

/* The array of VT_ARRAY, by reference or not. NULL: none. */
SAFEARRAY *variants_array(const VARIANTARG *content);

/* What the elements of its array are; without an array, what it is itself. */
VARTYPE variants_element(const VARIANTARG *content);

/* Whether it is a byte array that has never been given a size, as Visual Basic passes it: no bytes. */
bool variants_is_no_bytes(const VARIANTARG *content);

/*
 * Copies the bytes out of it; results and codes are those of safearrays_bytes(). No array:
 * DISP_E_TYPEMISMATCH.
 */
HRESULT variants_bytes(const VARIANTARG *content, uint8_t **bytes, size_t *size);

/* Bytes as VT_ARRAY | VT_UI1; *out is overwritten, on success only. E_OUTOFMEMORY. */
HRESULT variants_of_bytes(const void *bytes, size_t size, VARIANT *out);

#endif
