/*
 * Growing lists of names: readers, groups of readers and card types. A list is a multi-string (rm/mstring.h)
 * in memory of its own. Backends and card databases fill them, everybody above walks through them.
 */
#ifndef SCARDSSP_RM_NAMES_H
#define SCARDSSP_RM_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Starts zeroed: empty. Ended by names_clear(). */
struct names {
    char *list;  /* malloc()ed; NULL when nothing has ever been added */
    size_t size; /* bytes, the closing NUL included; 0 when empty */
};

/*
 * Appends `length` bytes (at least one, none of them NUL) as one name. False: out of memory, and the list is
 * as it was. The block grows by doubling.
 */
bool names_add(struct names *names, const char *name, size_t length);

/* Appends all names of a multi-string of `size` bytes. False: out of memory, and the list is as it was. */
bool names_add_all(struct names *names, const char *list, size_t size);

/* Takes away what has been added since the list had `size` bytes. */
void names_cut(struct names *names, size_t size);

/* Frees the list and makes it empty. */
void names_clear(struct names *names);

/* The name after `name` (NULL: the first one); NULL at the end. */
const char *names_next(const struct names *names, const char *name);

/* How many names the list has. */
size_t names_count(const struct names *names);

/* Whether the list has exactly this name, as readers are compared. */
bool names_has(const struct names *names, const char *name);

/*
 * Whether the list has this name of `length` bytes, or one that differs only in the case of ASCII letters, as
 * card types and groups are compared (carddb/carddb.h).
 */
bool names_has_anycase(const struct names *names, const char *name, size_t length);

#endif
