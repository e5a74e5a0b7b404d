/*
 * What `scard watch` shows on a terminal: the readers, what is in each and who uses it, and below what
 * happened last. It keeps what it is told and draws it at any size.
 */
#ifndef SCARD_BOARD_H
#define SCARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "scardssp_rm.h"
#include "talk/event.h"

/* Events that are kept. */
#define BOARD_EVENTS 64

struct board_reader {
    char *name;
    char *card; /* its name; NULL: nobody knows any, or there is no card */
    struct scardssp_reader_state state;
};

/* Starts zeroed. Ended by board_clear(). */
struct board {
    struct board_reader *readers;
    size_t count;
    char *events[BOARD_EVENTS]; /* lines, the last one told at event_count - 1, modulo BOARD_EVENTS */
    size_t event_count;
};

/* Takes over a change: a reader is added, replaced or taken away. Without memory it is missing. */
void board_change(struct board *board, const struct scardssp_reader_change *change);

/* Keeps the line of an event, without its end, for as long as there is room. */
void board_note(struct board *board, const char *line);

/*
 * Writes at most `lines` lines of at most `columns` columns, each with '\n' at its end. What there is no room
 * for is told as a number.
 */
void board_draw(const struct board *board, size_t columns, size_t lines, FILE *out);

/* Forgets all of it, and is as at the start. */
void board_clear(struct board *board);

#endif
