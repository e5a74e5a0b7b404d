/* Loads OpenSSL: see crypto.h. */
#include "icc/crypto.h"

#include <stddef.h>

#include "base/lazylibrary.h"

/* The version that is in the name is the one of the headers. */
#define TEXT(number) #number
#define NAME_OF(version) "libcrypto.so." TEXT(version)

#define SYMBOL(function) {#function, offsetof(struct crypto, function)},

static const struct library_symbol symbols[] = {CRYPTO_FUNCTIONS(SYMBOL)};

static struct crypto table;

const struct crypto *sim_crypto_load(void) {
    static struct lazylibrary library = {.name = NAME_OF(OPENSSL_VERSION_MAJOR),
                                         .symbols = symbols,
                                         .count = sizeof symbols / sizeof *symbols,
                                         .table = &table};
    return lazylibrary_load(&library) ? &table : NULL;
}
