/*
 * oleauto.h (Linux): safe arrays and variants as Windows has them in oleaut32, as far as programs around
 * smart cards need them. Exported as scardssp_<Name> and mapped here, so that no symbol of theirs can clash
 * with another library's. Strings (SysAllocString ...) are in objbase.h. Declared by <scardssp.h>.
 *
 * A safe array knows its dimensions, the type of its elements and whether somebody works on its memory. One
 * that SafeArrayCreate made is freed with SafeArrayDestroy, its elements with it. Types of elements: VT_I1
 * ... VT_UI8, VT_INT, VT_UINT, VT_R4, VT_R8, VT_CY, VT_DATE, VT_BOOL, VT_ERROR, VT_BSTR, VT_VARIANT,
 * VT_UNKNOWN, VT_DISPATCH. Elements lie one after the other, the index of the first dimension running
 * fastest. The bounds in the structure stand the other way round: rgsabound[0] is the last dimension.
 *
 * Indices and bounds are LONGs, which have 64 bits on 64-bit Linux; their values have 32.
 */
#ifndef SCARDSSP_OLEAUTO_H
#define SCARDSSP_OLEAUTO_H

#include "oaidl.h"

#ifdef __cplusplus
extern "C" {
#endif
#ifndef _WIN32
#pragma GCC visibility push(default)
#endif

#define SafeArrayCreate scardssp_SafeArrayCreate
#define SafeArrayCreateVector scardssp_SafeArrayCreateVector
#define SafeArrayDestroy scardssp_SafeArrayDestroy
#define SafeArrayGetDim scardssp_SafeArrayGetDim
#define SafeArrayGetElemsize scardssp_SafeArrayGetElemsize
#define SafeArrayGetLBound scardssp_SafeArrayGetLBound
#define SafeArrayGetUBound scardssp_SafeArrayGetUBound
#define SafeArrayGetVartype scardssp_SafeArrayGetVartype
#define SafeArrayLock scardssp_SafeArrayLock
#define SafeArrayUnlock scardssp_SafeArrayUnlock
#define SafeArrayAccessData scardssp_SafeArrayAccessData
#define SafeArrayUnaccessData scardssp_SafeArrayUnaccessData
#define SafeArrayGetElement scardssp_SafeArrayGetElement
#define SafeArrayPutElement scardssp_SafeArrayPutElement
#define SafeArrayPtrOfIndex scardssp_SafeArrayPtrOfIndex
#define SafeArrayCopy scardssp_SafeArrayCopy
#define SafeArrayRedim scardssp_SafeArrayRedim
#define VariantInit scardssp_VariantInit
#define VariantClear scardssp_VariantClear
#define VariantCopy scardssp_VariantCopy
#define VariantCopyInd scardssp_VariantCopyInd
#define VariantChangeType scardssp_VariantChangeType
#define VariantChangeTypeEx scardssp_VariantChangeTypeEx

/*
 * A new array, its elements zero (empty strings, VT_EMPTY, no object). bounds: one for each of `dims`
 * dimensions, the first one first; copied. NULL: a type that is not listed above, no dimension, an upper
 * bound beyond 2147483647, or memory is out.
 */
SAFEARRAY *SafeArrayCreate(VARTYPE type, UINT dims, SAFEARRAYBOUND *bounds);
/* The same with one dimension of `count` elements, whose indices start at `lower`. */
SAFEARRAY *SafeArrayCreateVector(VARTYPE type, LONG lower, ULONG count);
/*
 * Frees an array: strings freed, objects released, memory erased. NULL: S_OK. DISP_E_ARRAYISLOCKED: somebody
 * works on it or on an array in a VARIANT in it; DISP_E_BADVARTYPE: a VARIANT in it is not sound;
 * E_INVALIDARG: the structure is not; then nothing is done. Of one that the program set up itself (FADF_AUTO,
 * FADF_STATIC, FADF_EMBEDDED) only the elements are freed.
 */
HRESULT SafeArrayDestroy(SAFEARRAY *array);

/* Dimensions, and bytes per element. NULL: 0. */
UINT SafeArrayGetDim(SAFEARRAY *array);
UINT SafeArrayGetElemsize(SAFEARRAY *array);
/*
 * Smallest and largest index of a dimension, counted from 1; the largest is one below the smallest when there
 * are no elements. DISP_E_BADINDEX: no such dimension; E_INVALIDARG: a NULL.
 */
HRESULT SafeArrayGetLBound(SAFEARRAY *array, UINT dim, LONG *lower);
HRESULT SafeArrayGetUBound(SAFEARRAY *array, UINT dim, LONG *upper);
/* Type of the elements. E_INVALIDARG: a NULL, or the array does not say. */
HRESULT SafeArrayGetVartype(SAFEARRAY *array, VARTYPE *type);

/*
 * Keeps the array's memory where it is until as many unlocks. E_INVALIDARG: NULL; E_UNEXPECTED: locked too
 * often, or unlocked without a lock. AccessData also stores the address of the first element, which may be
 * used until UnaccessData.
 */
HRESULT SafeArrayLock(SAFEARRAY *array);
HRESULT SafeArrayUnlock(SAFEARRAY *array);
HRESULT SafeArrayAccessData(SAFEARRAY *array, void **data);
HRESULT SafeArrayUnaccessData(SAFEARRAY *array);

/*
 * indices: one for each dimension, the first one first. GetElement stores a copy in `element` (a BSTR, object
 * or VARIANT in it is the caller's), whose former content does not matter. PutElement stores a copy and frees
 * the former element; strings and objects are passed themselves (NULL: none), everything else by its address.
 * PtrOfIndex stores the address of an element, valid while the array is locked. DISP_E_BADINDEX: outside the
 * bounds; E_INVALIDARG: any other NULL, or a structure that is not sound; E_OUTOFMEMORY; E_UNEXPECTED: locked
 * too often; DISP_E_BADVARTYPE: not a type a VARIANT can have; DISP_E_ARRAYISLOCKED: the former element is a
 * VARIANT with a locked array.
 */
HRESULT SafeArrayGetElement(SAFEARRAY *array, LONG *indices, void *element);
HRESULT SafeArrayPutElement(SAFEARRAY *array, LONG *indices, void *element);
HRESULT SafeArrayPtrOfIndex(SAFEARRAY *array, LONG *indices, void **element);

/*
 * A copy with elements of its own, not locked; NULL: S_OK and NULL. E_INVALIDARG: no place for the result, or
 * a structure that is not sound; E_OUTOFMEMORY; E_UNEXPECTED: locked too often; DISP_E_BADVARTYPE as above.
 */
HRESULT SafeArrayCopy(SAFEARRAY *array, SAFEARRAY **out);
/*
 * Gives the last dimension other bounds: elements beyond are freed, new ones are zero, the others keep their
 * place. DISP_E_ARRAYISLOCKED; E_INVALIDARG: a NULL, bad bounds, a structure that is not sound or that the
 * program set up itself, FADF_FIXEDSIZE; E_OUTOFMEMORY; DISP_E_BADVARTYPE as above. On failure the array is
 * as it was.
 */
HRESULT SafeArrayRedim(SAFEARRAY *array, SAFEARRAYBOUND *bound);

/* Flags of VariantChangeType. */
#define VARIANT_NOVALUEPROP 0x1 /* an object is not asked for its value */
#define VARIANT_ALPHABOOL 0x2   /* VT_BOOL becomes "True" or "False", else "-1" or "0" */
#define VARIANT_NOUSEROVERRIDE 0x4
#define VARIANT_CALENDAR_HIJRI 0x8
#define VARIANT_LOCALBOOL 0x10 /* as VARIANT_ALPHABOOL: conversions here are the same everywhere */

/* Makes a VARIANT empty without looking at its former content. */
void VariantInit(VARIANTARG *variant);
/*
 * Frees what a VARIANT owns and makes it empty; what VT_BYREF points to stays. E_INVALIDARG: NULL;
 * DISP_E_BADVARTYPE: not a type a VARIANT can have; DISP_E_ARRAYISLOCKED: it stays as it is.
 */
HRESULT VariantClear(VARIANTARG *variant);
/*
 * Clears `target`, which must be initialised, and makes it a copy: strings and arrays copied, objects
 * counted, VT_BYREF as it is. CopyInd copies what VT_BYREF points to; both may be the same VARIANT. On
 * failure `target` is as it was. E_INVALIDARG: a NULL, or nothing where VT_BYREF points; codes of
 * VariantClear; E_OUTOFMEMORY.
 */
HRESULT VariantCopy(VARIANTARG *target, const VARIANTARG *source);
HRESULT VariantCopyInd(VARIANT *target, const VARIANTARG *source);

/*
 * Converts into another type; both may be the same VARIANT. On failure `target` is as it was. Numbers become
 * other numbers, text and VT_BOOL and back: fractions are rounded, halves to even; true is -1, all bits set
 * in an unsigned number; VT_EMPTY is 0 and no text; VT_DATE is a number and no text. Text of numbers is
 * decimal with a point, whatever the locale. An object becomes VT_UNKNOWN or VT_DISPATCH, a VT_DISPATCH else
 * what its value (DISPID 0) becomes. DISP_E_OVERFLOW: out of range, or a number without a text;
 * DISP_E_TYPEMISMATCH: anything else, VT_NULL, VT_ERROR, VT_CY and arrays among it; DISP_E_BADVARTYPE: no
 * such type, or VT_BYREF; codes of VariantCopyInd and VariantClear.
 */
HRESULT VariantChangeType(VARIANTARG *target, const VARIANTARG *source, USHORT flags, VARTYPE type);
HRESULT VariantChangeTypeEx(VARIANTARG *target, const VARIANTARG *source, LCID locale, USHORT flags,
                            VARTYPE type);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

/* A VARIANT's type and value: V_VT(&v) = VT_I4; V_I4(&v) = 7. */
#define V_VT(X) ((X)->vt)
#define V_UNION(X, Y) ((X)->Y)
#define V_ISBYREF(X) (V_VT(X) & VT_BYREF)
#define V_ISARRAY(X) (V_VT(X) & VT_ARRAY)
#define V_I1(X) V_UNION(X, cVal)
#define V_UI1(X) V_UNION(X, bVal)
#define V_I2(X) V_UNION(X, iVal)
#define V_UI2(X) V_UNION(X, uiVal)
#define V_I4(X) V_UNION(X, lVal)
#define V_UI4(X) V_UNION(X, ulVal)
#define V_I8(X) V_UNION(X, llVal)
#define V_UI8(X) V_UNION(X, ullVal)
#define V_INT(X) V_UNION(X, intVal)
#define V_UINT(X) V_UNION(X, uintVal)
#define V_R4(X) V_UNION(X, fltVal)
#define V_R8(X) V_UNION(X, dblVal)
#define V_CY(X) V_UNION(X, cyVal)
#define V_DATE(X) V_UNION(X, date)
#define V_BOOL(X) V_UNION(X, boolVal)
#define V_ERROR(X) V_UNION(X, scode)
#define V_BSTR(X) V_UNION(X, bstrVal)
#define V_UNKNOWN(X) V_UNION(X, punkVal)
#define V_DISPATCH(X) V_UNION(X, pdispVal)
#define V_ARRAY(X) V_UNION(X, parray)
#define V_BYREF(X) V_UNION(X, byref)
#define V_UI1REF(X) V_UNION(X, pbVal)
#define V_I2REF(X) V_UNION(X, piVal)
#define V_UI2REF(X) V_UNION(X, puiVal)
#define V_I4REF(X) V_UNION(X, plVal)
#define V_UI4REF(X) V_UNION(X, pulVal)
#define V_I8REF(X) V_UNION(X, pllVal)
#define V_UI8REF(X) V_UNION(X, pullVal)
#define V_BOOLREF(X) V_UNION(X, pboolVal)
#define V_BSTRREF(X) V_UNION(X, pbstrVal)
#define V_UNKNOWNREF(X) V_UNION(X, ppunkVal)
#define V_DISPATCHREF(X) V_UNION(X, ppdispVal)
#define V_ARRAYREF(X) V_UNION(X, pparray)
#define V_VARIANTREF(X) V_UNION(X, pvarVal)

#endif
