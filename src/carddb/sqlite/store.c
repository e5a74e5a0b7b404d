/* One database file: places, locks, hardening against hostile files, and what SQLite's codes mean to people. */
#include "carddb/sqlite/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "carddb/explain.h"
#include "carddb/sqlite/schema.h"

/* Waits of one to four milliseconds, together about half a minute. */
#define BUSY_WAITS_MAX 12000u
/* A statement of ours takes a few thousand instructions of SQLite's machine for each row; a crafted file may loop. */
#define PROGRESS_STEP 100000
#define PROGRESS_MAX 20000u

static int wait_while_busy(void *context, int count) {
    unsigned *const waits = context;

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
    unsigned *const steps = context;
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

static rm_status no_access(const struct store *store, const char *why) {
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
    const char *const message = store->api->errmsg(store->db);

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
        return no_access(store, strerror(store->api->system_errno(store->db)));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        if (code != SQLITE_READONLY_ROLLBACK && code != SQLITE_READONLY_RECOVERY)
            return no_access(store, message);
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
    const struct sqlite_api *const api = store->api;

    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        api->db_config(store->db, off[i], 0, NULL);
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        api->db_config(store->db, on[i], 1, NULL);
    api->limit(store->db, SQLITE_LIMIT_LENGTH, 1 << 20);
    api->limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    return store_run(store, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY");
}

static rm_status connect_to(struct store *store, const char *path, int flags) {
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
    store->api->busy_handler(store->db, wait_while_busy, &store->busy_waits);
    store->api->progress_handler(store->db, PROGRESS_STEP, stop_after_long, &store->progress);
    return harden(store);
}

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
        return no_access(store, strerror(errno));
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
    rm_status status = connect_to(&copy, ":memory:", SQLITE_OPEN_READWRITE);

    if (status == RM_OK) {
        sqlite3_backup *const backup = copy.api->backup_init(copy.db, "main", store->db, "main");
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
    store->api->close_v2(store->db);
    store->db = copy.db;
    /* The handlers point into the store they were set for. */
    store->api->busy_handler(store->db, wait_while_busy, &store->busy_waits);
    store->api->progress_handler(store->db, PROGRESS_STEP, stop_after_long, &store->progress);
    return RM_OK;
}

rm_status store_open_read(const char *path, uint64_t number, struct store *out) {
    struct store *const store = out;
    enum schema_state state = SCHEMA_NEW;
    bool there;

    *store = (struct store){.path = path, .number = number};
    if (!path)
        return RM_OK;
    rm_status status = look_at(store, &there);
    if (status != RM_OK || !there)
        return status;
    /* Writable if it may be: SQLite takes back what a killed program has left half done. */
    status = connect_to(store, path, SQLITE_OPEN_READWRITE);
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

/* Makes the directories above the file. */
static rm_status make_directories(struct store *store, mode_t mode) {
    char *const path = strdup(store->path);
    rm_status status = path ? RM_OK : RM_E_NO_MEMORY;

    for (char *slash = path ? strchr(path + 1, '/') : NULL; slash && status == RM_OK;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        /* The caller's umask has no say over what is for everybody. */
        if (mkdir(path, mode) == 0)
            (void)chmod(path, mode);
        else if (errno != EEXIST && access(path, F_OK) != 0)
            status = no_access(store, strerror(errno));
        *slash = '/';
    }
    free(path);
    return status;
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
    struct store *const store = out;
    bool there;

    *store = (struct store){.path = path, .number = number};
    if (!path) {
        explain_set(number, "There is no place for this database; set HOME or SCARDSSP_DATABASE_USER.");
        return RM_E_NO_ACCESS;
    }
    rm_status status = look_at(store, &there);
    if (status == RM_OK && !there)
        status = make_directories(store, scope == CARDDB_SYSTEM ? 0755 : 0700);
    if (status == RM_OK)
        status = connect_to(store, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
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

void store_close(struct store *store) {
    if (store->db)
        store->api->close_v2(store->db);
    store->db = NULL;
}
