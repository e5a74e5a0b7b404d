/*
 * An answer to reset in words, byte by byte: ISO/IEC 7816-3 §8. Also those that are malformed, as far as they
 * go. Called by the module for the tool.
 */
#ifndef SCARDSSP_APDU_ATRMEANING_H
#define SCARDSSP_APDU_ATRMEANING_H

#include "apdu/atr.h"
#include "apdu/meaning.h"

/*
 * Tells `size` bytes part by part and in order ("TS", "T0", "TA1" ..., the historical bytes, "TCK"; what
 * should not be there as "surplus"), every byte once; then, where it is well-formed, "protocols" and "mode".
 * Returns what atr_parse() does; a fault is also told, as the last part, "fault".
 */
enum atr_fault atrmeaning_tell(const struct meaning_teller *teller, const uint8_t *bytes, size_t size);

#endif
