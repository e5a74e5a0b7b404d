/*
 * What a card is to answer: patterns like "9000", "61?? or 9000" and "6F..*". A pattern of four digits is the
 * status word, whatever data comes with it; any other one is the whole answer, data and status word. '?', '.'
 * and X stand for any digit, '*' for any number of bytes. Used by the reader of lists and by `scard apdu`.
 */
#ifndef SCARD_EXPECTATION_H
#define SCARD_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How one is written, for people who have written something else. */
#define EXPECTATION_FORM "9000, 61?? or 9000, 6F..* (? or . is any digit, * any bytes)"

/*
 * Reads `size` characters: patterns with "or", ',' or '|' between them. On success *out is new text in one
 * form, "61?? or 9000", for expectation_is_met(), which the caller frees. false: they are none, and errno is
 * 0; or out of memory, and it is ENOMEM.
 */
bool expectation_parse(const char *text, size_t size, char **out);

/* Whether an answer, data and status word, fits one of the patterns. */
bool expectation_is_met(const char *expectation, const uint8_t *answer, size_t size);

#endif
