/* In the place of transport.c where this is built without libnats's headers: there is no connection. */
#include "remote/transport.h"

bool transport_is_available(const char **cause, const char **remedy) {
    *cause = "this library was built without NATS";
    *remedy = "install libnats-dev, and build again";
    return false;
}

const uint8_t *transport_message_data(struct transport_message *message, size_t *size) {
    (void)message;
    *size = 0;
    return NULL;
}

const char *transport_message_subject(const struct transport_message *message) {
    (void)message;
    return "";
}

const char *transport_message_reply(const struct transport_message *message) {
    (void)message;
    return NULL;
}

bool transport_message_is_nobody(struct transport_message *message) {
    (void)message;
    return false;
}

void transport_message_free(struct transport_message *message) {
    (void)message;
}

rm_status transport_open(const struct settings *settings, const char *name,
                         const struct transport_hears *hears, struct transport **out) {
    (void)settings, (void)name, (void)hears, (void)out;
    return RM_E_NO_SERVICE;
}

void transport_close(struct transport *transport) {
    (void)transport;
}

rm_status transport_connect(struct transport *transport, uint32_t wait_ms, char *message,
                            size_t message_size) {
    (void)transport, (void)wait_ms, (void)message, (void)message_size;
    return RM_E_NO_SERVICE;
}

bool transport_is_up(const struct transport *transport) {
    (void)transport;
    return false;
}

size_t transport_largest(const struct transport *transport) {
    (void)transport;
    return 0;
}

const char *transport_inbox(const struct transport *transport) {
    (void)transport;
    return "";
}

rm_status transport_listen(struct transport *transport, const char *subject, transport_taker take,
                           void *user) {
    (void)transport, (void)subject, (void)take, (void)user;
    return RM_E_NO_SERVICE;
}

rm_status transport_queue(struct transport *transport, const char *subject) {
    (void)transport, (void)subject;
    return RM_E_NO_SERVICE;
}

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
    (void)transport, (void)subject, (void)reply, (void)data, (void)size;
    return RM_E_NO_SERVICE;
}

rm_status transport_flush(struct transport *transport, uint32_t wait_ms) {
    (void)transport, (void)wait_ms;
    return RM_E_NO_SERVICE;
}
