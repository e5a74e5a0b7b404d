/* Reader groups in one database file: a group is what has members. */
#include "carddb/sqlite/groups.h"

#include <stddef.h>

#include "carddb/names.h"

/* Runs a statement that takes a group and perhaps a reader; *changed_out: how many rows it changed. */
static rm_status change(struct store *store, const char *sql, const char *group, const char *reader,
                        int *changed_out) {
    sqlite3_stmt *statement;
    bool row;
    rm_status status = store_prepare(store, sql, &statement);
    if (status == RM_OK && store->api->bind_text(statement, 1, group, -1, SQLITE_STATIC) != SQLITE_OK)
        status = store_fault(store);
    if (status == RM_OK && reader &&
        store->api->bind_text(statement, 2, reader, -1, SQLITE_STATIC) != SQLITE_OK)
        status = store_fault(store);
    if (status == RM_OK)
        status = store_step(store, statement, &row);
    if (status == RM_OK)
        *changed_out = store->api->changes(store->db);
    store->api->finalize(statement);
    return status;
}

rm_status groups_add(struct store *store, const char *group, const char *reader) {
    int changed = 0;
    const rm_status status =
        change(store, "INSERT OR IGNORE INTO members (grp, reader) VALUES (?1, ?2)", group, reader, &changed);
    return status == RM_OK && !changed ? RM_E_DUPLICATE_READER : status;
}

rm_status groups_remove(struct store *store, const char *group, const char *reader) {
    int changed = 0;
    const rm_status status =
        change(store, "DELETE FROM members WHERE grp = ?1 AND reader = ?2", group, reader, &changed);
    return status == RM_OK && !changed ? RM_E_UNKNOWN_READER : status;
}

rm_status groups_forget(struct store *store, const char *group) {
    int changed = 0;
    const rm_status status = change(store, "DELETE FROM members WHERE grp = ?1", group, NULL, &changed);
    return status == RM_OK && !changed ? RM_E_UNKNOWN_READER : status;
}

rm_status groups_walk_begin(struct store *store, const char *group, struct groups_walk *out) {
    *out = (struct groups_walk){.store = store};
    if (!store->db)
        return RM_OK;
    rm_status status =
        store_prepare(store,
                      group ? "SELECT reader FROM members WHERE grp = ?1 ORDER BY reader"
                            : "SELECT min(grp) FROM members GROUP BY grp ORDER BY grp COLLATE NOCASE",
                      &out->rows);
    if (status == RM_OK && group &&
        store->api->bind_text(out->rows, 1, group, -1, SQLITE_STATIC) != SQLITE_OK)
        status = store_fault(store);
    return status == RM_OK ? groups_walk_next(out) : status;
}

rm_status groups_walk_next(struct groups_walk *walk) {
    struct store *store = walk->store;
    bool row;
    const rm_status status = store_step(store, walk->rows, &row);
    walk->name = NULL;
    if (status != RM_OK || !row)
        return status;
    const char *name = (const char *)store->api->column_text(walk->rows, 0);
    if (!name || !carddb_name_valid(name, (size_t)store->api->column_bytes(walk->rows, 0)))
        return store_damaged(store, "a reader group's values are out of range");
    walk->name = name;
    return RM_OK;
}

void groups_walk_end(struct groups_walk *walk) {
    if (walk->rows)
        walk->store->api->finalize(walk->rows);
}
