/*
 * Patterns of the public ATR list: regular expressions over an ATR written as "3B 02 14 50". What occurs
 * there is understood: hexadecimal digits in either case, spaces, '.', classes as in [1-5], [F6], [1,3] and
 * [^0], and after any of these one of * + ?. Called by atrlist.c and index.c.
 */
#ifndef SCARDSSP_CARDDB_ATRLIST_PATTERN_H
#define SCARDSSP_CARDDB_ATRLIST_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "carddb/carddb.h"

#define ATRPATTERN_ATOMS 256
#define ATRTEXT_MAX (CARDDB_ATR_MAX * 3 - 1)

/* One character of the text: bits 0..15 for the hexadecimal digits it may be, bit 16 for the space. */
#define ATRPATTERN_SPACE 0x10000u
#define ATRPATTERN_DIGITS 0xFFFFu

/*
 * An ATR as text, upper case, not NUL-terminated, and as the bits of ATRPATTERN_*, one set for each
 * character.
 */
struct atrtext {
    char text[ATRTEXT_MAX];
    uint32_t bits[ATRTEXT_MAX];
    size_t size;
};

/* One atom of a pattern: what it may be, and how often ('\0', '*', '+' or '?'). */
struct atrpattern_atom {
    uint32_t bits;
    char repeat;
};

struct atrpattern {
    size_t count;
    bool repeats; /* one of them has a repeat */
    struct atrpattern_atom atoms[ATRPATTERN_ATOMS];
};

/* Writes 1..CARDDB_ATR_MAX bytes as text; false: another size, and *out is undefined. */
bool atrtext_set(const uint8_t *atr, size_t atr_size, struct atrtext *out);

/* Reads a pattern of `size` bytes. False: it is malformed or can match no ATR, and *out is undefined. */
bool atrpattern_parse(const char *text, size_t size, struct atrpattern *out);

/*
 * A copy on the heap without the room for further atoms, for atrpattern_match() and free(). NULL: out of
 * memory.
 */
struct atrpattern *atrpattern_copy(const struct atrpattern *pattern);

/* Whether the pattern matches the whole text. Takes at most atoms times characters steps. */
bool atrpattern_match(const struct atrpattern *pattern, const struct atrtext *text);

/* How many bytes an ATR has that matches a pattern without repeats; 0 for one with repeats. */
size_t atrpattern_atr_size(const struct atrpattern *pattern);

/*
 * The bytes and their mask that an ATR has to agree with to match the pattern, as far as nothing repeats
 * before them; both arrays take CARDDB_ATR_MAX bytes, the rest is zeros. True: for an ATR of
 * atrpattern_atr_size() agreeing is enough; false: repeats or classes ask for more, see atrpattern_match().
 */
bool atrpattern_mask(const struct atrpattern *pattern, uint8_t *value, uint8_t *mask);

#endif
