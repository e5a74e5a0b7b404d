/*
 * One type of cards as Windows' card database has it: read whole, and introduced in the place of an older one
 * of its name. Used by winscard.c.
 */
#ifndef SCARDSSP_CARDDB_WINSCARD_TYPE_H
#define SCARDSSP_CARDDB_WINSCARD_TYPE_H

#include "carddb/winscard/api.h"

/*
 * The functions that are asked, and the context that they are asked in; 0: none, which only reads can do
 * without.
 */
struct winscard_place {
    const struct carddb_winscard_api *api;
    SCARDCONTEXT context;
};

/*
 * Reads what there is about a type: its ATR from the registry, where no function tells it, in the keys of
 * these `count` roots, the first that has one; the rest from the functions. out: its name is left alone, its
 * interfaces lie in `guids`, room for CARDDB_INTERFACES_MAX. Returns the system's code; RM_E_UNKNOWN_CARD:
 * there is no such type.
 */
LONG winscard_type_read(const struct winscard_place *place, const HKEY *roots, size_t count,
                        const wchar_t *name, struct carddb_type *out, struct carddb_guid *guids);

/*
 * Introduces a type, by the name `name`. An older one of that name is forgotten only when the system has
 * taken the new one, under a name for trial, and put back with the names of its providers should the new one
 * be refused all the same; these names are kept for the new one, too. Whenever this is broken off, the old
 * type or the new one is there, the latter perhaps under the trial's name, which the next call takes away.
 * root: where the scope of the context has its keys. Returns the system's code.
 */
LONG winscard_type_introduce(const struct winscard_place *place, HKEY root, const wchar_t *name,
                             const struct carddb_type *type);

#endif
