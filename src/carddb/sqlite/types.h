/*
 * Card types in one database file: the statements and how their values are checked. Called by sqlite.c, each
 * within the transaction of an open store. Errors beside those named are the ones of store.h.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_TYPES_H
#define SCARDSSP_CARDDB_SQLITE_TYPES_H

#include "carddb/sqlite/connection.h"

/* Writes a type whose values have been checked; one of the same name is replaced. */
rm_status types_introduce(struct store *store, const struct carddb_type *type);

/* RM_E_UNKNOWN_CARD. */
rm_status types_forget(struct store *store, const char *name);

/* Everything about a type, in one block for free(). RM_E_UNKNOWN_CARD. */
rm_status types_get(struct store *store, const char *name, struct carddb_type **out);

/* A walk through the types in the order of their names. All zeros: at the end. */
struct types_walk {
    struct store *store;
    sqlite3_stmt *rows, *interfaces;
    bool there;              /* `type` is one; false: at the end */
    struct carddb_type type; /* name, atr, mask, atr_size; the name is valid until the next step */
};

/*
 * Begins a walk and takes its first step; in a store without a file there is nothing. types_walk_end() in any
 * case.
 */
rm_status types_walk_begin(struct store *store, struct types_walk *out);

/* Steps to the next type. */
rm_status types_walk_next(struct types_walk *walk);

/* Whether the type the walk stands on supports all these interfaces. */
rm_status types_walk_supports(struct types_walk *walk, const struct carddb_guid *interfaces, size_t count,
                              bool *out);

/* Ends a walk; one of all zeros too. */
void types_walk_end(struct types_walk *walk);

#endif
