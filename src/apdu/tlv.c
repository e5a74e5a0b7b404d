/* Writing BER-TLV. Called by select.c. */
#include "apdu/tlv.h"

#include <string.h>

void sim_tlv_add(struct tlv *tlv, uint8_t tag, const void *value, size_t size) {
    if (size > 127 || size + 2 > TLV_ROOM - tlv->size)
        return;
    tlv->bytes[tlv->size++] = tag;
    tlv->bytes[tlv->size++] = (uint8_t)size;
    if (size)
        memcpy(tlv->bytes + tlv->size, value, size);
    tlv->size += (uint32_t)size;
}

void sim_tlv_add_number(struct tlv *tlv, uint8_t tag, uint32_t number, size_t size) {
    uint8_t bytes[4];
    for (size_t i = size; i; i--, number >>= 8)
        bytes[i - 1] = (uint8_t)number;
    sim_tlv_add(tlv, tag, bytes, size);
}
