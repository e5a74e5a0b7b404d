/*
 * An index over the ATR list, for programs that ask more than once: patterns that are plain ATRs in a sorted
 * array of hashes, the others as masks by the size of the ATR. Built once, only read afterwards. Called by
 * atrlist.c.
 */
#ifndef SCARDSSP_CARDDB_ATRLIST_INDEX_H
#define SCARDSSP_CARDDB_ATRLIST_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "carddb/atrlist/match.h"
#include "carddb/atrlist/pattern.h"

struct atrindex;

/* Builds the index over a text that must outlive it. NULL: out of memory. */
struct atrindex *atrindex_create(const char *text, size_t size);

/* Frees it; NULL does nothing. */
void atrindex_free(struct atrindex *index);

/* Calls the visitor for each entry that matches, in the order of the text, until it returns false. */
void atrindex_visit(const struct atrindex *index, const struct atrtext *atr, atrlist_visitor visitor,
                    void *context);

#endif
