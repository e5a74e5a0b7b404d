/* Answers to requests, as they are sent. Used by the files of share/ alone. */
#ifndef SCARDSSP_SHARE_ANSWER_H
#define SCARDSSP_SHARE_ANSWER_H

#include "share/state.h"

/*
 * Answers a message with what `answer` says; kind, tag, channel and number are the request's, the instance
 * is the agent's. A message without a place for answers gets none.
 */
void answer_send(struct share *share, const struct transport_message *message,
                 const struct message_request *request, struct message_answer answer);

/* The same where nothing was done: why (enum message_refusal). */
void answer_refuse(struct share *share, const struct transport_message *message,
                   const struct message_request *request, uint8_t why);

/* Sends bytes that are an answer already. */
void answer_send_bytes(struct share *share, const struct transport_message *message, const uint8_t *bytes,
                       size_t size);

#endif
