/*
 * The files of a card as one program sees them: its current directory, what is selected on the card, and what
 * has been learned of how the card wants to be asked. One for each ISCardFileAccess.
 */
#ifndef SCARDSSP_SERVICES_FILESYSTEM_H
#define SCARDSSP_SERVICES_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "services/link.h"
#include "services/path.h"
#include "services/profile.h"

/*
 * How much one command carries: what the card and its reader have been seen to take. 0: no more was refused
 * yet.
 */
struct chunk {
    uint32_t read;  /* bytes a READ BINARY may ask for */
    uint32_t write; /* bytes an UPDATE BINARY may bring */
};

/* What the selected place is: where it is no directory, its parent is the card's current one. */
enum current_kind { CURRENT_UNKNOWN, CURRENT_DIRECTORY, CURRENT_FILE };

struct filesystem {
    struct service_link *link;              /* of the call that is being made */
    const struct scardssp_profile *profile; /* how the card is asked; changes when it says what it is */
    uint32_t card;                          /* link->card when all below was learned */
    struct path directory;                  /* the current one */
    struct chunk chunk;

    /* What is selected on the card, as long as link->turn is `turn`. */
    uint32_t turn;
    bool selected; /* `current` is */
    enum current_kind current_kind;
    struct path current;

    /* How this card wants SELECT; each is given up for good once the card has refused it. */
    uint8_t answer_form; /* place in the list of P2 values, selection.c */
    bool answer_known;   /* that one has been taken */
    bool no_path;        /* P1 08 and 09 */
};

/*
 * Begins a call over the link. Where another card is behind it than before, everything is forgotten: the
 * current directory is the master file.
 */
void filesystem_begin(struct filesystem *files, struct service_link *link);

/*
 * The profile that holds at the place: that of the application it is in, or is, where that one has one of its
 * own; else the card's.
 */
const struct scardssp_profile *filesystem_profile(const struct filesystem *files, const struct path *path);

#endif
