/*
 * One request of a session and its answer, once, whatever happens to the network between: asked again under
 * the same number until there is one. Used by session.c and connection.c.
 */
#ifndef SCARDSSP_BACKENDS_NATS_ASK_H
#define SCARDSSP_BACKENDS_NATS_ASK_H

#include "backends/nats/state.h"

struct ask {
    struct nats_session *session;
    const char *subject;
    struct message_request request;       /* session and tag are set by ask_run() */
    const struct nats_context *canceller; /* whose rm_cancel() ends it; NULL: none */
    uint32_t cancels;                     /* its count before */
    struct rm_bound *bound; /* how long it may wait for others; NULL: as long as the session lives */
    bool impatient;         /* it waits no longer than that for the answer either */
    /* Out: */
    struct transport_message *message; /* the answer's bytes; freed by ask_end(). NULL: none came */
    struct message_answer answer;
};

/*
 * Asks. RM_OK: there is an answer, whose status may be a failure. RM_E_SERVICE_STOPPED: the agent no longer
 * has the session, or is not heard of; RM_E_NO_SERVICE: no server is; RM_W_SECURITY_VIOLATION: the server
 * lets nothing through to the subject; RM_E_CANCELLED; RM_E_SERVER_TOO_BUSY; RM_E_INVALID_TARGET: the agent
 * makes no sense of it; RM_E_NO_MEMORY.
 */
rm_status ask_run(struct ask *ask);

/* Frees what came. */
void ask_end(struct ask *ask);

#endif
