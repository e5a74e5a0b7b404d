/* A card type on the heap: the struct, its interfaces, its name. */
#include "carddb/typecopy.h"

#include <stdlib.h>
#include <string.h>

struct carddb_type *carddb_type_copy(const struct carddb_type *type, const struct carddb_guid *interfaces,
                                     size_t count) {
    const size_t name_size = strlen(type->name) + 1;
    struct block {
        struct carddb_type type;
        struct carddb_guid interfaces[];
    } *block = malloc(sizeof *block + count * sizeof *interfaces + name_size);

    if (!block)
        return NULL;
    char *name = (char *)(block->interfaces + count);
    memcpy(name, type->name, name_size);
    memcpy(block->interfaces, interfaces, count * sizeof *interfaces);
    block->type = *type;
    block->type.name = name;
    block->type.interfaces = count ? block->interfaces : NULL;
    block->type.interface_count = count;
    return &block->type;
}
