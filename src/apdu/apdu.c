/* The command APDU codec of ISO/IEC 7816-4 §5.1: the only place that knows how Lc and Le are coded. */
#include "apdu/apdu.h"

#include <string.h>

static uint32_t number_get(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static void number_put(uint8_t *bytes, uint32_t number) {
    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)number;
}

static uint32_t short_le(uint8_t byte) {
    return byte ? byte : APDU_SHORT_NE_MAX;
}

static bool is_extended(const struct apdu *apdu) {
    return apdu->extended || apdu->nc > APDU_SHORT_NC_MAX || apdu->ne > APDU_SHORT_NE_MAX;
}

unsigned apdu_case(const struct apdu *apdu) {
    return 1u + (apdu->nc ? 2u : 0u) + (apdu->ne ? 1u : 0u);
}

/* Lengths after a first byte of 00 with more behind it: two bytes each (§5.1, cases 2E, 3E, 4E). */
static bool extended_parse(const uint8_t *bytes, size_t size, struct apdu *apdu) {
    if (size < APDU_HEADER + 3)
        return false;
    const uint32_t first = number_get(bytes + APDU_HEADER + 1);
    apdu->extended = true;
    if (size == APDU_HEADER + 3) {
        apdu->ne = first ? first : APDU_NE_MAX;
        return true;
    }
    const size_t end = APDU_HEADER + 3 + first;
    if (first == 0 || (size != end && size != end + 2))
        return false;
    apdu->data = bytes + APDU_HEADER + 3;
    apdu->nc = first;
    if (size != end) {
        const uint32_t le = number_get(bytes + end);
        apdu->ne = le ? le : APDU_NE_MAX;
    }
    return true;
}

bool apdu_parse(const uint8_t *bytes, size_t size, struct apdu *out) {
    if (size < APDU_HEADER)
        return false;
    struct apdu apdu = {.cla = bytes[0], .ins = bytes[1], .p1 = bytes[2], .p2 = bytes[3]};
    if (size > APDU_HEADER + 1) {
        const uint8_t first = bytes[APDU_HEADER];
        const size_t end = APDU_HEADER + 1u + first;
        if (first == 0) {
            if (!extended_parse(bytes, size, &apdu))
                return false;
        } else if (size == end || size == end + 1) {
            apdu.data = bytes + APDU_HEADER + 1;
            apdu.nc = first;
            if (size != end)
                apdu.ne = short_le(bytes[end]);
        } else {
            return false;
        }
    } else if (size > APDU_HEADER) {
        apdu.ne = short_le(bytes[APDU_HEADER]);
    }
    *out = apdu;
    return true;
}

size_t apdu_size(const struct apdu *apdu) {
    if (apdu->nc > APDU_NC_MAX || apdu->ne > APDU_NE_MAX || (apdu->nc && !apdu->data))
        return 0;
    size_t size = APDU_HEADER + apdu->nc;
    if (!is_extended(apdu))
        return size + (apdu->nc ? 1 : 0) + (apdu->ne ? 1 : 0);
    /* The byte 00 that announces extended lengths stands before the first of them only. */
    return size + (apdu->nc ? 3 : 0) + (apdu->ne ? (apdu->nc ? 2 : 3) : 0);
}

size_t apdu_encode(const struct apdu *apdu, uint8_t *out, size_t room) {
    const size_t size = apdu_size(apdu);
    if (size == 0 || size > room)
        return 0;
    const bool extended = is_extended(apdu);
    const size_t data_at = APDU_HEADER + (extended ? 3 : 1);
    /* The data moves first: it may lie where the header and Lc are about to be written. */
    if (apdu->nc)
        memmove(out + data_at, apdu->data, apdu->nc);
    out[0] = apdu->cla;
    out[1] = apdu->ins;
    out[2] = apdu->p1;
    out[3] = apdu->p2;
    if (extended && (apdu->nc || apdu->ne))
        out[APDU_HEADER] = 0;
    if (apdu->nc && extended)
        number_put(out + APDU_HEADER + 1, apdu->nc);
    else if (apdu->nc)
        out[APDU_HEADER] = (uint8_t)apdu->nc;
    /* The largest Ne, 256 or 65536, is coded as zero: the cut to the field's width does that. */
    if (apdu->ne && extended)
        number_put(out + size - 2, apdu->ne);
    else if (apdu->ne)
        out[size - 1] = (uint8_t)apdu->ne;
    return size;
}
