/*
 * The news of an agent's readers that clients get: what is in them. Used by the files of share/ alone.
 */
#ifndef SCARDSSP_SHARE_NEWS_H
#define SCARDSSP_SHARE_NEWS_H

#include "share/state.h"

/* Finds a lane by the reader's name; NULL: none. With the lock held. */
struct share_lane *news_lane(const struct share *share, const char *reader);

/* Looks at one reader, and tells clients what has changed. Returns the number of its last news. */
uint64_t news_look(struct share *share, struct share_lane *lane);

/* Tells clients what a reader is like (lane NULL: that the agent is there). */
void news_publish(struct share *share, const struct share_lane *lane);

/* Tells clients that the agent is there, and the number of its last news. */
void news_beat(struct share *share);

/* The state of a reader as news, as the body of an answer: what MESSAGE_ASK is answered with. */
size_t news_encode(struct share *share, const struct share_lane *lane, uint8_t *out, size_t room);

#endif
