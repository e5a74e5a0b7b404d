/*
 * The threads of an agent beside those of its pool. Each is counted, since the agent's memory goes only after
 * the last of them. Used by the files of share/ alone.
 */
#ifndef SCARDSSP_SHARE_CREW_H
#define SCARDSSP_SHARE_CREW_H

#include "share/state.h"

/* Starts a thread, which ends with crew_leave(). false: there can be none. With the lock held. */
bool crew_start(struct share *share, void (*run)(void *argument), void *argument);

/* The last that one of them does with the agent. */
void crew_leave(struct share *share);

#endif
