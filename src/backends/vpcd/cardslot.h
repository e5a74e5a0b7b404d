/*
 * A card that has connected, as a slot: what a reader asks becomes a message to it. listener.c makes one when
 * the card has given its first ATR, and puts it into a reader.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_CARDSLOT_H
#define SCARDSSP_BACKENDS_VPCD_CARDSLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slots/slot.h"

/*
 * Whether this may be an ATR, of 2..ATR_MAX bytes, as far as a reader looks at it; no bytes at all: the
 * card is mute.
 */
bool cardslot_is_atr(const uint8_t *bytes, size_t size);

/*
 * Makes a slot with one reference of a card that has power and has given this ATR (cardslot_is_atr()), which
 * the first power() returns. peer: its socket (peer.h), which is the slot's from now on and closed with it.
 * NULL: out of memory, and the socket is still the caller's.
 */
struct slot *cardslot_create(int peer, const uint8_t *atr, size_t size);

/*
 * Whether nothing can come of the card any more, its connection having ended or the card having sent what it
 * was not asked for, and nobody is about to find that out. With the mutex of the reader it is in.
 */
bool cardslot_is_over(const struct slot *slot);

/* The card's socket. */
int cardslot_peer(const struct slot *slot);

#endif
