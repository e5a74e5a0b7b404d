/*
 * The thread that lets cards in: it listens at the doors, asks who comes for an ATR, puts cards into readers
 * that are free and takes those out whose connection has ended. It takes part in no command: that is between
 * the caller's thread and the card. setup.c makes one for each service.
 *
 * Whoever connects gets little until he has shown to be a card: LISTENER_NEWCOMERS places in all, of which
 * the oldest goes for one who comes later, and three seconds. While all readers of a door have a card, who
 * comes waits in the system's queue.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_LISTENER_H
#define SCARDSSP_BACKENDS_VPCD_LISTENER_H

#include <stddef.h>
#include <stdint.h>

#include "backends/vpcd/place.h"
#include "rm/status.h"
#include "slots/reader.h"

#define LISTENER_NEWCOMERS 16u

struct listener;

/*
 * Opens the doors of the place. The codes and message of door_open(); RM_E_NO_MEMORY. Ended by
 * listener_close().
 */
rm_status listener_open(const struct place *place, struct listener **out, char *message, size_t message_size);

/* The port of a door, of 0..place->doors - 1. */
uint16_t listener_port(const struct listener *listener, uint32_t door);

/*
 * Cards go into this reader from now on; called place->doors x place->readers times, the readers of the first
 * door first. The reader's reference stays the caller's, and outlives the listener.
 */
void listener_add(struct listener *listener, struct slots_reader *reader);

/* Lets cards in. RM_E_NO_MEMORY: there are no means for it. */
rm_status listener_start(struct listener *listener);

/* Ends it; the connections of cards that are in end with their readers. NULL: does nothing. */
void listener_close(struct listener *listener);

#endif
