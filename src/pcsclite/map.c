/* The dialect of the PC/SC library, both ways: see map.h. */
#include "pcsclite/map.h"

#include <string.h>

#define LITE_COMM_ERROR 0x80100013u
#define LITE_UNSUPPORTED_FEATURE 0x8010001Fu
#define LITE_CONTROL_BASE 0x42000000u
#define LITE_PROTOCOL_ANY_OLD 0x1000u /* T=0 and T=1 in programs of long ago; pcscd still takes it */
#define WIN_CONTROL_DEVICE 0x31u
#define WIN_CONTROL_FUNCTIONS 0x3FFFu

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

LONG pcsc_status_to(rm_status status) {
    return (LONG)(status == RM_E_UNSUPPORTED_FEATURE ? LITE_UNSUPPORTED_FEATURE : status);
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

uint32_t pcsc_protocols_from(DWORD set) {
    uint32_t protocols = 0;
    if (set & (SCARD_PROTOCOL_T0 | LITE_PROTOCOL_ANY_OLD))
        protocols |= RM_PROTOCOL_T0;
    if (set & (SCARD_PROTOCOL_T1 | LITE_PROTOCOL_ANY_OLD))
        protocols |= RM_PROTOCOL_T1;
    if (set & SCARD_PROTOCOL_RAW)
        protocols |= RM_PROTOCOL_RAW;
    return protocols;
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

DWORD pcsc_card_state_to(enum rm_card_state state) {
    switch (state) {
    case RM_CARD_ABSENT:
        return SCARD_ABSENT;
    case RM_CARD_PRESENT:
        return SCARD_PRESENT;
    case RM_CARD_SWALLOWED:
        return SCARD_PRESENT | SCARD_SWALLOWED;
    case RM_CARD_POWERED:
        return SCARD_PRESENT | SCARD_POWERED;
    case RM_CARD_NEGOTIABLE:
    case RM_CARD_SPECIFIC:
        return SCARD_PRESENT | SCARD_POWERED | SCARD_NEGOTIABLE;
    default:
        return SCARD_UNKNOWN;
    }
}

bool pcsc_card_unpowered(DWORD state) {
    return (state & SCARD_PRESENT) && !(state & (SCARD_POWERED | SCARD_SWALLOWED));
}

DWORD pcsc_control_to(uint32_t code) {
    if (code >> 16 != WIN_CONTROL_DEVICE || code & 3)
        return code;
    return LITE_CONTROL_BASE + (code & 0xFFFF) / 4;
}

uint32_t pcsc_control_from(DWORD code) {
    if (code < LITE_CONTROL_BASE || code > LITE_CONTROL_BASE + WIN_CONTROL_FUNCTIONS)
        return (uint32_t)code;
    return (WIN_CONTROL_DEVICE << 16) + (uint32_t)(code - LITE_CONTROL_BASE) * 4;
}

uint32_t pcsc_reader_state_to(uint32_t state) {
    if (state & RM_STATE_EXCLUSIVE)
        state &= ~(uint32_t)RM_STATE_INUSE;
    return state & ~(uint32_t)(RM_STATE_UNPOWERED | RM_STATE_IGNORE);
}

size_t pcsc_atr_from(const unsigned char *atr, DWORD size, uint8_t out[RM_ATR_MAX]) {
    if (size > MAX_ATR_SIZE || size > RM_ATR_MAX)
        return 0;
    memcpy(out, atr, size);
    return size;
}
