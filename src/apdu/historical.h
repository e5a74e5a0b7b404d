/*
 * The historical bytes of an ATR in words: ISO/IEC 7816-4 §8.1.1, and what PC/SC part 3 puts there for
 * contactless cards. Called by atrmeaning.c.
 */
#ifndef SCARDSSP_APDU_HISTORICAL_H
#define SCARDSSP_APDU_HISTORICAL_H

#include <stddef.h>
#include <stdint.h>

#include "apdu/meaning.h"

/*
 * Visits `size` bytes part by part: the category indicator, then each COMPACT-TLV data object with its own
 * name ("card capabilities"), the status indicator, or the whole as proprietary. Every byte is in exactly one
 * part, in order; objects that do not fit are said to be so. size 0: there are no parts.
 */
void historical_visit(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size);

#endif
