/*
 * One argument of a call by name, on its way from a VARIANT into a C parameter and back. dispatch.c makes one
 * for every parameter; argument.c knows values and places, argument_in.c the way in, argument_out.c the way
 * back.
 *
 * What stands for what
 * - Numbers, enumerations, handles: any number or text of one, in range (DISP_E_OVERFLOW). Given back are
 *   VT_UI1 for a BYTE, VT_BOOL, else the first of VT_I4, VT_I8, VT_UI8 that holds the value.
 * - BSTR: text, or whatever becomes text. GUID *: text in registry form.
 * - Interface pointers: VT_DISPATCH or VT_UNKNOWN; Nothing and Empty are NULL. Where bytes are read from an
 *   IByteBuffer, a byte array is copied into a temporary one. Given back: VT_DISPATCH, VT_UNKNOWN for what
 *   has no IDispatch.
 * - SAFEARRAY *: an array, Empty is NULL. One of VARIANTs that are all strings is passed as VT_BSTR, all
 *   numbers of 0 to 255: as VT_UI1. Given back: with the elements it has; where scripts are to index it
 *   (CONTRACT_VARIANTS), of VARIANTs, but to a variable for an array of strings as that.
 * - BYTE * and a size, BYTEARRAY *: a byte array, which is VT_ARRAY | VT_UI1 or an array of VARIANTs that are
 *   numbers of 0 to 255. A size beyond the array is DISP_E_OVERFLOW. VT_ARRAY | VT_UI1 with a NULL array: no
 *   bytes. Given back: VT_ARRAY | VT_UI1.
 * - STATSTRUCT, SCARDINFO, and the BYTEARRAY of a block that stays the stream's (hMem is not NULL): an array
 *   of VARIANTs, one number for each field in order. A BYTE * that is never followed: a number.
 * - TLV_TABLE * and a count: an array of VARIANTs, of which each is the bytes of one data object (tag,
 *   length, value), in either form of a byte array. A count beyond the array is DISP_E_OVERFLOW. Where
 *   objects are read into a table, each element that has bytes is the tag wanted, and Empty elements, or
 *   Empty for the array, are left to the method (which gives all there are, say): as many as the count says.
 *   Given back: such an array with as many elements as the count says then, each an array of VARIANTs with
 *   one VT_UI1 a byte, so that scripts can index it; no bytes: there is no such object.
 * - A default value of a pointer is NULL.
 */
#ifndef SCARDSSP_COM_ARGUMENT_H
#define SCARDSSP_COM_ARGUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "com/contract.h"

/* The parameter's value as C has it. */
union argument_value {
    BYTE byte;
    WORD word;
    LONG number;
    DWORD count;
    UINT natural;
    int enumerator;
    VARIANT_BOOL boolean;
    ULONG_PTR handle;
    ULARGE_INTEGER large;
    BSTR text;
    IUnknown *object;
    SAFEARRAY *array;
    BYTE *bytes;
    BYTEARRAY *bytearray;
    GUID *guid;
    SCARDINFO *info;
    STATSTRUCT stat;
    TLV_TABLE *table;
    VARIANT variant;
    void *pointer;
};

/*
 * Makes an IByteBuffer of the object's library with a copy of `size` bytes and one reference. E_OUTOFMEMORY.
 */
typedef HRESULT (*argument_buffer)(const void *bytes, size_t size, IByteBuffer **out);

struct argument {
    const struct contract_parameter *parameter;
    argument_buffer make_buffer; /* for bytes where an IByteBuffer is read */
    VARIANTARG *given;           /* what the caller passes, NULL: left out */
    UINT index;                  /* its place among the caller's arguments */
    union argument_value value;
    void *address;    /* with CONTRACT_POINTER what is passed: of `value`, or NULL */
    GUID guid;        /* what value.guid points to on the way in */
    size_t size;      /* bytes at value.bytes on the way in; entries of value.table */
    IUnknown *before; /* value.object before the call; only compared */
    bool borrowed;    /* value.array belongs to the caller */
};

/* A signed or unsigned number of 64 bits. */
struct argument_number {
    bool negative; /* then `bits` is the two's complement */
    uint64_t bits;
};

/* Whether what comes out of the call can be stored where the caller says: it is passed by reference. */
bool argument_has_place(const struct argument *argument);

/*
 * The number of an argument of a number's type. Put: DISP_E_OVERFLOW when the type does not hold it. The type
 * of others: E_UNEXPECTED, and 0.
 */
struct argument_number argument_get_number(const struct argument *argument);
HRESULT argument_put_number(struct argument *argument, struct argument_number number);

/* Frees what the value owns, at the end of the call; the argument is not used any more. */
void argument_clear(struct argument *argument);

/*
 * Makes the value of all[at], of CONTRACT_PARAMETERS_MAX arguments or fewer and one without a parameter, from
 * what was given or from the default; those that tell sizes must have theirs.
 * The codes of late binding: DISP_E_TYPEMISMATCH, DISP_E_OVERFLOW, DISP_E_BADVARTYPE; E_INVALIDARG: an array
 * of which what it says cannot be true (arrayview.h); E_OUTOFMEMORY.
 */
HRESULT argument_take(struct argument *all, size_t at);

/*
 * Moves the value of all[at] after a successful call into `out`, which is overwritten; empty on failure.
 * E_OUTOFMEMORY; E_UNEXPECTED: the method told nonsense.
 */
HRESULT argument_give(struct argument *all, size_t at, VARIANT *out);

/*
 * The same into the variable that the caller has passed by reference; its former content is freed. Nothing is
 * done where there is no reference, or where the object is still the one that was passed. DISP_E_OVERFLOW:
 * what came does not fit; DISP_E_TYPEMISMATCH, DISP_E_ARRAYISLOCKED; E_OUTOFMEMORY, E_UNEXPECTED.
 */
HRESULT argument_store(struct argument *all, size_t at);

#endif
