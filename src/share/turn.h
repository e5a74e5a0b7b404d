/*
 * Turns at a reader: one call at a time is at work there, on the thread that brought it; others wait
 * without a thread, in the order in which they came, until whoever has a transaction ends it or their time
 * is over. Used by the files of share/ alone.
 */
#ifndef SCARDSSP_SHARE_TURN_H
#define SCARDSSP_SHARE_TURN_H

#include "share/state.h"

/*
 * Takes a request of a channel that is marked `at_work`, with its session counted as used; the message is its
 * own from now on. Works at it here, or leaves it for its turn; then works at whatever else has its turn.
 */
void turn_take(struct share *share, struct share_job *job);

/* Something has happened at the reader: who waits tries again. */
void turn_retry(struct share *share, struct share_lane *lane);

/* A connection has ended without a call: whoever waits for its transaction may have it. */
void turn_pass(struct share *share, struct share_lane *lane);

/*
 * Ends what waits there for too long; *next: when the next one does (CLOCK_NEVER: none), if that is earlier.
 */
void turn_expire(struct share *share, struct share_lane *lane, uint64_t *next);

/* Ends the wait of a channel's request, if it does wait; the answer is RM_E_CANCELLED. true: it did. */
bool turn_cancel(struct share *share, struct share_lane *lane, const struct share_channel *channel);

#endif
