/*
 * One database file while one call works on it: opened, used in one transaction, closed. Nothing is held between
 * calls, so that a file that was removed, replaced or forked away is never met through an old connection. Called by
 * sqlite.c and by the files with the statements.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_STORE_H
#define SCARDSSP_CARDDB_SQLITE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "carddb/carddb.h"
#include "carddb/sqlite/api.h"

/* A bigger file is no card database. Bytes. */
#define STORE_FILE_MAX ((int64_t)256 << 20)

struct store {
    const struct sqlite_api *api;
    sqlite3 *db; /* NULL: there is no file, or an empty one; reading finds nothing */
    const char *path;
    uint64_t number;     /* of the database, for explain_set() */
    unsigned busy_waits; /* how often the file was found locked */
    unsigned progress;   /* how far SQLite has come, see store.c */
};

/*
 * Opens the file for reading, in a transaction. `path` NULL or a file that is not there: RM_OK and db NULL; nothing is
 * ever created or changed (a file of an older schema is brought up to date in a copy in memory). RM_F_INTERNAL_ERROR:
 * damaged, foreign, newer, or SQLite is missing; RM_E_NO_ACCESS: may not be read; RM_E_SERVER_TOO_BUSY: others kept it
 * locked; RM_E_NO_MEMORY; all explained. On success *out is for store_close(). `path` must outlive the store.
 */
rm_status store_open_read(const char *path, uint64_t number, struct store *out);

/*
 * Opens the file for changes, in a transaction that keeps other writers away. Missing directories (mode 0755 for the
 * system's, 0700 for a user's) and the file are made, an older schema is brought up to date. Errors as above;
 * RM_E_NO_ACCESS also where nothing may be written. Changes last only after store_commit().
 */
rm_status store_open_write(const char *path, enum carddb_scope scope, uint64_t number, struct store *out);

/* Makes the changes last: after RM_OK they survive a kill and a loss of power. Errors as above; then nothing changed. */
rm_status store_commit(struct store *store);

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
