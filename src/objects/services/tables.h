/*
 * Tables of properties as callers pass them (TLV_TABLE): each entry is one BER-TLV data object. Used by
 * ISCardFileAccess.
 */
#ifndef SCARDSSP_OBJECTS_SERVICES_TABLES_H
#define SCARDSSP_OBJECTS_SERVICES_TABLES_H

#include "com/win.h"
#include "services/content.h"

/* Which properties are wanted. */
enum tables_wish {
    TABLES_NAMED,   /* those whose tags the entries begin with */
    TABLES_ALL,     /* all there are */
    TABLES_DEFAULT, /* size, descriptor, identifier, life cycle: 80, 82, 83, 8A */
};

/*
 * Adds the objects of `count` entries, one behind the other. E_POINTER: no table, or an entry without bytes,
 * though there are some to be; E_INVALIDARG: a negative count or size, an entry that is not one whole object,
 * or more than a command could carry.
 */
HRESULT tables_objects(const TLV_TABLE *table, LONG count, struct content *out);

/*
 * Whether tables_fill() could work, before the card is asked. E_POINTER: no count, or no table for more than
 * 0 entries; E_INVALIDARG: a negative count or size, or with TABLES_NAMED an entry that begins with no tag.
 */
HRESULT tables_check(const TLV_TABLE *table, const LONG *count, enum tables_wish wish);

/*
 * Puts the wanted ones among the objects into the table. An entry with byData NULL gets memory of
 * CoTaskMemAlloc(), for the caller to free; another one has cbSize bytes of room. cbSize becomes the size of
 * the object, 0 where there is none; what does not fit is left out, cbSize says what it needs. *count becomes
 * the number of entries with TABLES_ALL and TABLES_DEFAULT; the table may have too few: then it is not
 * touched. E_INVALIDARG: malformed entries. SCARD_E_INSUFFICIENT_BUFFER: too few entries, or too little room
 * in one. E_OUTOFMEMORY: no entry has memory of this call.
 */
HRESULT tables_fill(TLV_TABLE *table, LONG *count, enum tables_wish wish, const struct content *objects);

#endif
