/* The dialect of the PC/SC library, both ways. Called by the other files of this backend. */
#include "pcsclite/map.h"

#include <string.h>

#define LITE_COMM_ERROR 0x80100013u
#define LITE_UNSUPPORTED_FEATURE 0x8010001Fu
#define LITE_CONTROL_BASE 0x42000000u
#define WIN_CONTROL_DEVICE 0x31u

rm_status pcsc_status_from(LONG code) {
    const rm_status status = (rm_status)code;
    switch (status) {
    case LITE_UNSUPPORTED_FEATURE:
        return RM_E_UNSUPPORTED_FEATURE;
    case LITE_COMM_ERROR:
        return RM_E_SERVICE_STOPPED;
    default:
        /* A number that is no code of smart cards would mean something else above. */
        return status == RM_OK || status >> 16 == 0x8010u ? status : RM_F_UNKNOWN_ERROR;
    }
}

uint32_t pcsc_protocol_from(DWORD protocol) {
    switch (protocol) {
    case SCARD_PROTOCOL_T0:
        return RM_PROTOCOL_T0;
    case SCARD_PROTOCOL_T1:
        return RM_PROTOCOL_T1;
    case SCARD_PROTOCOL_RAW:
        return RM_PROTOCOL_RAW;
    default:
        return RM_PROTOCOL_UNDEFINED;
    }
}

DWORD pcsc_protocols_to(uint32_t protocols) {
    DWORD set = 0;
    if (protocols & RM_PROTOCOL_T0)
        set |= SCARD_PROTOCOL_T0;
    if (protocols & RM_PROTOCOL_T1)
        set |= SCARD_PROTOCOL_T1;
    if (protocols & RM_PROTOCOL_RAW)
        set |= SCARD_PROTOCOL_RAW;
    return set;
}

enum rm_card_state pcsc_card_state_from(DWORD state, DWORD protocol) {
    if (state & SCARD_SPECIFIC)
        return RM_CARD_SPECIFIC;
    if (state & SCARD_NEGOTIABLE)
        return protocol == SCARD_PROTOCOL_UNDEFINED ? RM_CARD_NEGOTIABLE : RM_CARD_SPECIFIC;
    if (state & SCARD_POWERED)
        return RM_CARD_POWERED;
    if (state & SCARD_SWALLOWED)
        return RM_CARD_SWALLOWED;
    if (state & SCARD_PRESENT)
        return RM_CARD_PRESENT;
    if (state & SCARD_ABSENT)
        return RM_CARD_ABSENT;
    return RM_CARD_UNKNOWN;
}

bool pcsc_card_unpowered(DWORD state) {
    return (state & SCARD_PRESENT) && !(state & (SCARD_POWERED | SCARD_SWALLOWED));
}

DWORD pcsc_control_to(uint32_t code) {
    if (code >> 16 != WIN_CONTROL_DEVICE || code & 3)
        return code;
    return LITE_CONTROL_BASE + (code & 0xFFFF) / 4;
}

size_t pcsc_atr_from(const unsigned char *atr, DWORD size, uint8_t out[RM_ATR_MAX]) {
    if (size > MAX_ATR_SIZE || size > RM_ATR_MAX)
        return 0;
    memcpy(out, atr, size);
    return size;
}
