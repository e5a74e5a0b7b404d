/*
 * What a locate object looks for: cards by name or by interfaces, in the readers of some groups. Made once by
 * a Configure... call and never changed, so that a search that is running keeps what it was started with.
 * Used by locate.c and finder.c.
 */
#ifndef SCARDSSP_CLIENT_SEARCH_H
#define SCARDSSP_CLIENT_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/refcount.h"
#include "carddb/atrlist/atrlist.h"
#include "carddb/carddb.h"

/* Whether a search asks the user for a card. */
enum search_ui { SEARCH_UI_NEVER, SEARCH_UI_WHEN_NEEDED, SEARCH_UI_ALWAYS };

struct search {
    struct refcount refs;
    struct carddb *db;
    struct atrlist *list;           /* NULL: no card has a public name */
    struct names names;             /* of cards: any of them */
    struct carddb_guid *interfaces; /* all of them; NULL: by name */
    size_t interface_count;
    struct names groups; /* of readers; empty: all readers */
    char *title;         /* UTF-8, may be empty */
    enum search_ui ui;
};

/* One more reference / one less, the last one frees it; NULL does nothing. */
struct search *search_hold(struct search *search);
void search_drop(struct search *search);

/* Takes the readers out of a list that are in none of the groups. The codes of the card database. */
rm_status search_readers(const struct search *search, struct names *readers);

/*
 * Whether a card with this ATR is looked for. The codes of the card database; an impossible size is no match.
 */
rm_status search_match(const struct search *search, const uint8_t *atr, size_t atr_size, bool *out);

#endif
