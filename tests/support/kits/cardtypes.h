/*
 * A card database and a list of ATRs of a test's own, in files that go with it; on Windows the database is in
 * memory.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_CARDTYPES_H
#define SCARDSSP_TESTS_SUPPORT_KITS_CARDTYPES_H

#include "carddb/atrlist/atrlist.h"
#include "carddb/carddb.h"
#include "support/kits/scratch.h"

struct cardtypes {
    char directory[SCRATCH_ROOM];
    char system[SCRATCH_ROOM];
    char user[SCRATCH_ROOM];
    char list_path[SCRATCH_ROOM];
    struct carddb *db;
    struct atrlist *list; /* NULL until cardtypes_list() */
};

/* Makes an empty directory and a database in it; the test fails where it cannot. */
void cardtypes_open(struct cardtypes *types);

/* Ends both and removes the files. */
void cardtypes_close(struct cardtypes *types);

/* Writes this text as list of ATRs and reads it; an earlier list is closed. */
void cardtypes_list(struct cardtypes *types, const char *text);

/*
 * Introduces a type for the user: ATR and mask in hex (mask NULL: all bits count), provider in registry form
 * (NULL: none), interfaces in registry form one after the other ("{...}{...}"; NULL: none).
 */
void cardtypes_introduce(struct cardtypes *types, const char *name, const char *atr, const char *mask,
                         const wchar_t *provider, const wchar_t *interfaces);

/* Makes the user's part of the database one that cannot be read. */
void cardtypes_spoil(struct cardtypes *types);

#endif
