/* libnats: see libnats.h. */
#include "remote/libnats.h"

#include "base/lazylibrary.h"

static struct libnats table;

static const struct library_symbol symbols[] = {
#define LIBNATS_SYMBOL(name) {#name, offsetof(struct libnats, name)},
    LIBNATS_FUNCTIONS(LIBNATS_SYMBOL)
#undef LIBNATS_SYMBOL
};

static struct lazylibrary library = {
    .name = LIBNATS_FILE, .symbols = symbols, .count = sizeof symbols / sizeof symbols[0], .table = &table};

const struct libnats *libnats(void) {
    return lazylibrary_load(&library) ? &table : NULL;
}
