/*
 * A store's connection to its file through SQLite: statements, and what their failures mean. Called by
 * store.c, which opens and ends it, by schema.c and by the files with the statements.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_CONNECTION_H
#define SCARDSSP_CARDDB_SQLITE_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "carddb/carddb.h"
#include "carddb/sqlite/api.h"

struct store {
    const struct sqlite_api *api;
    sqlite3 *db; /* NULL: there is no file, or an empty one; reading finds nothing */
    const char *path;
    uint64_t number;     /* of the database, for explain_set() */
    unsigned busy_waits; /* how often the file was found locked */
    unsigned progress;   /* how far SQLite has come, see connection.c */
};

/*
 * Connects to `path` with SQLite's `flags` for opening, store->path being what people are told of: waits for
 * others are bounded, and what a crafted file could use is switched off. RM_F_INTERNAL_ERROR: damaged,
 * foreign, or SQLite is missing; RM_E_NO_ACCESS: may not be read; RM_E_SERVER_TOO_BUSY: others kept it
 * locked; RM_E_NO_MEMORY; all explained.
 */
rm_status store_connect(struct store *store, const char *path, int flags);

/* Takes over the connection of `other`, in place of its own, which is closed. */
void store_take(struct store *store, struct store *other);

/* RM_E_NO_ACCESS, explained: the system refuses the file; `why` in its words. */
rm_status store_refused(const struct store *store, const char *why);

/* Closes the file and takes back what was not committed. A store that was not opened may be all zeros. */
void store_close(struct store *store);

/* Prepares a statement for api->finalize(). Errors as above. */
rm_status store_prepare(struct store *store, const char *sql, sqlite3_stmt **out);

/* Takes one step: *row_out tells if there is a row. Errors as above. */
rm_status store_step(struct store *store, sqlite3_stmt *statement, bool *row_out);

/* Runs statements without results. Errors as above. */
rm_status store_run(struct store *store, const char *sql);

/* The status of SQLite's last failure in this store, explained. */
rm_status store_fault(struct store *store);

/* RM_F_INTERNAL_ERROR, explained: the file holds something that no version of this library has put there. */
rm_status store_damaged(struct store *store, const char *what);

#endif
