/*
 * SQLite's connection to one file: locks, hardening against hostile files, and what SQLite's codes mean to
 * people.
 */
#include "carddb/sqlite/connection.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "carddb/explain.h"

/* Waits of one to four milliseconds, together about half a minute. */
#define BUSY_WAITS_MAX 12000u
/*
 * A statement of ours takes a few thousand instructions of SQLite's machine for each row; a crafted file may
 * loop.
 */
#define PROGRESS_STEP 100000
#define PROGRESS_MAX 20000u

static int wait_while_busy(void *context, int count) {
    unsigned *waits = context;
    (void)count;
    if (++*waits > BUSY_WAITS_MAX)
        return 0;
    /* Unequal waits, so that many writers do not knock all at the same time. */
    const long spread = (long)((*waits * 2654435761u) >> 22);
    const struct timespec pause = {.tv_nsec = 1000000 + spread * 3000};
    nanosleep(&pause, NULL);
    return 1;
}

static int stop_after_long(void *context) {
    unsigned *steps = context;
    return ++*steps > PROGRESS_MAX;
}

rm_status store_damaged(struct store *store, const char *what) {
    explain_set(
        store->number,
        "%s is damaged (%s); it is left as it is: move it away or put back a copy, then introduce the "
        "cards again.",
        store->path, what);
    return RM_F_INTERNAL_ERROR;
}

rm_status store_refused(const struct store *store, const char *why) {
    explain_set(store->number,
                "%s cannot be used (%s); give the rights to it, or use the database of your user.",
                store->path, why);
    return RM_E_NO_ACCESS;
}

static bool is_rights(int error) {
    return error == EACCES || error == EPERM || error == EROFS;
}

rm_status store_fault(struct store *store) {
    const int code = store->api->extended_errcode(store->db);
    const char *message = store->api->errmsg(store->db);
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        explain_set(store->number, "There was not enough memory to read %s; close other programs.",
                    store->path);
        return RM_E_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        explain_set(store->number, "Other programs kept %s locked for too long; try again.", store->path);
        return RM_E_SERVER_TOO_BUSY;
    case SQLITE_CANTOPEN:
        if (!is_rights(store->api->system_errno(store->db)))
            break;
        return store_refused(store, strerror(store->api->system_errno(store->db)));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        if (code != SQLITE_READONLY_ROLLBACK && code != SQLITE_READONLY_RECOVERY)
            return store_refused(store, message);
        explain_set(store->number,
                    "A program was killed while it changed %s; use it once with the right to write there.",
                    store->path);
        return RM_E_NO_ACCESS;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_INTERRUPT:
    case SQLITE_ERROR: /* our statements are right: a table or a column is missing */
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
        return store_damaged(store, message);
    default:
        break;
    }
    explain_set(store->number, "%s cannot be used (%s); see to the disk it is on.", store->path, message);
    return RM_F_INTERNAL_ERROR;
}

rm_status store_prepare(struct store *store, const char *sql, sqlite3_stmt **out) {
    *out = NULL;
    return store->api->prepare_v2(store->db, sql, -1, out, NULL) == SQLITE_OK ? RM_OK : store_fault(store);
}

rm_status store_step(struct store *store, sqlite3_stmt *statement, bool *row_out) {
    const int code = store->api->step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return store_fault(store);
    *row_out = code == SQLITE_ROW;
    return RM_OK;
}

rm_status store_run(struct store *store, const char *sql) {
    return store->api->exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RM_OK : store_fault(store);
}

/* What a crafted file could use against its reader is switched off. */
static rm_status harden(struct store *store) {
    static const int off[] = {SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_TRIGGER,
                              SQLITE_DBCONFIG_ENABLE_VIEW};
    static const int on[] = {SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE};
    const struct sqlite_api *api = store->api;
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        api->db_config(store->db, off[i], 0, NULL);
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        api->db_config(store->db, on[i], 1, NULL);
    api->limit(store->db, SQLITE_LIMIT_LENGTH, 1 << 20);
    api->limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    return store_run(store, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY");
}

/* Bounds what SQLite may wait for and do. The handlers point into the store they are set for. */
static void watch(struct store *store) {
    store->api->busy_handler(store->db, wait_while_busy, &store->busy_waits);
    store->api->progress_handler(store->db, PROGRESS_STEP, stop_after_long, &store->progress);
}

rm_status store_connect(struct store *store, const char *path, int flags) {
    store->api = sqlite_api_load();
    if (!store->api) {
        explain_set(store->number, "SQLite is missing: install libsqlite3.so.0 (Debian: libsqlite3-0).");
        return RM_F_INTERNAL_ERROR;
    }
    const int code = store->api->open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (!store->db) {
        explain_set(store->number, "There was not enough memory to open %s; close other programs.",
                    store->path);
        return RM_E_NO_MEMORY;
    }
    if (code != SQLITE_OK)
        return store_fault(store);
    watch(store);
    return harden(store);
}

void store_take(struct store *store, struct store *other) {
    store->api->close_v2(store->db);
    store->db = other->db;
    other->db = NULL;
    watch(store);
}

void store_close(struct store *store) {
    if (store->db)
        store->api->close_v2(store->db);
    store->db = NULL;
}
