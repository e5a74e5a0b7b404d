/* Growing lists of names (see names.h). */
#include "rm/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "rm/mstring.h"

#define SMALLEST_BLOCK 128u

/* The size of the block behind a list of `size` bytes: follows from it, so that nobody has to remember it. */
static size_t block_of(size_t size) {
    size_t block = SMALLEST_BLOCK;
    while (block < size)
        block *= 2;
    return block;
}

bool names_add(struct names *names, const char *name, size_t length) {
    const size_t at = names->size ? names->size - 1 : 0;
    if (length > SIZE_MAX / 4 - at)
        return false;
    const size_t size = at + length + 2;
    if (names->size == 0 || size > block_of(names->size)) {
        char *grown = realloc(names->list, block_of(size));
        if (!grown)
            return false;
        names->list = grown;
    }
    memcpy(names->list + at, name, length);
    names->list[at + length] = '\0';
    names->list[at + length + 1] = '\0';
    names->size = size;
    return true;
}

void names_cut(struct names *names, size_t size) {
    if (size)
        names->list[size - 1] = '\0';
    names->size = size;
}

bool names_add_all(struct names *names, const char *list, size_t size) {
    const size_t before = names->size;
    for (const char *name = NULL; (name = mstring_next(list, size, name)) != NULL;)
        if (!names_add(names, name, strlen(name))) {
            names_cut(names, before);
            return false;
        }
    return true;
}

void names_clear(struct names *names) {
    free(names->list);
    *names = (struct names){0};
}

const char *names_next(const struct names *names, const char *name) {
    return names->size ? mstring_next(names->list, names->size, name) : NULL;
}

size_t names_count(const struct names *names) {
    return names->size ? mstring_count(names->list, names->size) : 0;
}

bool names_has(const struct names *names, const char *name) {
    for (const char *other = NULL; (other = names_next(names, other)) != NULL;)
        if (strcmp(other, name) == 0)
            return true;
    return false;
}

static bool same_anycase(const char *a, const char *b, size_t length) {
    size_t i = 0;
    while (i < length && ascii_lower(a[i]) == ascii_lower(b[i]))
        ++i;
    return i == length;
}

bool names_has_anycase(const struct names *names, const char *name, size_t length) {
    for (const char *other = NULL; (other = names_next(names, other)) != NULL;)
        if (strlen(other) == length && same_anycase(other, name, length))
            return true;
    return false;
}
