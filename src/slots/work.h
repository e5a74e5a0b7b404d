/*
 * One call into a slot, as the reader sees it: the mutex is given up meanwhile unless the slot is instant,
 * whoever wants the call to end finds it here, and the slot stays until it has ended. reader.c and
 * connection.c make their calls by it.
 */
#ifndef SCARDSSP_SLOTS_WORK_H
#define SCARDSSP_SLOTS_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "rm/status.h"
#include "slots/slot.h"

struct slot_work;

/* The calls of one reader. */
struct slot_works {
    struct lock *mutex;         /* the reader's, which guards all of this */
    struct slot_work *first;    /* also calls into a slot that has been taken out meanwhile */
    struct lock_bell slot_free; /* rung when one of them ends or is called off */
};

struct slot_work {
    /* Set by the caller; the rest starts as zero. */
    struct slot_works *works;
    struct slot *slot;      /* the reader's, or one that is about to be */
    const void *connection; /* whose call it is; NULL: nobody's */
    const void *context;    /* the client whose rm_cancel() ends it; NULL: nobody's does */
    bool of_reader;         /* not about a card: goes on when cards come and go */
    bool entered;           /* for exchange.c: a level of the reader's lock is the call's */

    struct slot_work *next;
    bool begun; /* the call is in the slot, not before it */
    bool apart; /* ... without the reader's mutex */
    bool called_off;
    /* the card has been taken out since: what the call says is about a card that is no longer there */
    bool gone;
};

/*
 * Begins the call: waits until the slot is free, and gives the reader's mutex, which is held, unless the slot
 * is instant. RM_OK: the caller makes the call, then ends with slot_work_end(). RM_E_NO_SMARTCARD,
 * RM_E_CANCELLED: the card went, or it was called off, before; nothing has begun.
 */
rm_status slot_work_begin(struct slot_work *work);

/* Takes the mutex again. `gone` tells the rest. */
void slot_work_end(struct slot_work *work);

/* What to look for among the calls of a reader; a NULL fits all. */
struct slot_work_filter {
    const void *connection, *context;
};

/* Lets the calls that fit end at `end` (clock_deadline(); 0: now). With the reader's mutex held. */
void slot_work_call_off(struct slot_works *works, const struct slot_work_filter *filter, uint64_t end);

/* The card has been taken out: ends the calls that are about it. With the reader's mutex held. */
void slot_work_card_gone(struct slot_works *works);

/*
 * For fork(): lets the calls that are in slots come to a point where the cards are whole, and stand still /
 * go on.
 */
void slot_work_freeze(struct slot_works *works);
void slot_work_thaw(struct slot_works *works);

/* In a forked child: there is nobody in the slots. */
void slot_work_disown(struct slot_works *works);

#endif
