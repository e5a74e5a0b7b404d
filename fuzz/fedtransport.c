/* A transport without a network: see fedtransport.h. */
#include "fedtransport.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct transport_message {
    const char *subject, *reply;
    size_t size;
    uint8_t *bytes; /* of exactly that size, so that whoever reads on is caught */
};

struct transport {
    char unused;
};

void (*_Atomic fedtransport_sent)(const char *subject, const char *reply, const uint8_t *bytes, size_t size);
_Atomic long fedtransport_messages;

struct transport_message *fedtransport_message(const char *subject, const char *reply, const uint8_t *bytes,
                                               size_t size) {
    struct transport_message *message = malloc(sizeof *message);
    uint8_t *copy = malloc(size ? size : 1);
    if (!message || !copy)
        abort();
    if (size)
        memcpy(copy, bytes, size);
    *message = (struct transport_message){.subject = subject, .reply = reply, .size = size, .bytes = copy};
    atomic_fetch_add(&fedtransport_messages, 1);
    return message;
}

bool transport_is_available(const char **cause, const char **remedy) {
    (void)cause, (void)remedy;
    return true;
}

const uint8_t *transport_message_data(struct transport_message *message, size_t *size) {
    *size = message->size;
    return message->bytes;
}

const char *transport_message_subject(const struct transport_message *message) {
    return message->subject;
}

const char *transport_message_reply(const struct transport_message *message) {
    return message->reply;
}

bool transport_message_is_nobody(struct transport_message *message) {
    (void)message;
    return false;
}

void transport_message_free(struct transport_message *message) {
    if (!message)
        return;
    free(message->bytes);
    free(message);
    atomic_fetch_sub(&fedtransport_messages, 1);
}

rm_status transport_open(const struct settings *settings, const char *name,
                         const struct transport_hears *hears, struct transport **out) {
    (void)settings, (void)name, (void)hears;
    *out = calloc(1, sizeof **out);
    return *out ? RM_OK : RM_E_NO_MEMORY;
}

void transport_close(struct transport *transport) {
    free(transport);
}

rm_status transport_connect(struct transport *transport, uint32_t wait_ms, char *message,
                            size_t message_size) {
    (void)transport, (void)wait_ms, (void)message, (void)message_size;
    return RM_OK;
}

bool transport_is_up(const struct transport *transport) {
    (void)transport;
    return true;
}

size_t transport_largest(const struct transport *transport) {
    (void)transport;
    return 1024u * 1024u;
}

const char *transport_inbox(const struct transport *transport) {
    (void)transport;
    return "_INBOX.fed";
}

rm_status transport_listen(struct transport *transport, const char *subject, transport_taker take,
                           void *user) {
    (void)transport, (void)subject, (void)take, (void)user;
    return RM_OK;
}

rm_status transport_queue(struct transport *transport, const char *subject) {
    (void)transport, (void)subject;
    return RM_OK;
}

/* The pool's threads have nothing to do. */
struct transport_message *transport_next(struct transport *transport, uint32_t wait_ms, bool *ended) {
    (void)transport, (void)wait_ms;
    *ended = true;
    return NULL;
}

void transport_end_queue(struct transport *transport) {
    (void)transport;
}

rm_status transport_send(struct transport *transport, const char *subject, const char *reply,
                         const void *data, size_t size) {
    (void)transport;
    if (fedtransport_sent)
        fedtransport_sent(subject, reply, data, size);
    return RM_OK;
}

rm_status transport_flush(struct transport *transport, uint32_t wait_ms) {
    (void)transport, (void)wait_ms;
    return RM_OK;
}
