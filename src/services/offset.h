/*
 * Offsets into transparent files (ISO/IEC 7816-4:2005 §7.2.2): in P1 and P2 up to 32767, beyond that in a
 * data object of the odd instruction. Used by reading and writing.
 */
#ifndef SCARDSSP_SERVICES_OFFSET_H
#define SCARDSSP_SERVICES_OFFSET_H

#include <stddef.h>
#include <stdint.h>

#define OFFSET_PLAIN_MAX 0x7FFFu
#define OFFSET_ODD 1u         /* the bit that makes B0 B1, D6 D7, 0E 0F */
#define OFFSET_DATA_TAG 0x53u /* the data that come or go */
#define OFFSET_OBJECT_MAX 6u  /* bytes of an offset's object */

/* Writes data object 54 with the offset; returns its size. */
size_t offset_write(uint32_t offset, uint8_t out[OFFSET_OBJECT_MAX]);

#endif
