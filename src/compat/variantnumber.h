/*
 * Numbers between the types of VARIANT and as text. Used by variantchange.c (Linux only). The program's
 * locale plays no part: text is decimal with a point.
 */
#ifndef SCARDSSP_COMPAT_VARIANTNUMBER_H
#define SCARDSSP_COMPAT_VARIANTNUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "scardssp.h"

/* A number of any type: a whole one as sign and magnitude, else `real`. */
struct variantnumber {
    bool whole;
    bool negative;
    bool truth; /* came from VT_BOOL: in an unsigned type true has all bits set */
    int digits; /* a real one's digits that mean something: 7 or 15 */
    uint64_t magnitude;
    double real;
};

/* Reads a VARIANT of an integer type, VT_R4, VT_R8, VT_DATE, VT_BOOL or VT_EMPTY (0). false: another type. */
bool variantnumber_read(const VARIANT *variant, struct variantnumber *out);

/*
 * Reads [+-]digits[.digits][E[+-]digits] between blanks. DISP_E_TYPEMISMATCH: not a number; DISP_E_OVERFLOW:
 * beyond VT_R8; E_OUTOFMEMORY.
 */
HRESULT variantnumber_parse(BSTR text, struct variantnumber *out);

/*
 * Writes a number into a VARIANT of an integer type, VT_R4, VT_R8, VT_DATE or VT_BOOL, rounding halves to
 * even. DISP_E_OVERFLOW: out of range; DISP_E_TYPEMISMATCH: another type. *out is set on success only.
 */
HRESULT variantnumber_write(const struct variantnumber *number, VARTYPE type, VARIANT *out);

/* The number as text. DISP_E_OVERFLOW: infinity and what is no number have none; E_OUTOFMEMORY. */
HRESULT variantnumber_text(const struct variantnumber *number, BSTR *out);

#endif
