/* What happens at readers, one thing at a time: made of the changes that a watch tells. For `scard watch`. */
#ifndef SCARD_EVENT_H
#define SCARD_EVENT_H

#include <stdbool.h>

#include "scardssp_rm.h"

enum event_kind {
    EVENT_PRESENT,  /* a reader that was there when the watch began */
    EVENT_ADDED,    /* a reader came */
    EVENT_GONE,     /* a reader went */
    EVENT_INSERTED, /* a card came */
    EVENT_REMOVED,  /* a card went */
    EVENT_STATE,    /* something else of the card: who uses it, whether it answers */
    EVENT_SERVICE   /* the service has stopped; of no reader */
};

struct event {
    enum event_kind kind;
    const char *reader;                        /* NULL: of no reader */
    const struct scardssp_reader_state *state; /* afterwards; NULL: there is none */
    int32_t status;                            /* of EVENT_SERVICE: its code; else S_OK */
};

typedef void (*event_visitor)(void *user, const struct event *event);

/*
 * Visits what has happened between the two states of a change, in order. first: the watch has just begun, and
 * readers that are new to it were there before. A card that was taken out and put back in between is told as
 * both.
 */
void event_each(const struct scardssp_reader_change *change, bool first, event_visitor visit, void *user);

/* "card-inserted", as JSON and --exec have it. Static text. */
const char *event_name(enum event_kind kind);

/* "card inserted". Static text. */
const char *event_text(enum event_kind kind);

#endif
