/* Loads SQLite. Called through store.c. */
#include "carddb/sqlite/api.h"

#include <stddef.h>

#include "base/library.h"
#include "base/lock.h"

#define LIBRARY "libsqlite3.so.0"

#define SYMBOL(function) {"sqlite3_" #function, offsetof(struct sqlite_api, function)},

static const struct library_symbol symbols[] = {SQLITE_API_FUNCTIONS(SYMBOL)};

bool sqlite_api_open(const char *library, struct sqlite_api *out) {
    return library_open(library, symbols, sizeof symbols / sizeof *symbols, out);
}

/* Written once under the lock, only read afterwards. */
static struct lock load_lock;
static struct sqlite_api loaded;
static bool is_loaded;

const struct sqlite_api *sqlite_api_load(void) {
    lock_take(&load_lock);
    if (!is_loaded)
        is_loaded = sqlite_api_open(LIBRARY, &loaded);
    const struct sqlite_api *api = is_loaded ? &loaded : NULL;
    lock_give(&load_lock);
    return api;
}
