/* Loads SQLite. Called through store.c. */
#include "carddb/sqlite_api.h"

#include <pthread.h>
#include <stddef.h>

#include "base/library.h"

#define LIBRARY "libsqlite3.so.0"

#define SYMBOL(function) {"sqlite3_" #function, offsetof(struct sqlite_api, function)},

static const struct library_symbol symbols[] = {SQLITE_API_FUNCTIONS(SYMBOL)};

bool sqlite_api_open(const char *library, struct sqlite_api *out) {
    return library_open(library, symbols, sizeof symbols / sizeof *symbols, out);
}

/* Written once under the lock, only read afterwards. */
static pthread_mutex_t load_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sqlite_api loaded;
static bool is_loaded;

const struct sqlite_api *sqlite_api_load(void) {
    pthread_mutex_lock(&load_lock);
    if (!is_loaded)
        is_loaded = sqlite_api_open(LIBRARY, &loaded);
    const struct sqlite_api *const api = is_loaded ? &loaded : NULL;
    pthread_mutex_unlock(&load_lock);
    return api;
}
