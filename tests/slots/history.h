/*
 * What threads did with one reader, and whether it can have happened: a plain model of sharing, transactions
 * and resets, in which one thing happens after the other, and a search for an order of a history that the
 * model agrees with (J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", 1993). A call that has to
 * have the reader for itself happens in two steps: it takes the reader at one moment and is done with it at
 * another, both between its beginning and its end. Used by test_history.c.
 */
#ifndef SCARDSSP_TESTS_SLOTS_HISTORY_H
#define SCARDSSP_TESTS_SLOTS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/rm.h"

#define HISTORY_THREADS 4u
#define HISTORY_CALLS 24u /* of one thread */

enum history_verb {
    HISTORY_CONNECT,    /* share: RM_SHARE_SHARED, RM_SHARE_EXCLUSIVE */
    HISTORY_DISCONNECT, /* disposition: RM_LEAVE, RM_RESET */
    HISTORY_BEGIN,
    HISTORY_END,       /* disposition likewise */
    HISTORY_RECONNECT, /* share, and disposition: how the card is started */
    HISTORY_TRANSMIT,
    HISTORY_CANCEL, /* of the thread `whom` */
};

/* A call that was made. */
struct history_call {
    enum history_verb verb;
    uint32_t share, disposition;
    unsigned whom;
    uint64_t began, ended; /* on one clock for all */
    /* since when it can have been too late; 0: it was not to wait for long enough to be */
    uint64_t late;
    rm_status status;
};

/* What each thread did, in its order. Connections are what their thread begins the history without. */
struct history {
    struct history_call calls[HISTORY_THREADS][HISTORY_CALLS];
    unsigned counts[HISTORY_THREADS];
};

/* What a search has found out. */
struct history_search {
    size_t states;                     /* that it has looked at */
    unsigned reached[HISTORY_THREADS]; /* how many calls of each thread there is an order for, at most */
};

/* Whether there is an order in which it can have happened. false: there is none. */
bool history_is_possible(const struct history *history, struct history_search *found);

/* Writes it to standard error, in the order of the beginnings. */
void history_print(const struct history *history);

#endif
