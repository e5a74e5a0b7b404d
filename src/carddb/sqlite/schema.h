/*
 * The tables of a card database and their versions. A file carries a mark and the version of its schema;
 * older ones are brought up to date step by step in one transaction, newer and foreign ones are left alone.
 * Called by store.c.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_SCHEMA_H
#define SCARDSSP_CARDDB_SQLITE_SCHEMA_H

#include "carddb/sqlite/connection.h"

/* SQLite's application_id of a card database ("SCdb"), and the schema's version (user_version). */
#define SCHEMA_MARK 0x53436462
#define SCHEMA_VERSION 2

enum schema_state {
    SCHEMA_NEW,    /* an empty file */
    SCHEMA_OLDER,  /* schema_upgrade() is to be called */
    SCHEMA_CURRENT /* as the statements of this library want it */
};

/*
 * What kind of file it is. RM_F_INTERNAL_ERROR, explained: not ours, damaged, or of a newer version. To be
 * called in a transaction; the answer holds as long as it.
 */
rm_status schema_examine(struct store *store, enum schema_state *out);

/* Has SQLite look the whole file through, before something is added to it. RM_F_INTERNAL_ERROR, explained. */
rm_status schema_verify(struct store *store);

/*
 * Makes the tables, or brings an older schema up to date, in the caller's transaction. Errors as in
 * connection.h.
 */
rm_status schema_upgrade(struct store *store);

#endif
