/*
 * The public list of ATRs (pcsc-tools' smartcard_list.txt): which cards have this ATR. An entry is a line
 * with a pattern (pattern.h), followed by lines that start with a tabulator, one for each name, until an
 * empty line; '#' starts a comment line. The database object and the tool ask it where no introduced type
 * matches.
 *
 * A list may be used from any thread at once. The first question is answered by reading the text through,
 * which is what a program that asks once wants; the second one builds an index (index.h).
 */
#ifndef SCARDSSP_CARDDB_ATRLIST_ATRLIST_H
#define SCARDSSP_CARDDB_ATRLIST_ATRLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "carddb/atrlist/match.h"
#include "carddb/carddb.h"
#include "rm/names.h"

/* A bigger file is no list of ATRs. Bytes. */
#define ATRLIST_FILE_MAX ((size_t)8 << 20)

struct atrlist;

/*
 * Opens the list at `path`; NULL: the one that carddb_path_atr_list() finds. RM_E_NO_FILE: not there, or
 * empty; RM_E_NO_ACCESS: may not be read; RM_E_INVALID_VALUE: no ordinary file, or too big; RM_E_NO_MEMORY. A
 * file put in its place shows in a list opened later.
 */
rm_status atrlist_open(const char *path, struct atrlist **out);

/* Frees the list; NULL does nothing. The library's own lives as long as the process; tests free theirs. */
void atrlist_close(struct atrlist *list);

/*
 * Appends all names of all entries that match the ATR, in the order of the file, to `out` (see names.h; none:
 * RM_OK and unchanged). RM_E_INVALID_VALUE: atr_size is not in 1..CARDDB_ATR_MAX; RM_E_NO_MEMORY,
 * RM_F_INTERNAL_ERROR (reading failed): `out` may hold some of them.
 */
rm_status atrlist_find(struct atrlist *list, const uint8_t *atr, size_t atr_size, struct names *out);

/* The same, entry by entry. Errors as above. */
rm_status atrlist_visit(struct atrlist *list, const uint8_t *atr, size_t atr_size, atrlist_visitor visitor,
                        void *context);

/*
 * Steps through the names of a match. Start with *position NULL. *name_out: not NUL-terminated, *size_out
 * bytes without the white space around them. False: there is no further one. Malformed names are passed over.
 */
bool atrlist_next_name(const struct atrlist_match *match, const char **position, const char **name_out,
                       size_t *size_out);
#endif
