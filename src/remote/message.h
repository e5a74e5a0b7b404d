/*
 * What agent and client say to each other about readers that are elsewhere, as bytes: requests of the port's
 * calls, their answers, and news of readers. docs/remote.md has the format on one page. Used by
 * backends/nats/, which asks, and share/, which answers.
 *
 * All of it comes from the network: decoding takes any bytes, and says yes to those alone that encoding
 * makes. Numbers are little-endian. A decoded message points into the bytes it was decoded from.
 */
#ifndef SCARDSSP_REMOTE_MESSAGE_H
#define SCARDSSP_REMOTE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/rm.h"

#define MESSAGE_VERSION 1u
#define MESSAGE_SESSION_SIZE 16u /* bytes of a session's name */
#define MESSAGE_WORDS 3u         /* most a request has */
#define MESSAGE_BODY_MAX 66000u  /* an extended command or answer fits */
#define MESSAGE_DESCRIPTION_MAX                                                                              \
    (768u * 1024u)           /* names of all readers of an agent; a server's limit is 1 MiB */
#define MESSAGE_HEAD_MAX 64u /* what goes before the body, at most */
#define MESSAGE_MAX (MESSAGE_HEAD_MAX + MESSAGE_BODY_MAX)
#define MESSAGE_NAME_MAX 255u /* of a reader or an agent, in bytes */

enum message_kind {
    /* To an agent, of no session */
    MESSAGE_WHO = 1, /* its description. Body: the asker's instance, 8 bytes, where it is an agent itself */
    MESSAGE_ASK = 2, /* the state of the reader whose subject it is */
    MESSAGE_SESSIONS = 3, /* who uses what. Word: how many to leave out */
    /* Of a session as a whole */
    /*
     * Word: the lease wished for, in ms. Body: who it is, UTF-8 for people. Its session is one that the
     * client makes up, by which the agent knows a request that comes again; the answer's body is the name
     * that the agent gives it, so that what was said in a session that has ended is of no use to whoever
     * heard it.
     */
    MESSAGE_OPEN = 4,
    MESSAGE_BEAT = 5,   /* it is still there */
    MESSAGE_CLOSE = 6,  /* it ends, with all its connections */
    MESSAGE_CANCEL = 7, /* ends the call of this channel and number */
    MESSAGE_GONE = 8,   /* its client ends as it is: as after the lease */
    /* Of a connection, on the subject of its reader: the calls of the port (rm/rm.h) */
    MESSAGE_CONNECT = 16,    /* words: share, protocols */
    MESSAGE_RECONNECT = 17,  /* words: share, protocols, init */
    MESSAGE_DISCONNECT = 18, /* word: disposition */
    MESSAGE_BEGIN = 19,
    MESSAGE_END = 20, /* word: disposition */
    MESSAGE_STATUS = 21,
    MESSAGE_TRANSMIT = 22,   /* words: nad, room for the answer. Body: the command */
    MESSAGE_CONTROL = 23,    /* words: code, room. Body: what is sent */
    MESSAGE_GET_ATTRIB = 24, /* words: id, room */
    MESSAGE_SET_ATTRIB = 25  /* word: id. Body: the value */
};

struct message_request {
    uint8_t kind;                          /* enum message_kind */
    uint8_t session[MESSAGE_SESSION_SIZE]; /* its name, which nobody can guess */
    uint32_t tag;                          /* the client's own, comes back in the answer */
    uint32_t channel;                      /* which connection of the session; 0: the session itself */
    uint32_t number;                       /* of this request in its channel: counts up from 1 */
    uint32_t timeout_ms;                   /* how long it may wait for other users of the reader */
    uint32_t words[MESSAGE_WORDS];
    const uint8_t *body; /* NULL without */
    size_t body_size;
};

/* Why an agent does nothing about a request. */
enum message_refusal {
    MESSAGE_TAKEN = 0,    /* it has done it: `status` is the port's answer */
    MESSAGE_STRANGER = 1, /* there is no such session, or no longer */
    MESSAGE_OLD = 2,      /* the number is that of an earlier request */
    MESSAGE_WRONG = 3,    /* it makes no sense: another reader's subject, no connection, no such version */
    MESSAGE_TOO_MANY = 4, /* sessions or connections */
    MESSAGE_BUSY = 5      /* the channel's last request is still at work */
};

#define MESSAGE_LOCKED 1u /* a transaction is held (rm_card.locked) */
#define MESSAGE_LOST 2u   /* the service no longer has the connection (rm_card_handle() is 0) */

struct message_answer {
    uint8_t kind; /* the request's */
    uint8_t refusal;
    uint8_t flags; /* of the connection: MESSAGE_LOCKED, MESSAGE_LOST */
    uint32_t tag;  /* these three as in the request */
    uint32_t channel;
    uint32_t number;
    uint32_t status;   /* of the port */
    uint32_t protocol; /* of the connection */
    uint32_t word;     /* STATUS: the card's state; OPEN: the lease in ms */
    uint64_t instance; /* which start of the agent this is */
    uint64_t news;     /* the number of the last news of this reader, which this answer may have made */
    /*
     * What was received, an ATR, a description, a reader's news or a session's name; of a refusal the session
     * that the request named, so that nobody believes one of a request that was not his. NULL: none.
     */
    const uint8_t *body;
    size_t body_size;
};

/* A reader's state as an agent knows it, or that it is gone; or, without a name, that the agent is there. */
struct message_news {
    uint64_t instance; /* as in answers */
    uint64_t number;   /* of this news: agents count them */
    uint32_t state;    /* RM_STATE_*, with counters; RM_STATE_GONE: the agent no longer lends it */
    uint32_t lease_ms; /* how long the agent counts as there after this */
    uint8_t atr[RM_ATR_MAX];
    size_t atr_size;
    const char *name; /* not terminated */
    size_t name_size;
};

/*
 * Writes a message to `out` of `room` bytes. Returns its size; 0: there is no room, or it has what its kind
 * cannot have. An answer's body may lie where it goes to already: MESSAGE_ANSWER_HEAD bytes behind `out`.
 */
size_t message_encode_request(const struct message_request *request, uint8_t *out, size_t room);
size_t message_encode_answer(const struct message_answer *answer, uint8_t *out, size_t room);
size_t message_encode_news(const struct message_news *news, uint8_t *out, size_t room);

#define MESSAGE_ANSWER_HEAD 48u /* bytes before an answer's body */

/*
 * Whether these bytes say nothing on purpose: they begin with a zero. Clients send as many behind a command
 * with a secret, so that no buffer on the way to the card keeps it.
 */
bool message_is_padding(const uint8_t *bytes, size_t size);

/* Reads one; false: these bytes are none, *out is undefined. */
bool message_decode_request(const uint8_t *bytes, size_t size, struct message_request *out);
bool message_decode_answer(const uint8_t *bytes, size_t size, struct message_answer *out);
bool message_decode_news(const uint8_t *bytes, size_t size, struct message_news *out);

/* Whether this kind of request is a call of a connection, which belongs on its reader's subject. */
bool message_is_of_reader(uint8_t kind);

#endif
