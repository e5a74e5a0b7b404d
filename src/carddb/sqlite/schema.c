/* The tables of a card database: made, recognised, brought up to date. */
#include "carddb/sqlite/schema.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "carddb/explain.h"

/*
 * steps[n] leads from version n to n + 1; a new file takes all of them, so that no two files of a version
 * differ. Names of types and groups compare as WinSCard's do, without regard to the case of ASCII letters
 * (NOCASE is that).
 */
static const char *const steps[SCHEMA_VERSION] = {
    "CREATE TABLE types ("
    " name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,"
    " atr BLOB NOT NULL,"
    " mask BLOB NOT NULL,"
    " provider BLOB);"
    "CREATE TABLE interfaces ("
    " type TEXT NOT NULL COLLATE NOCASE,"
    " guid BLOB NOT NULL,"
    " PRIMARY KEY (type, guid));"
    "CREATE TABLE members ("
    " grp TEXT NOT NULL COLLATE NOCASE,"
    " reader TEXT NOT NULL,"
    " PRIMARY KEY (grp, reader)) WITHOUT ROWID;",

    /* Interfaces are listed in the order they were introduced in, and may occur twice. */
    "CREATE TABLE type_interfaces ("
    " type TEXT NOT NULL COLLATE NOCASE,"
    " position INTEGER NOT NULL,"
    " guid BLOB NOT NULL,"
    " PRIMARY KEY (type, position)) WITHOUT ROWID;"
    "INSERT INTO type_interfaces (type, position, guid)"
    " SELECT type, row_number() OVER (PARTITION BY type ORDER BY rowid) - 1, guid FROM interfaces;"
    "DROP TABLE interfaces;",
};

static rm_status read_number(struct store *store, const char *sql, int *out) {
    sqlite3_stmt *statement;
    bool row = false;
    rm_status status = store_prepare(store, sql, &statement);
    if (status == RM_OK)
        status = store_step(store, statement, &row);
    if (status == RM_OK)
        *out = row ? store->api->column_int(statement, 0) : 0;
    store->api->finalize(statement);
    return status;
}

rm_status schema_examine(struct store *store, enum schema_state *out) {
    int mark = 0, version = 0, things = 0;
    rm_status status = read_number(store, "PRAGMA application_id", &mark);
    if (status == RM_OK)
        status = read_number(store, "PRAGMA user_version", &version);
    if (status == RM_OK)
        status = read_number(store, "SELECT count(*) FROM sqlite_master", &things);
    if (status != RM_OK)
        return status;
    if (mark == 0 && version == 0 && things == 0) {
        *out = SCHEMA_NEW;
        return RM_OK;
    }
    if (mark != SCHEMA_MARK || version < 1) {
        explain_set(
            store->number,
            "%s is the database of another program; it is left as it is: move it away, or set another path.",
            store->path);
        return RM_F_INTERNAL_ERROR;
    }
    if (version > SCHEMA_VERSION) {
        explain_set(
            store->number,
            "%s was written by a newer version of this library (schema %d, this one knows %d); update it.",
            store->path, version, SCHEMA_VERSION);
        return RM_F_INTERNAL_ERROR;
    }
    *out = version == SCHEMA_VERSION ? SCHEMA_CURRENT : SCHEMA_OLDER;
    return RM_OK;
}

rm_status schema_verify(struct store *store) {
    sqlite3_stmt *statement;
    bool row = false;
    rm_status status = store_prepare(store, "PRAGMA quick_check(1)", &statement);
    if (status == RM_OK)
        status = store_step(store, statement, &row);
    if (status == RM_OK) {
        const char *verdict = row ? (const char *)store->api->column_text(statement, 0) : NULL;
        if (!verdict || strcmp(verdict, "ok") != 0)
            status = store_damaged(store, verdict ? verdict : "it cannot be checked");
    }
    store->api->finalize(statement);
    return status;
}

rm_status schema_upgrade(struct store *store) {
    char sql[96];
    int version = 0;
    rm_status status = read_number(store, "PRAGMA user_version", &version);
    for (; status == RM_OK && version >= 0 && version < SCHEMA_VERSION; version++)
        status = store_run(store, steps[version]);
    if (status != RM_OK)
        return status;
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", SCHEMA_MARK,
             SCHEMA_VERSION);
    return store_run(store, sql);
}
