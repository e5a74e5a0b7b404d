/*
 * When the state of a reader is news to whoever waits for it (rm_wait()). Used by every backend whose service
 * leaves that to us, and by callers that compare states themselves.
 */
#ifndef SCARDSSP_RM_READERSTATE_H
#define SCARDSSP_RM_READERSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/rm.h"

/* How often cards came and went; of the pseudo reader: how many readers there are. */
#define RM_STATE_COUNT 0xFFFF0000u

/* Whether there is a reader, a card in it, and an answer from that. */
#define RM_STATE_PRESENCE                                                                                    \
    (uint32_t)(RM_STATE_EMPTY | RM_STATE_PRESENT | RM_STATE_MUTE | RM_STATE_UNKNOWN | RM_STATE_UNAVAILABLE)

/* Who uses it. */
#define RM_STATE_USE (uint32_t)(RM_STATE_INUSE | RM_STATE_EXCLUSIVE | RM_STATE_UNPOWERED)

/* The state of a reader that has gone. */
#define RM_STATE_GONE (uint32_t)(RM_STATE_UNKNOWN | RM_STATE_UNAVAILABLE)

/*
 * Whether a reader's `actual` state is news to a caller that believes in another one. Who uses a reader is
 * news only to a caller that believes in somebody; how often cards came and went only to one that counts: a
 * count of zero means that it does not.
 */
static inline bool rm_state_is_news(uint32_t believed, uint32_t actual) {
    if ((believed & ~(uint32_t)RM_STATE_CHANGED) == RM_STATE_UNAWARE)
        return true;
    if (believed & RM_STATE_COUNT && (believed ^ actual) & RM_STATE_COUNT)
        return true;
    return ((believed ^ actual) & RM_STATE_PRESENCE) || (believed & ~actual & RM_STATE_USE);
}

/* The pseudo reader's state where there are so many readers, with RM_STATE_CHANGED where that is news. */
static inline uint32_t rm_state_of_list(uint32_t believed, size_t readers) {
    const uint32_t state = (uint32_t)(readers << 16);
    return (believed ^ state) & RM_STATE_COUNT ? state | RM_STATE_CHANGED : state;
}

#endif
