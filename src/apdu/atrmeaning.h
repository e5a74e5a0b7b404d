/*
 * An answer to reset in words, byte by byte: ISO/IEC 7816-3 §8. Also those that are malformed, as far as they
 * go. Called by the module for the tool.
 */
#ifndef SCARDSSP_APDU_ATRMEANING_H
#define SCARDSSP_APDU_ATRMEANING_H

#include "apdu/atr.h"
#include "apdu/meaning.h"

/*
 * Visits `size` bytes part by part and in order ("TS", "T0", "TA1" ..., the historical bytes, "TCK"; what
 * should not be there as "surplus"), every byte once; then, where it is well-formed, "protocols" and "mode".
 * Returns what atr_parse() does; a fault is also a part, the last one, "fault".
 */
enum atr_fault atrmeaning_visit(const struct meaning_visitor *visitor, const uint8_t *bytes, size_t size);

#endif
