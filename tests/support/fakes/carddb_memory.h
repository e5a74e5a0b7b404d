/*
 * A card database in memory, for tests of what stands above the port (carddb/carddb.h) on a system whose own
 * database cannot be written by a test. Both scopes are one. Used by cardtypes.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_CARDDB_MEMORY_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_CARDDB_MEMORY_H

#include "carddb/carddb.h"

/* An empty one; the test fails when there is no memory. It has room for a few types and members of groups. */
struct carddb *carddb_memory_open(void);

/* From now on every question is answered with RM_F_INTERNAL_ERROR. */
void carddb_memory_spoil(struct carddb *db);

#endif
