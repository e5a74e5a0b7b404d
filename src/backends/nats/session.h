/* Sessions of contexts with agents. Used by the files of backends/nats/ alone. */
#ifndef SCARDSSP_BACKENDS_NATS_SESSION_H
#define SCARDSSP_BACKENDS_NATS_SESSION_H

#include "backends/nats/state.h"

/*
 * The context's session with an agent, opened if there is none that lives; a reference to it is the caller's.
 * The codes of ask_run(), with the context's cancellations counted before as `cancels`.
 */
rm_status nats_session_with(struct nats_context *context, const char *agent, uint32_t cancels,
                            struct rm_bound *bound, struct nats_session **out);

/* Gives a reference back. */
void nats_session_drop(struct nats_session *session);

/* Ends all sessions of a context; their agents end its connections. */
void nats_session_end_all(struct nats_context *context);

/* A place for a connection, 1 and up; 0: there are too many. */
uint32_t nats_session_take_channel(struct nats_session *session);
void nats_session_give_channel(struct nats_session *session, uint32_t channel);

/* The next number of a channel. */
uint32_t nats_session_number(struct nats_session *session, uint32_t channel);

/* Says that the session is still there (MESSAGE_BEAT), or that its client is gone (MESSAGE_GONE). */
void nats_session_say(struct nats_session *session, enum message_kind kind);

#endif
