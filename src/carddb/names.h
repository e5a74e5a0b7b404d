/*
 * Names of card types, groups and readers: which may go into a database. Called by both implementations of
 * carddb.h.
 */
#ifndef SCARDSSP_CARDDB_NAMES_H
#define SCARDSSP_CARDDB_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "carddb/carddb.h"

/*
 * Whether `length` bytes may be a name: 1 to CARDDB_NAME_MAX of them and no control characters (a NUL would
 * cut a multi-string, a line feed would break a listing).
 */
bool carddb_name_valid(const char *name, size_t length);

/* Whether this group is one of those that always exist ("SCard$..."), which no database may hold. */
bool carddb_group_reserved(const char *group);

#endif
