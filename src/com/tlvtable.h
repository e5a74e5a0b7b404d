/*
 * Tables of data objects (TLV_TABLE) as callers by name have them: an array of VARIANTs, of which each is the
 * bytes of one object. Called by argument_in.c, argument_out.c and argument.c.
 */
#ifndef SCARDSSP_COM_TLVTABLE_H
#define SCARDSSP_COM_TLVTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "com/win.h"

/* No table by name has more entries, no entry more bytes: tag, length and 65535 bytes of value. */
#define TLVTABLE_ENTRIES_MAX 256u
#define TLVTABLE_ROOM 65542u

/*
 * A table from what the caller passes, for a method that is told of `count` entries. content: an array of
 * VARIANTs that are bytes each (VT_ARRAY | VT_UI1, or arrays of numbers), or that stand for nothing; or what
 * stands for nothing as a whole. Entries that are nothing are NULL, with size 0.
 *
 * is_result: objects are read into the table. Each entry with bytes, of which the method reads the tag, has
 * room for TLVTABLE_ROOM; those that the array does not have are NULL. Otherwise the array has `count`
 * elements at least; nothing as a whole is *table_out NULL.
 *
 * *entries_out: how many the table has. DISP_E_TYPEMISMATCH: not of this form; DISP_E_OVERFLOW: fewer than
 * `count`, or too many, or too large; E_INVALIDARG: an array that lies (arrayview.h); E_OUTOFMEMORY. Then
 * there is no table.
 */
HRESULT tlvtable_take(const VARIANTARG *content, size_t count, bool is_result, TLV_TABLE **table_out,
                      size_t *entries_out);

/*
 * The first `count` entries of a table as an array of VARIANTs, from index 0: each is an array of VARIANTs of
 * VT_UI1, a form that scripts can index. One that is NULL or has size 0 has no bytes. *out is overwritten, on
 * success only. E_UNEXPECTED: an entry tells a size that none has; E_OUTOFMEMORY.
 */
HRESULT tlvtable_give(const TLV_TABLE *table, size_t count, VARIANT *out);

/* Frees a table and what its entries point to, which is task memory of whoever made it. NULL: nothing. */
void tlvtable_free(TLV_TABLE *table, size_t entries);

#endif
