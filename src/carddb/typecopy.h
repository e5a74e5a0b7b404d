/* A card type on the heap, as carddb_ops.get hands it out. Called by both implementations of carddb.h. */
#ifndef SCARDSSP_CARDDB_TYPECOPY_H
#define SCARDSSP_CARDDB_TYPECOPY_H

#include <stddef.h>

#include "carddb/carddb.h"

/*
 * A copy of the type with its name and these `count` interfaces (instead of its own) in one block for free().
 * NULL: out of memory.
 */
struct carddb_type *carddb_type_copy(const struct carddb_type *type, const struct carddb_guid *interfaces,
                                     size_t count);

#endif
