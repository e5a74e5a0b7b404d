/* A search for a card through ISCardLocate, which Ctrl-C ends. Called by cmd_locate.c. */
#ifndef SCARD_SEARCH_H
#define SCARD_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "talk/card.h"
#include "terminal/table.h"

/* What is looked for: names or interfaces. Texts are UTF-8. */
struct search {
    struct operand_list names;
    struct option_texts interfaces;
    struct option_texts groups; /* none: all readers */
    const char *title;
    uint32_t wait_seconds; /* 0: does not wait */
    int protocols;         /* SCARD_PROTOCOLS */
};

struct search_found {
    char *reader; /* UTF-8, the caller's to free() */
    struct card_look look;
};

/* Searches, tells what goes wrong, and lets the card go again. Returns an exit code. */
int search_run(const struct search *search, struct search_found *out);

#endif
