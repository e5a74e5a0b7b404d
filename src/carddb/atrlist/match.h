/*
 * What a search in the ATR list finds. Both ways of searching, atrlist.c's and index.c's, hand it to their
 * caller's visitor.
 */
#ifndef SCARDSSP_CARDDB_ATRLIST_MATCH_H
#define SCARDSSP_CARDDB_ATRLIST_MATCH_H

#include <stdbool.h>
#include <stddef.h>

/* An entry that matches. What it points to is valid until the visitor returns. */
struct atrlist_match {
    const char *pattern; /* pattern_size bytes, as in the file */
    size_t pattern_size;
    size_t line;       /* of the pattern, from 1 */
    const char *names; /* what follows it in the file: for atrlist_next_name() */
    const char *end;
};

/* Called for each matching entry in the order of the file; false ends the search. */
typedef bool (*atrlist_visitor)(void *context, const struct atrlist_match *match);

#endif
