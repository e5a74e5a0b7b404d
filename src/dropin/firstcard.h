/*
 * Waiting for the first card: programs that look once are started before the card is there, where cards come
 * to the process (vpcd, ifd). Used by contexts.c.
 */
#ifndef SCARDSSP_DROPIN_FIRSTCARD_H
#define SCARDSSP_DROPIN_FIRSTCARD_H

/*
 * Where SCARDSSP_CARD_TIMEOUT (ms) is set, the first call of the process waits until a reader, whichever, has
 * a card that answers, and no longer than that. All others, and those in other threads meanwhile, return at
 * once. Whether a card has come is not told: the program finds out by itself.
 */
void firstcard_await(void);

#endif
