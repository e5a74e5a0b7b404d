/* Card capabilities, out of an ATR: see capabilities.h. */
#include "apdu/capabilities.h"

#include <string.h>

#include "apdu/atr.h"

/* The first historical byte (§8.1.1.1): what the others are. */
#define CATEGORY_STATUS 0x00 /* COMPACT-TLV but for the last three */
#define CATEGORY_COMPACT_TLV 0x80
#define STATUS_SIZE 3u

#define TAG_CAPABILITIES 7u
#define EXTENDED_LENGTHS 0x40u

struct capabilities capabilities_of_atr(const uint8_t *atr, size_t size) {
    struct capabilities found = {0};
    struct atr parsed;
    if (atr_parse(atr, size, &parsed) != ATR_OK || parsed.historical_size == 0)
        return found;
    size_t end = parsed.historical_size;
    if (parsed.historical[0] == CATEGORY_STATUS)
        end -= end > STATUS_SIZE ? STATUS_SIZE : end;
    else if (parsed.historical[0] != CATEGORY_COMPACT_TLV)
        return found;
    for (size_t at = 1; at < end;) {
        const uint8_t *const object = parsed.historical + at;
        const size_t length = object[0] & 0x0F;
        if (length > end - at - 1)
            return found;
        if (object[0] >> 4 == TAG_CAPABILITIES && length >= 1 && length <= CAPABILITIES_MAX) {
            found.size = (uint8_t)length;
            memcpy(found.bytes, object + 1, length);
            return found;
        }
        at += length + 1;
    }
    return found;
}

enum capabilities_extended capabilities_extended(const struct capabilities *capabilities) {
    if (capabilities->size < CAPABILITIES_MAX)
        return CAPABILITIES_SILENT;
    return capabilities->bytes[2] & EXTENDED_LENGTHS ? CAPABILITIES_EXTENDED : CAPABILITIES_SHORT_ONLY;
}
