/*
 * A card behind a link whose every answer comes from an input: status words, file control parameters, data of
 * any size, or none at all because the connection fails. It notes what it has let be selected, and claims
 * that nothing is changed but the file that its user says. Made by the target of services/.
 */
#ifndef SCARDSSP_FUZZ_FEDCARD_H
#define SCARDSSP_FUZZ_FEDCARD_H

#include "fuzz.h"
#include "services/link.h"
#include "services/path.h"

struct fedcard {
    struct service_link link; /* first */
    struct feed *feed;        /* shared with whoever calls */
    uint8_t *answer;          /* the latest one, of exactly its size */
    size_t answer_size;
    size_t commands; /* sent in this call */
    size_t unfed;    /* ... of those the ones that were answered when the input was used up */
    size_t secrets;  /* ... and those that carried a code of the card holder */
    /* Where a command that changes a file may go to in this call; NULL: nowhere. */
    const struct path *target;
    /* What is selected, as far as the card has agreed to it. */
    bool selected, by_name;
    uint8_t name_size, name[PATH_NAME_MAX];
    uint16_t id;
    uint8_t sfi; /* not 0: by a short identifier in a command */
};

/* Begins, with a reader and an ATR out of the feed; fedcard_end() frees what is left of the last answer. */
void fedcard_init(struct fedcard *card, struct feed *feed);
void fedcard_end(struct fedcard *card);

/* Begins a call that may change this file, or none (NULL). */
void fedcard_call(struct fedcard *card, const struct path *target);

/* Another program has had the card: whatever is selected now, it is not what was. */
void fedcard_turn(struct fedcard *card);

#endif
