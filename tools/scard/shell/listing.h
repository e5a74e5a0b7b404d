/*
 * What is in a directory of a card, as far as it lets that be found (ISCardFileAccess::Directory). Used by
 * session.c and, through it, by the commands.
 */
#ifndef SCARD_SHELL_LISTING_H
#define SCARD_SHELL_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "shell/facts.h"
#include "shell/place.h"

/* More than any directory has. */
#define LISTING_MAX 1024u

struct listing_entry {
    char place[PLACE_MAX]; /* of an application that is known, by its name */
    bool directory;
    bool told; /* the card has said what it is */
    struct facts facts;
};

/* Starts zeroed; ended by listing_free(). */
struct listing {
    char place[PLACE_MAX]; /* of the directory */
    struct listing_entry *entries;
    size_t count, room;
};

/*
 * Lists a directory: enters it, which makes it the current one. The codes of ISCardFileAccess::ChangeDir and
 * Directory; E_OUTOFMEMORY: also more than LISTING_MAX. On failure *out is empty.
 */
HRESULT listing_get(ISCardFileAccess *files, const char *place, struct listing *out);
void listing_free(struct listing *listing);

#define LISTING_CACHE 16u

/* The directories listed last. Starts zeroed; ended by listing_cache_clear(). */
struct listing_cache {
    struct listing listings[LISTING_CACHE];
    size_t next; /* the one that goes first */
};

/* The one of a directory; NULL: it has not been listed. */
const struct listing *listing_cache_find(const struct listing_cache *cache, const char *place);

/* Takes one over, in place of an older one; the cache's. */
const struct listing *listing_cache_add(struct listing_cache *cache, struct listing *listing);

/* Forgets all. */
void listing_cache_clear(struct listing_cache *cache);

#endif
