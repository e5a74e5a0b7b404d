/*
 * A peer that speaks to an agent by hand: it sends whatever it is told to, and sees what comes back. For
 * tests of agents.
 */
#ifndef SCARDSSP_TESTS_SHARE_PEER_H
#define SCARDSSP_TESTS_SHARE_PEER_H

#include <stdatomic.h>

#include "base/lock.h"
#include "remote/message.h"
#include "remote/transport.h"

#define PEER_SOON 300u   /* ms: no answer in that time is none */
#define PEER_LONG 10000u /* ms: one has to have come */

struct peer {
    struct settings settings;
    struct transport *transport;
    char reply[TRANSPORT_INBOX_MAX + 8];
    struct lock lock;
    struct lock_bell bell;
    uint8_t bytes[4096]; /* of the last answer */
    size_t size;         /* 0: none since the last question */
    unsigned answers;
    uint8_t session[MESSAGE_SESSION_SIZE];
};

/* Connects to the server of `spec` ("//HOST:PORT"); the test fails where it cannot. */
void peer_open(struct peer *peer, const char *spec, uint8_t name);
void peer_close(struct peer *peer);

/* Sends bytes to a subject, and waits so long for an answer. true: it is in bytes. */
bool peer_send(struct peer *peer, const char *subject, const void *bytes, size_t size, uint32_t wait_ms);

/*
 * Sends a request of its session (tag 7) to an agent's session, or reader (not NULL), and decodes the
 * answer.
 */
bool peer_ask(struct peer *peer, const char *agent, const char *reader, struct message_request request,
              struct message_answer *answer, uint32_t wait_ms);

/* The next request of channel 1: GET CHALLENGE. */
struct message_request peer_challenge(uint32_t number);

/* Opens the session, with this lease, and connects channel 1 to the reader, as number 1. */
void peer_enter(struct peer *peer, const char *agent, const char *reader, uint32_t lease_ms);

#endif
