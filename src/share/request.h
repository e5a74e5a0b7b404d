/* What an agent does with a message: any bytes from anybody who may send to it. Used by share.c. */
#ifndef SCARDSSP_SHARE_REQUEST_H
#define SCARDSSP_SHARE_REQUEST_H

#include "share/state.h"

/* Takes a message, which it frees: a pool_worker with the agent. */
void request_take(void *share, struct transport_message *message);

/* Answers the question of who is there, which goes to all agents: a transport_taker. */
void request_take_who(void *share, struct transport_message *message);

#endif
