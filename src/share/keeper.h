/*
 * The agent's clock: one thread that ends waits whose time is over and sessions that are not heard of, and
 * says every third of the lease that the agent is there. Used by share.c.
 */
#ifndef SCARDSSP_SHARE_KEEPER_H
#define SCARDSSP_SHARE_KEEPER_H

#include "share/state.h"

/* Starts it; false: there can be none. It ends when the agent is stopping and its bell is rung. */
bool share_keeper_begin(struct share *share);

#endif
