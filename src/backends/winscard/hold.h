/* Holding a card by transactions. Used by card.c and attach.c. */
#ifndef SCARDSSP_BACKENDS_WINSCARD_HOLD_H
#define SCARDSSP_BACKENDS_WINSCARD_HOLD_H

#include "backends/winscard/connection.h"

/* Member of struct rm_ops; rm.h says what it does. */
rm_status winscard_card_begin(struct rm_card *card, struct rm_bound *bound);

/*
 * Takes the card for calls to come, so that they need not wait for anybody: *taken when that has to be given
 * back. The codes of rm_begin(). Giving back what cannot be, because the service tells of a reset first, is
 * made up for after the reconnection.
 */
rm_status winscard_card_take(struct winscard_card *card, const struct winscard_limit *limit, bool *taken);
void winscard_card_give(struct winscard_card *card, bool taken);

/*
 * After SCardReconnect, which keeps the service's transaction on some systems and ends it on others: begins
 * it once more where it is to be held, for ending it first would let somebody in, else ends what may be left.
 * On failure no transaction is held, and calls answer RM_W_RESET_CARD until the next reconnection.
 */
rm_status winscard_card_hold_again(struct winscard_card *card, const struct winscard_limit *limit);

#endif
