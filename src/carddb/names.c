/* Names of card types, groups and readers, as they come from callers, from files and from the public ATR list. */
#include "carddb/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

#define SMALLEST_BLOCK 128u
#define RESERVED "scard$"

bool carddb_name_valid(const char *name, size_t length) {
    if (length == 0 || length > CARDDB_NAME_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F)
            return false;
    return true;
}

bool carddb_group_reserved(const char *group) {
    for (size_t i = 0; i < sizeof RESERVED - 1; i++) {
        if (ascii_lower(group[i]) != RESERVED[i])
            return false;
    }
    return true;
}

/* The size of the block behind a list of `size` bytes: follows from it, so that nobody has to remember it. */
static size_t block_of(size_t size) {
    size_t block = SMALLEST_BLOCK;
    while (block < size)
        block *= 2;
    return block;
}

bool carddb_names_add(struct carddb_names *names, const char *name, size_t length) {
    const size_t at = names->size ? names->size - 1 : 0;
    if (length > SIZE_MAX / 4 - at)
        return false;
    const size_t size = at + length + 2;
    if (names->size == 0 || size > block_of(names->size)) {
        char *const grown = realloc(names->names, block_of(size));
        if (!grown)
            return false;
        names->names = grown;
    }
    memcpy(names->names + at, name, length);
    names->names[at + length] = '\0';
    names->names[at + length + 1] = '\0';
    names->size = size;
    return true;
}

void carddb_names_clear(struct carddb_names *names) {
    free(names->names);
    *names = (struct carddb_names){0};
}
