/*
 * How long connecting bears with a card's own start: what a try is given beyond the call's bound, and what is
 * done about a card that the service believes unpowered. Used by the connect.c of both backends over the
 * system's service, whose calls differ.
 */
#ifndef SCARDSSP_BACKENDS_PATIENCE_H
#define SCARDSSP_BACKENDS_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "rm/rm.h"

#define PATIENCE_START_MS 5000u /* what powering up a card may take where nobody else is in the way */
#define PATIENCE_SHARED_MS 300u /* the same where the card is in use, hence powered, already */
#define PATIENCE_POWER_MS 1500u /* how long a card that is unpowered may take to get power from others */
#define PATIENCE_PAUSE_MS 50u   /* between two tries meanwhile */

/* Is there another client at a reader that is in these states (RM_STATE_*)? */
static inline bool patience_in_use(uint32_t state) {
    return (state & (RM_STATE_INUSE | RM_STATE_EXCLUSIVE)) != 0;
}

/*
 * What a try to connect may take at least, in ms, where less than PATIENCE_START_MS is left of the call: the
 * bound is meant for waiting for others, not for the card's own start. No service says which of the two it is
 * about, but where nobody is connected nobody can hold a transaction. found: what asking for the state has
 * returned. Nobody holds a reader that is not known, and the service says so as soon as it comes to it.
 */
static inline uint32_t patience_least(rm_status found, uint32_t state) {
    return found != RM_OK || patience_in_use(state) ? PATIENCE_SHARED_MS : PATIENCE_START_MS;
}

enum patience_step {
    PATIENCE_DONE,      /* the status is the answer */
    PATIENCE_TRY_AGAIN, /* after PATIENCE_PAUSE_MS */
    PATIENCE_COLD_START /* power the card off and on without its power being needed, then try once more */
};

/*
 * What follows a try to connect that returned `status`. Somebody has powered the card off or ejected it a
 * moment ago: the service may notice that it has power again, or never notice it. *waited_ms, 0 at first, is
 * the caller's to keep from try to try.
 */
static inline enum patience_step patience_next(rm_status status, uint32_t *waited_ms) {
    if (status != RM_W_UNPOWERED_CARD || *waited_ms > PATIENCE_POWER_MS)
        return PATIENCE_DONE;
    *waited_ms += PATIENCE_PAUSE_MS;
    return *waited_ms > PATIENCE_POWER_MS ? PATIENCE_COLD_START : PATIENCE_TRY_AGAIN;
}

#endif
