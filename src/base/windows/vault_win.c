/*
 * Memory for secrets on Windows, whose dumps leave nothing out that a library could name: see base/vault.h.
 */
#include "base/vault.h"

#include <stdlib.h>

#include "base/wipe.h"

void *vault_alloc(size_t size) {
    return calloc(1, size ? size : 1);
}

void vault_free(void *memory, size_t size) {
    wipe_free(memory, size);
}
