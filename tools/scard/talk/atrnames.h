/*
 * All names that are known for an ATR, of introduced cards first, then of the public list, with the links
 * that stand behind them there. Used by `scard atr`.
 */
#ifndef SCARD_ATRNAMES_H
#define SCARD_ATRNAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct atrname {
    char *text;
    bool introduced; /* else of the public list */
    bool link;       /* an address of the web, about the name before it */
};

/* Starts as {0}; ended by atrnames_free(). */
struct atrnames {
    struct atrname *rows;
    size_t count, room;
    int32_t failed; /* the code, where names could not all be had; else S_OK */
    bool no_list;   /* there is no public list to have names from */
};

/*
 * Finds them. Those of an ATR longer than any card's are none. An exit code, after a message: the database or
 * the list could not be asked, and what could be had is there; a machine without the public list is none that
 * fails.
 */
int atrnames_find(struct atrnames *names, const uint8_t *atr, size_t size);

/* Frees them; it is {0} again. */
void atrnames_free(struct atrnames *names);

#endif
