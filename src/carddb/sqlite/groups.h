/*
 * Reader groups in one database file. Called by sqlite.c, each within the transaction of an open store.
 * Errors beside those named are the ones of store.h.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_GROUPS_H
#define SCARDSSP_CARDDB_SQLITE_GROUPS_H

#include "carddb/sqlite/connection.h"

/* RM_E_DUPLICATE_READER: it is in the group already. */
rm_status groups_add(struct store *store, const char *group, const char *reader);

/* RM_E_UNKNOWN_READER: it is not in the group. */
rm_status groups_remove(struct store *store, const char *group, const char *reader);

/* RM_E_UNKNOWN_READER: there is no such group. */
rm_status groups_forget(struct store *store, const char *group);

/* A walk through the names of all groups, or of the readers of one, in order. */
struct groups_walk {
    struct store *store;
    sqlite3_stmt *rows;
    const char *name; /* where it stands, valid until the next step; NULL: at the end */
};

/*
 * Begins a walk (`group` NULL: over the groups; it must outlive the walk) and takes its first step.
 * groups_walk_end() in any case.
 */
rm_status groups_walk_begin(struct store *store, const char *group, struct groups_walk *out);

/* Steps to the next name. */
rm_status groups_walk_next(struct groups_walk *walk);

/* Ends a walk; one of all zeros too. */
void groups_walk_end(struct groups_walk *walk);

#endif
