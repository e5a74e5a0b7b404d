/*
 * A command to a card at readers of our own against the same command to an equal card through pcscd and its
 * virtual reader. For P3 and P4.
 */
#ifndef SCARDSSP_BENCH_RIVALS_H
#define SCARDSSP_BENCH_RIVALS_H

#include <stdbool.h>
#include <stdint.h>

#include "rows.h"

#define RIVALS_NAME 128 /* room for a reader's name */

/* What plays either card: a pcscd_serve (support/services/pcscd.h) of the demo card with T=1. */
int rivals_serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user);

/* The first reader of the process. */
bool rivals_first_reader(char name[RIVALS_NAME]);

/* Whether there is a card in our reader that has given its ATR; rivals_is_in() waits half a second for it. */
bool rivals_holds_card(const char *name);
bool rivals_is_in(const char *name);

/*
 * Fills in the row: commands to the card in our reader against those to the card in pcscd's first one, where
 * both are in. Beside it the bytes alone; `pieces`: sent and received as vsmartcard's driver does (wire.h).
 */
void rivals_compare(struct row *row, const char *name, bool pieces, double effort);

/* The row has no value, for this reason. */
void rivals_skip(struct row *row, const char *why);

#endif
