/* Patterns for answers to reset, as the public list of ATRs has them. Used where a user means a reader. */
#ifndef SCARD_ATRPATTERN_H
#define SCARD_ATRPATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether a text is a pattern for ATRs: hexadecimal digits, '.' or '?' for any digit, blanks and ':' between
 * them, at most one '*', at the end; at least one digit.
 */
bool atrpattern_is(const char *text);

/* Whether a text that is one begins with 3B or 3F, as an ATR does, and so hardly is a name. */
bool atrpattern_is_likely(const char *text);

/* Whether the pattern fits all bytes of the ATR, with '*' its beginning. No bytes: it does not. */
bool atrpattern_fits(const char *pattern, const uint8_t *atr, size_t size);

#endif
