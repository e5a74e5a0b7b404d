/*
 * Safe arrays as plain C and back. Used by calls by name, by what takes VARIANTs (variants.c) and by the
 * converter.
 */
#ifndef SCARDSSP_COM_SAFEARRAYS_H
#define SCARDSSP_COM_SAFEARRAYS_H

#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

/*
 * Copies the bytes of an array with elements of `type`: VT_UI1, or VT_VARIANT whose VARIANTs are numbers of 0
 * to 255. *bytes: malloc()ed, not NULL, the caller wipes and frees it. DISP_E_TYPEMISMATCH: another type,
 * more dimensions or an element that is no number; DISP_E_OVERFLOW: one that is no byte; E_INVALIDARG: what
 * the structure says cannot be true (arrayview.h); E_OUTOFMEMORY.
 */
HRESULT safearrays_bytes(SAFEARRAY *array, VARTYPE type, uint8_t **bytes, size_t *size);

/* A new array of VT_UI1, indices from 0. bytes NULL: zeros. E_OUTOFMEMORY. */
HRESULT safearrays_of_bytes(const void *bytes, size_t size, SAFEARRAY **out);

/*
 * A new array of VT_BSTR from one of VARIANTs that are all strings. DISP_E_TYPEMISMATCH: they are not, or
 * there are none; E_INVALIDARG as above; E_OUTOFMEMORY.
 */
HRESULT safearrays_strings(SAFEARRAY *array, SAFEARRAY **out);

/*
 * A new array of VARIANTs with copies of the strings of an array of VT_BSTR, which a method of ours has made.
 * E_UNEXPECTED: it is no such array; E_OUTOFMEMORY.
 */
HRESULT safearrays_of_strings(SAFEARRAY *strings, SAFEARRAY **out);

/* A new array of VARIANTs, VT_UI1, one for each byte. E_OUTOFMEMORY. */
HRESULT safearrays_of_byte_variants(const uint8_t *bytes, size_t size, SAFEARRAY **out);

/* A new array of VARIANTs with `count` numbers: VT_I4, or VT_I8 where it takes more. E_OUTOFMEMORY. */
HRESULT safearrays_of_numbers(const int64_t *numbers, size_t count, SAFEARRAY **out);

#endif
