/* Offsets in data objects: see offset.h. */
#include "services/offset.h"

#define OFFSET_TAG 0x54u

size_t offset_write(uint32_t offset, uint8_t out[OFFSET_OBJECT_MAX]) {
    uint8_t count = 1;
    for (uint32_t rest = offset >> 8; rest; rest >>= 8)
        ++count;
    out[0] = OFFSET_TAG;
    out[1] = count;
    for (uint8_t i = count; i; --i, offset >>= 8)
        out[1 + i] = (uint8_t)offset;
    return 2u + count;
}
