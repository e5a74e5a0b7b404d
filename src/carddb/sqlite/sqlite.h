/*
 * The card database in SQLite files: one of the machine, one of the user. Called by whoever wires the
 * objects.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_SQLITE_H
#define SCARDSSP_CARDDB_SQLITE_SQLITE_H

#include "carddb/carddb.h"

/*
 * Makes a database over these two files (absolute paths, copied; carddb/paths.h knows the usual ones); end it
 * with ops->close(). Nothing is read or made yet: files are opened call by call and made at the first change.
 * A path may be NULL: that part is empty and takes no changes. RM_E_NO_MEMORY.
 */
rm_status carddb_sqlite_open(const char *system_path, const char *user_path, struct carddb **out);

#endif
