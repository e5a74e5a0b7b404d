/*
 * What comes from NATS: answers and news, any bytes from anybody. Used by the files of backends/nats/ alone.
 */
#ifndef SCARDSSP_BACKENDS_NATS_INBOX_H
#define SCARDSSP_BACKENDS_NATS_INBOX_H

#include "backends/nats/state.h"

/* Each takes a message, which it frees, or keeps for who waits for it: transport_takers with the service. */
void inbox_take_answer(void *service, struct transport_message *message); /* NATS_REPLY_CALL */
void inbox_take_who(void *service, struct transport_message *message);    /* NATS_REPLY_WHO */
void inbox_take_all(void *service, struct transport_message *message);    /* NATS_REPLY_ALL */
void inbox_take_news(void *service, struct transport_message *message);   /* SUBJECT_NEWS */

/* The server lets nothing of ours through to this subject. */
void inbox_take_denial(void *service, const char *subject);

/* Sends a question that is no session's: MESSAGE_WHO or MESSAGE_ASK. */
void inbox_ask(struct nats_service *service, const char *subject, uint8_t kind, enum nats_reply reply);

/* Asks one agent for everything. */
void inbox_ask_agent(struct nats_service *service, const char *agent);

#endif
