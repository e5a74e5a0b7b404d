/*
 * The functions of SQLite as a table. The library is loaded when the first database file is opened: most
 * programs never touch one, and loading it takes longer than they run. Included by the files of carddb that
 * read or write databases.
 */
#ifndef SCARDSSP_CARDDB_SQLITE_API_H
#define SCARDSSP_CARDDB_SQLITE_API_H

#include <stdbool.h>

#include <sqlite3.h>

/* One member for each function, named without its prefix and of its type. */
#define SQLITE_API_FUNCTIONS(each)                                                                           \
    each(backup_finish) each(backup_init) each(backup_step) each(bind_blob) each(bind_int) each(bind_text)   \
        each(busy_handler) each(changes) each(close_v2) each(column_blob) each(column_bytes)                 \
            each(column_int) each(column_text) each(column_type) each(db_config) each(errmsg) each(exec)     \
                each(extended_errcode) each(finalize) each(limit) each(open_v2) each(prepare_v2) each(reset) \
                    each(progress_handler) each(step) each(stricmp) each(system_errno)

#define SQLITE_API_MEMBER(function) __typeof__(sqlite3_##function) *function;

struct sqlite_api {
    SQLITE_API_FUNCTIONS(SQLITE_API_MEMBER)
};

/*
 * The library's table, loaded at the first call and kept for the life of the process. NULL: there is no such
 * library, or it lacks a function; the next call tries again.
 */
const struct sqlite_api *sqlite_api_load(void);

/* Loads the library of this file name into *out; false as above, then *out is undefined. */
bool sqlite_api_open(const char *library, struct sqlite_api *out);

#endif
