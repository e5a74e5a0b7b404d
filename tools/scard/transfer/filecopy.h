/*
 * The content of a file of a card, in memory: bytes, or records one after the other. Filled by reading.c and
 * from files on disk, used by the commands that copy.
 */
#ifndef SCARD_FILECOPY_H
#define SCARD_FILECOPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kinds of elementary files (ISO/IEC 7816-4 §5.3.1, file descriptor byte). */
enum filecopy_kind {
    FILECOPY_UNKNOWN, /* the card has not told */
    FILECOPY_TRANSPARENT,
    FILECOPY_LINEAR_FIXED,
    FILECOPY_LINEAR_VARIABLE,
    FILECOPY_CYCLIC
};

/* No card has files as large: one that goes on for longer has no end. */
#define FILECOPY_MAX ((size_t)16 << 20)

/* Starts zeroed; ended by filecopy_free(). */
struct filecopy {
    enum filecopy_kind kind;
    uint8_t *bytes;
    size_t size, capacity; /* bytes in use, and allocated */
    size_t *ends;          /* where each piece ends: each record, or what came at once */
    size_t count, room;
};

/* Adds a piece behind the others; false: no memory, or more than FILECOPY_MAX. */
bool filecopy_add(struct filecopy *copy, const uint8_t *bytes, size_t size);

/* The piece of that number, from 0; *size gets its bytes. */
const uint8_t *filecopy_piece(const struct filecopy *copy, size_t number, size_t *size);

/* Whether its pieces are records. */
bool filecopy_has_records(const struct filecopy *copy);

/* The kind that a file descriptor byte says (§5.3.3.2, table 14). */
enum filecopy_kind filecopy_kind_of(uint8_t descriptor);

/* "transparent", "linear fixed", ... Static text, also of the JSON. */
const char *filecopy_kind_text(enum filecopy_kind kind);

/* Wipes the bytes and frees all: leaves it zeroed. */
void filecopy_free(struct filecopy *copy);

#endif
