/* Share modes and protocols as callers write them, and as the port does. Used by card.c and locate.c. */
#ifndef SCARDSSP_OBJECTS_PREFERENCE_H
#define SCARDSSP_OBJECTS_PREFERENCE_H

#include <stdbool.h>

#include "com/win.h"
#include "rm/rm.h"

/* What Windows programs pass for RAW when they use WinSCard's number. */
#define PREFERENCE_RAW_WINSCARD 0x10000

/* Whether a card may be shared like this: DIRECT, and every other number, is not for cards. */
static inline bool preference_share_is_valid(SCARD_SHARE_MODES share) {
    return share == EXCLUSIVE || share == SHARED;
}

/* Whether it says what becomes of a card. */
static inline bool preference_disposition_is_valid(SCARD_DISPOSITIONS disposition) {
    return (unsigned)disposition <= EJECT;
}

/* A protocol preference as the port's set; RM_PROTOCOL_UNDEFINED for anything but T0, T1, both or RAW. */
static inline uint32_t preference_protocols(SCARD_PROTOCOLS preference) {
    switch ((int)preference) {
    case T0:
        return RM_PROTOCOL_T0;
    case T1:
        return RM_PROTOCOL_T1;
    case T0 | T1:
        return RM_PROTOCOL_T0 | RM_PROTOCOL_T1;
    case RAW:
    case PREFERENCE_RAW_WINSCARD:
        return RM_PROTOCOL_RAW;
    default:
        return RM_PROTOCOL_UNDEFINED;
    }
}

/* The port's protocol in use as callers know it. */
static inline SCARD_PROTOCOLS preference_protocol(uint32_t protocol) {
    return protocol == RM_PROTOCOL_RAW ? RAW : (SCARD_PROTOCOLS)protocol;
}

#endif
