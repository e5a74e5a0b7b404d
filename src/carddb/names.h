/*
 * Names of card types, groups and readers: which may go into a database, and how lists of them grow. Called by
 * both implementations of carddb.h and by the ATR list.
 */
#ifndef SCARDSSP_CARDDB_NAMES_H
#define SCARDSSP_CARDDB_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "carddb/carddb.h"

/*
 * Whether `length` bytes may be a name: 1 to CARDDB_NAME_MAX of them and no control characters (a NUL would cut a
 * multi-string, a line feed would break a listing).
 */
bool carddb_name_valid(const char *name, size_t length);

/* Whether this group is one of those that always exist ("SCard$..."), which no database may hold. */
bool carddb_group_reserved(const char *group);

/*
 * Appends `length` bytes (at least one, none of them NUL) as one name. False: out of memory, and the list is as it
 * was. The block is malloc()ed and grows by doubling.
 */
bool carddb_names_add(struct carddb_names *names, const char *name, size_t length);

/* Frees the list and makes it empty. */
void carddb_names_clear(struct carddb_names *names);

#endif
