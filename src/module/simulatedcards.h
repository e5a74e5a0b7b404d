/*
 * The types of cards that every program finds without an introduction: the simulated cards that come with the
 * library, whose provider is this library's own. Used by cardtypes.c, and by db.c for types that are
 * introduced with that provider.
 */
#ifndef SCARDSSP_MODULE_SIMULATEDCARDS_H
#define SCARDSSP_MODULE_SIMULATEDCARDS_H

#include "carddb/carddb.h"

/* What the class of this library is the provider of: its identifier and the interfaces it can make. */
struct simulatedcards_provider {
    struct carddb_guid class;
    const struct carddb_guid *interfaces;
    size_t interface_count;
};

/* Static, and filled by the first simulatedcards_types(), which opening the database is. */
const struct simulatedcards_provider *simulatedcards_provider(void);

/*
 * The types, in the order of their names: a card is one type, with an ATR for each choice of protocols that
 * it can be narrowed to (a virtual reader of pcscd's speaks one only). *count: how many. Made by the first
 * call, which two threads must not make at once; static.
 */
const struct carddb_type *simulatedcards_types(size_t *count);

#endif
