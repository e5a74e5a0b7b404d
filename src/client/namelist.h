/* Walking through lists of names. Used by database.c, search.c and waiting.c. */
#ifndef SCARDSSP_CLIENT_NAMELIST_H
#define SCARDSSP_CLIENT_NAMELIST_H

#include <stdbool.h>
#include <string.h>

#include "carddb/carddb.h"
#include "rm/mstring.h"

/* The name after `name` (NULL: the first one); NULL at the end. */
static inline const char *namelist_next(const struct carddb_names *names, const char *name) {
    return names->size ? mstring_next(names->names, names->size, name) : NULL;
}

/* A letter of ASCII in lower case; everything else as it is. */
static inline char namelist_lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Whether two names of `length` bytes are the same as names of card types and groups are (carddb/carddb.h). */
static inline bool namelist_same(const char *a, const char *b, size_t length) {
    size_t i = 0;
    while (i < length && namelist_lower(a[i]) == namelist_lower(b[i]))
        ++i;
    return i == length;
}

/* Whether the list has this card type or group, whatever the case of its letters. */
static inline bool namelist_has(const struct carddb_names *names, const char *text, size_t length) {
    for (const char *name = NULL; (name = namelist_next(names, name)) != NULL;)
        if (strlen(name) == length && namelist_same(name, text, length))
            return true;
    return false;
}

/* Whether the list has exactly this name, as readers are compared. */
static inline bool namelist_has_exactly(const struct carddb_names *names, const char *text) {
    for (const char *name = NULL; (name = namelist_next(names, name)) != NULL;)
        if (strcmp(name, text) == 0)
            return true;
    return false;
}

#endif
