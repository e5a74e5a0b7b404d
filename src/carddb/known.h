/*
 * Types of cards that are known from the start, behind a database: whoever asks what an ATR is gets them,
 * too. Used by the module, which knows the cards that come with the library.
 */
#ifndef SCARDSSP_CARDDB_KNOWN_H
#define SCARDSSP_CARDDB_KNOWN_H

#include "carddb/carddb.h"

/*
 * A database in front of `inner`, which is its own from now on. What it knows of itself are `count` types, in
 * the order of their names; several of one name, beside each other, are one type with several ATRs. They stay
 * the caller's for as long as the database lives.
 *
 * - list(): with an ATR that no introduced type fits, those among the types known that do, in the order of
 *   the names. Without an ATR only what was introduced: that is what the list is of then.
 * - get(): the first known one of the name, where none was introduced.
 * - An introduced type hides a known one of its name; forgotten, it no longer does. What is known itself
 *   cannot be forgotten.
 * - Everything else is the inner database's.
 * RM_E_NO_MEMORY: the inner one is still the caller's.
 */
rm_status carddb_known_open(struct carddb *inner, const struct carddb_type *types, size_t count,
                            struct carddb **out);

#endif
