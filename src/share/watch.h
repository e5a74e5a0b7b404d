/*
 * The thread that waits for news of the readers of an agent's service, and decides which are lent. Used by
 * share.c.
 */
#ifndef SCARDSSP_SHARE_WATCH_H
#define SCARDSSP_SHARE_WATCH_H

#include "share/state.h"

/* Starts it; false: there can be none. */
bool watch_begin(struct share *share);

/* Wakes it, for its end: the agent is stopping. */
void watch_end(struct share *share);

/* No reader is lent any more; clients are told. When the thread has ended. */
void watch_withdraw(struct share *share);

#endif
