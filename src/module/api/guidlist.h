/* Identifiers as UTF-8 text in registry form, "{E126F8FE-...}", one and several. Called by db.c. */
#ifndef SCARDSSP_MODULE_API_GUIDLIST_H
#define SCARDSSP_MODULE_API_GUIDLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "carddb/carddb.h"

/* Bytes of an identifier as text, terminator included. */
#define GUIDLIST_TEXT_SIZE 39u

/* Reads an identifier, upper or lower case, exactly 38 characters. False: it is none. */
bool guidlist_parse(const char *text, struct carddb_guid *out);

/* Writes an identifier, upper case. */
void guidlist_format(const struct carddb_guid *guid, char out[GUIDLIST_TEXT_SIZE]);

/* Several identifiers as texts. */
struct guidlist {
    const char **texts;
    void *block;
};

/* Writes `count` identifiers; end it with guidlist_free(). False: out of memory. */
bool guidlist_create(const struct carddb_guid *guids, size_t count, struct guidlist *out);

/* Frees the texts. */
void guidlist_free(struct guidlist *list);

#endif
