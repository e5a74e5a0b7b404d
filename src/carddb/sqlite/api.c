/* Loads SQLite. Called through store.c. */
#include "carddb/sqlite/api.h"

#include <stddef.h>

#include "base/lazylibrary.h"

#define LIBRARY "libsqlite3.so.0"

#define SYMBOL(function) {"sqlite3_" #function, offsetof(struct sqlite_api, function)},

static const struct library_symbol symbols[] = {SQLITE_API_FUNCTIONS(SYMBOL)};

bool sqlite_api_open(const char *library, struct sqlite_api *out) {
    return library_open(library, symbols, sizeof symbols / sizeof *symbols, out);
}

static struct sqlite_api table;

const struct sqlite_api *sqlite_api_load(void) {
    static struct lazylibrary library = {
        .name = LIBRARY, .symbols = symbols, .count = sizeof symbols / sizeof *symbols, .table = &table};
    return lazylibrary_load(&library) ? &table : NULL;
}
