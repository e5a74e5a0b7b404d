/* One database file: its place, its transaction, and its schema brought up to date. */
#include "carddb/sqlite/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/folder.h"
#include "carddb/explain.h"
#include "carddb/sqlite/schema.h"

/* RM_OK and *there_out; anything but an ordinary file is refused before SQLite touches it. */
static rm_status look_at(struct store *store, bool *there_out) {
    struct stat about;
    *there_out = false;
    if (*store->path != '/') {
        explain_set(store->number, "%s is not an absolute path; set one.", store->path);
        return RM_F_INTERNAL_ERROR;
    }
    if (stat(store->path, &about) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return RM_OK;
        return store_refused(store, strerror(errno));
    }
    if (!S_ISREG(about.st_mode) || about.st_size > STORE_FILE_MAX) {
        explain_set(store->number, "%s is not a card database; move it away.", store->path);
        return RM_F_INTERNAL_ERROR;
    }
    *there_out = true;
    return RM_OK;
}

/* An older file is read through a copy, for whoever reads may not be allowed to write. */
static rm_status upgrade_in_memory(struct store *store) {
    struct store copy = {.path = store->path, .number = store->number};
    rm_status status = store_connect(&copy, ":memory:", SQLITE_OPEN_READWRITE);
    if (status == RM_OK) {
        sqlite3_backup *backup = copy.api->backup_init(copy.db, "main", store->db, "main");
        if (backup)
            copy.api->backup_step(backup, -1);
        if (!backup || copy.api->backup_finish(backup) != SQLITE_OK)
            status = store_fault(&copy);
    }
    if (status == RM_OK)
        status = store_run(&copy, "BEGIN");
    if (status == RM_OK)
        status = schema_upgrade(&copy);
    if (status != RM_OK) {
        store_close(&copy);
        return status;
    }
    store_take(store, &copy);
    return RM_OK;
}

rm_status store_open_read(const char *path, uint64_t number, struct store *out) {
    struct store *store = out;
    enum schema_state state = SCHEMA_NEW;
    bool there;
    *store = (struct store){.path = path, .number = number};
    if (!path)
        return RM_OK;
    rm_status status = look_at(store, &there);
    if (status != RM_OK || !there)
        return status;
    /* Writable if it may be: SQLite takes back what a killed program has left half done. */
    status = store_connect(store, path, SQLITE_OPEN_READWRITE);
    if (status == RM_OK)
        status = store_run(store, "BEGIN");
    if (status == RM_OK)
        status = schema_examine(store, &state);
    if (status == RM_OK && state == SCHEMA_OLDER)
        status = upgrade_in_memory(store);
    if (status != RM_OK || state == SCHEMA_NEW)
        store_close(store);
    return status;
}

/* Makes the folders above the file. */
static rm_status make_folders(struct store *store, mode_t mode) {
    if (folder_make_above(store->path, mode))
        return RM_OK;
    return errno == ENOMEM ? RM_E_NO_MEMORY : store_refused(store, strerror(errno));
}

static rm_status begin_write(struct store *store) {
    enum schema_state state;
    rm_status status = store_run(store, "PRAGMA synchronous = EXTRA");
    if (status == RM_OK)
        status = store_run(store, "BEGIN IMMEDIATE");
    if (status == RM_OK)
        status = schema_examine(store, &state);
    if (status == RM_OK)
        status = schema_verify(store);
    if (status == RM_OK && state != SCHEMA_CURRENT)
        status = schema_upgrade(store);
    return status;
}

rm_status store_open_write(const char *path, enum carddb_scope scope, uint64_t number, struct store *out) {
    struct store *store = out;
    bool there;
    *store = (struct store){.path = path, .number = number};
    if (!path) {
        explain_set(number, "There is no place for this database; set HOME or SCARDSSP_DATABASE_USER.");
        return RM_E_NO_ACCESS;
    }
    rm_status status = look_at(store, &there);
    if (status == RM_OK && !there)
        status = make_folders(store, scope == CARDDB_SYSTEM ? 0755 : 0700);
    if (status == RM_OK)
        status = store_connect(store, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (status == RM_OK && !there && scope == CARDDB_SYSTEM)
        (void)chmod(path, 0644);
    if (status == RM_OK)
        status = begin_write(store);
    if (status != RM_OK)
        store_close(store);
    return status;
}

rm_status store_commit(struct store *store) {
    return store_run(store, "COMMIT");
}
