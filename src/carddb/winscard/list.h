/* Lists of names as Windows' card database gives them. Used by winscard.c. */
#ifndef SCARDSSP_CARDDB_WINSCARD_LIST_H
#define SCARDSSP_CARDDB_WINSCARD_LIST_H

#include <windows.h>

#include "carddb/carddb.h"
#include "rm/names.h"

/* A multi-string in memory of the system's. */
struct winscard_list {
    wchar_t *names; /* NULL: empty */
    DWORD size;     /* in characters, the NULs included */
};

/*
 * Makes a list of ours of it, in the order of the names. Nothing beyond `size` is read; a name that is no
 * text is left out, and where `groups` is set those of groups that always exist. RM_E_NO_MEMORY; then *out is
 * as it was, else what it held is freed.
 */
rm_status winscard_list_take(const struct winscard_list *list, bool groups, struct names *out);

#endif
