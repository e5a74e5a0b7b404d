/* The reset of a card whose session was lost. Used by the files of share/ alone. */
#ifndef SCARDSSP_SHARE_CLEAN_H
#define SCARDSSP_SHARE_CLEAN_H

#include "share/state.h"

/* Resets the card of a lane that is dirty; it is `busy` for that, and neither afterwards. */
void clean_card(struct share *share, struct share_lane *lane);

#endif
