/*
 * One database file while one call works on it: opened, used in one transaction, closed. Nothing is held
 * between calls, so that a file that was removed, replaced or forked away is never met through an old
 * connection. Called by sqlite.c and by the files with the statements.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_STORE_H
#define SCARDSSP_CARDDB_SQLITE_STORE_H

#include <stdint.h>

#include "carddb/carddb.h"
#include "carddb/sqlite/connection.h"

/* A bigger file is no card database. Bytes. */
#define STORE_FILE_MAX ((int64_t)256 << 20)

/*
 * Opens the file for reading, in a transaction. `path` NULL or a file that is not there: RM_OK and db NULL;
 * nothing is ever created or changed (a file of an older schema is brought up to date in a copy in memory).
 * RM_F_INTERNAL_ERROR: damaged, foreign, newer, or SQLite is missing; RM_E_NO_ACCESS: may not be read;
 * RM_E_SERVER_TOO_BUSY: others kept it locked; RM_E_NO_MEMORY; all explained. On success *out is for
 * store_close(). `path` must outlive the store.
 */
rm_status store_open_read(const char *path, uint64_t number, struct store *out);

/*
 * Opens the file for changes, in a transaction that keeps other writers away. Missing directories (mode 0755
 * for the system's, 0700 for a user's) and the file are made, an older schema is brought up to date. Errors
 * as above; RM_E_NO_ACCESS also where nothing may be written. Changes last only after store_commit().
 */
rm_status store_open_write(const char *path, enum carddb_scope scope, uint64_t number, struct store *out);

/*
 * Makes the changes last: after RM_OK they survive a kill and a loss of power. Errors as above; then nothing
 * changed.
 */
rm_status store_commit(struct store *store);

#endif
