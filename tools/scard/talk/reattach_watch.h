/* The long-running half of `scard reattach`: holds a connection and repairs it. Called by cmd_reattach.c. */
#ifndef SCARD_REATTACH_WATCH_H
#define SCARD_REATTACH_WATCH_H

#include <stdint.h>

#include "talk/card.h"

/*
 * Keeps `card`, attached to `reader`, attached: whenever its status says that the connection is lost it tells
 * why, waits for a card where there is none, and calls ReAttach(share, LEAVE). Ends at Ctrl-C, or after
 * `count` successful re-attachments when count is not 0. Returns an exit code: losing a card is what it is
 * for, and no failure.
 */
int watch_run(const char *reader, ISCard *card, int share, uint32_t count);

#endif
