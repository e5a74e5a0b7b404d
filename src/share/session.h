/*
 * Sessions: a client context each, with its connections, for as long as its client is heard of. Used by the
 * files of share/ alone.
 */
#ifndef SCARDSSP_SHARE_SESSION_H
#define SCARDSSP_SHARE_SESSION_H

#include "share/state.h"

/* The session of this name; NULL: none. With the lock held. */
struct share_session *session_find(const struct share *share, const uint8_t *name);

/* Requests of a session as a whole. Each answers its message. */
void session_open(struct share *share, struct transport_message *message,
                  const struct message_request *request);
void session_beat(struct share *share, struct transport_message *message,
                  const struct message_request *request);
void session_close(struct share *share, struct transport_message *message,
                   const struct message_request *request);
void session_cancel(struct share *share, struct transport_message *message,
                    const struct message_request *request);

/* The channel of a request, made if need be; NULL: there is none such, or no memory. With the lock held. */
struct share_channel *session_channel(struct share_session *session, uint32_t channel, bool make);

/*
 * Ends the sessions that were not heard of; *next: when the next one is not (CLOCK_NEVER: none), if that is
 * earlier.
 */
void session_expire(struct share *share, uint64_t *next);

/* Ends all of them. */
void session_expire_all(struct share *share);

#endif
