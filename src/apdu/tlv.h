/* Writing BER-TLV into a buffer of known room (ISO/IEC 7816-4 §6.3). Used for file control information. */
#ifndef SCARDSSP_SIM_TLV_H
#define SCARDSSP_SIM_TLV_H

#include <stddef.h>
#include <stdint.h>

#define TLV_ROOM 192u

/* A template in the making; its content stays under 128 bytes, so that every length takes one byte. */
struct tlv {
    uint32_t size;
    uint8_t bytes[TLV_ROOM];
};

/* Adds a data object with a one-byte tag and at most 127 bytes. What does not fit is left out. */
void sim_tlv_add(struct tlv *tlv, uint8_t tag, const void *value, size_t size);

/* The same for a number in `size` bytes, most significant first. */
void sim_tlv_add_number(struct tlv *tlv, uint8_t tag, uint32_t number, size_t size);

#endif
