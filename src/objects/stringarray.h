/*
 * Lists of names and of identifiers as callers see them: one-dimensional SAFEARRAYs of BSTR. Used by
 * database.c, cardex.c and searchrequest.c. Inside they are multi-strings in UTF-8 and arrays of 128-bit
 * identifiers (carddb/carddb.h).
 */
#ifndef SCARDSSP_OBJECTS_STRINGARRAY_H
#define SCARDSSP_OBJECTS_STRINGARRAY_H

#include <stddef.h>

#include "carddb/carddb.h"
#include "com/win.h"
#include "rm/names.h"

/* A new array with the names of a list (an empty one: no elements). E_OUTOFMEMORY. */
HRESULT stringarray_from_names(const struct names *names, SAFEARRAY **out);

/* The same for readers and groups of them, whose names are bytes (base/utf.h). */
HRESULT stringarray_from_readers(const struct names *names, SAFEARRAY **out);

/* The same as an array of VARIANTs, which is what scripts can walk; *out is overwritten, on success only. */
HRESULT stringarray_variants_from_readers(const struct names *names, VARIANT *out);

/* A new array with `count` identifiers in registry form. E_OUTOFMEMORY. */
HRESULT stringarray_from_guids(const struct carddb_guid *guids, size_t count, SAFEARRAY **out);

/*
 * Appends the strings of an array to a list; NULL: none. E_INVALIDARG: not one-dimensional, what cannot be
 * true (arrayview.h), elements that are neither BSTR nor VARIANTs that hold one, an empty string, or one that
 * is no text; E_OUTOFMEMORY. On failure the list may hold some of them.
 */
HRESULT stringarray_to_names(SAFEARRAY *array, struct names *names);

/* The same for groups of readers, whose names are bytes. */
HRESULT stringarray_to_groups(SAFEARRAY *array, struct names *names);

/*
 * The identifiers of an array in registry form; NULL: none. *guids_out is malloc()ed, NULL when there is
 * none, and *count_out how many there are. E_INVALIDARG: as above, or not in registry form; E_OUTOFMEMORY.
 */
HRESULT stringarray_to_guids(SAFEARRAY *array, struct carddb_guid **guids_out, size_t *count_out);

#endif
