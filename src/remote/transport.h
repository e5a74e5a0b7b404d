/*
 * A connection to NATS, for agent and client alike: messages by subject, over libnats, which is loaded when
 * the first one is made. Nothing above this knows libnats.
 *
 * It reconnects by itself for ever. Nothing is sent while it is down: who needs an answer asks again.
 */
#ifndef SCARDSSP_REMOTE_TRANSPORT_H
#define SCARDSSP_REMOTE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "remote/settings.h"

#define TRANSPORT_INBOX_MAX 100u

struct transport;

/* A message that has come; freed by transport_message_free(), which also wipes it. */
struct transport_message;

/* The data belong to the message. *size is set. */
const uint8_t *transport_message_data(struct transport_message *message, size_t *size);
const char *transport_message_subject(const struct transport_message *message);
/* Where its answer goes; NULL: nowhere. */
const char *transport_message_reply(const struct transport_message *message);
/* Whether it is the server's word that nobody listens on the subject of a request. */
bool transport_message_is_nobody(struct transport_message *message);
void transport_message_free(struct transport_message *message);

/* What is told, each on a thread of the transport's. */
struct transport_hears {
    void *user;
    /* The connection is there again, or has gone. */
    void (*changed)(void *user, bool up);
    /*
     * The server has refused what was sent to this subject, or to listen on it. The text ends with the call.
     */
    void (*denied)(void *user, const char *subject);
};

/* Gets a message, which is its to free, on a thread of the transport's: one at a time for each subject. */
typedef void (*transport_taker)(void *user, struct transport_message *message);

/* Whether libnats is there, and this was built with it; else *cause and *remedy say what is missing. */
bool transport_is_available(const char **cause, const char **remedy);

/*
 * Makes one that is not connected. `name` is what servers call it. The settings and what `hears` points to
 * outlive it. RM_E_NO_SERVICE: there is no libnats; RM_E_NO_MEMORY.
 */
rm_status transport_open(const struct settings *settings, const char *name,
                         const struct transport_hears *hears, struct transport **out);

/* Ends it; no call of a taker's or of `hears` is at work afterwards. NULL: nothing happens. */
void transport_close(struct transport *transport);

/*
 * Connects unless it is connected, or reconnecting already: then it waits a moment for that. RM_OK: it is up.
 * RM_E_NO_SERVICE: no server can be reached; RM_W_SECURITY_VIOLATION: it does not know us, or is not to be
 * trusted; RM_E_NO_MEMORY; message (may be NULL) of message_size bytes says why. After each of them the next
 * call tries anew.
 */
rm_status transport_connect(struct transport *transport, uint32_t wait_ms, char *message,
                            size_t message_size);

/* Whether the server is there, as far as is known. */
bool transport_is_up(const struct transport *transport);

/* The largest message that the server takes, in bytes; 0 before it was ever connected. */
size_t transport_largest(const struct transport *transport);

/*
 * A message of so many bytes goes over all that libnats keeps of smaller ones: what it writes from and reads
 * into is smaller (NATSOPTIONS_ROOM), and what came in pieces was put together where this one is, too. Its
 * parser has 4096 bytes for that, subjects included, since 2.0.
 */
#define TRANSPORT_COVER 2200u

/*
 * What subjects begin with on which only this one listens, without a dot at the end. At most
 * TRANSPORT_INBOX_MAX bytes.
 */
const char *transport_inbox(const struct transport *transport);

/*
 * Listens on a subject, also after each reconnect; before transport_connect() or later. RM_E_NO_MEMORY,
 * RM_E_NO_SERVICE: it is not listened on, or from the next connection on.
 */
rm_status transport_listen(struct transport *transport, const char *subject, transport_taker take,
                           void *user);

/* The same without a taker: messages wait for transport_next(). Only once, before transport_connect(). */
rm_status transport_queue(struct transport *transport, const char *subject);

/*
 * The next message of that queue, waiting up to wait_ms for one; NULL: none. *ended: there will be no more.
 * By one thread at a time.
 */
struct transport_message *transport_next(struct transport *transport, uint32_t wait_ms, bool *ended);

/* Makes transport_next() return, now and from now on. */
void transport_end_queue(struct transport *transport);

/*
 * Sends a message at once, in this thread; reply (may be NULL): where its answer goes. RM_E_NO_SERVICE: it is
 * not up; RM_E_INVALID_VALUE: larger than the server takes; RM_E_NO_MEMORY. RM_OK does not say that it has
 * arrived.
 */
rm_status transport_send(struct transport *transport, const char *subject, const char *reply,
                         const void *data, size_t size);

/* Waits up to wait_ms until the server has had all that was sent. */
rm_status transport_flush(struct transport *transport, uint32_t wait_ms);

#endif
