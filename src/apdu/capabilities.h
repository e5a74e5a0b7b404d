/*
 * The card capabilities of ISO/IEC 7816-4:2005 §8.1.1.2.7: data object 7 of the historical bytes, 47
 * elsewhere. What a card says of itself before anybody asks it. Used by services/.
 */
#ifndef SCARDSSP_APDU_CAPABILITIES_H
#define SCARDSSP_APDU_CAPABILITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAPABILITIES_MAX 3u

/* The three software function tables; `size` of them are there, 0 to 3. */
struct capabilities {
    uint8_t size;
    uint8_t bytes[CAPABILITIES_MAX];
};

/* What the card says of commands with extended lengths (table 88). */
enum capabilities_extended { CAPABILITIES_SILENT, CAPABILITIES_SHORT_ONLY, CAPABILITIES_EXTENDED };

/* Finds them in an ATR; size 0: they are not in it, or it is malformed. */
struct capabilities capabilities_of_atr(const uint8_t *atr, size_t size);

/* The third table's word on extended lengths. */
enum capabilities_extended capabilities_extended(const struct capabilities *capabilities);

#endif
