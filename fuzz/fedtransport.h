/*
 * A transport without a network, in the place of remote/transport.c: messages are handed in by who fuzzes,
 * and what is sent is told to him.
 */
#ifndef SCARDSSP_FUZZ_FEDTRANSPORT_H
#define SCARDSSP_FUZZ_FEDTRANSPORT_H

#include "remote/transport.h"

/* A message with a copy of these bytes, which whoever takes it frees; subject and reply outlive it. */
struct transport_message *fedtransport_message(const char *subject, const char *reply, const uint8_t *bytes,
                                               size_t size);

/* Gets whatever is sent, on the thread that sends it. NULL: nobody. */
extern void (*_Atomic fedtransport_sent)(const char *subject, const char *reply, const uint8_t *bytes,
                                         size_t size);

/* How many messages there are that nobody has freed. */
extern _Atomic long fedtransport_messages;

#endif
