/* A request of a connection, as a call of the port, and its answer. Used by turn.c alone. */
#ifndef SCARDSSP_SHARE_CALL_H
#define SCARDSSP_SHARE_CALL_H

#include "share/state.h"

/* What a call came to. */
struct call_result {
    rm_status status;
    uint32_t word;  /* message_answer.word */
    uint8_t *bytes; /* MESSAGE_ANSWER_HEAD free bytes, and what was received behind them; NULL: nothing */
    size_t size;    /* received */
    size_t room;
    uint64_t news;
    uint8_t few[MESSAGE_ANSWER_HEAD + 600];
};

/* Whether a request's numbers are in range: the port expects that of its callers. */
bool call_is_sensible(const struct message_request *request);

/* Makes the call, which may wait `left` ms for others. */
void call_run(struct share *share, const struct share_job *job, uint32_t left, struct call_result *result);

/* Sends its answer and keeps it for whoever asks again. The channel is at work no longer. */
void call_answer(struct share *share, const struct share_job *job, struct call_result *result);

/* Ends a result: what was received is wiped. */
void call_result_free(struct call_result *result);

#endif
