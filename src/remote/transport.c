/* A connection to NATS over libnats: see transport.h. */
#include "remote/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/wipe.h"
#include "remote/libnats.h"
#include "remote/natsoptions.h"
#include "remote/subject.h"

/* What is listened on: remembered for a connection that is made anew. */
struct ear {
    struct transport *transport;
    transport_taker take; /* NULL: transport_next() */
    void *user;
    natsSubscription *subscription;
    struct ear *next;
    char subject[];
};

/* A connection of libnats's; those it gave up stay until the end, somebody may be using them. */
struct wire {
    natsConnection *connection;
    struct wire *next;
};

struct transport {
    const struct libnats *nats;
    const struct settings *settings;
    struct transport_hears hears;
    char name[64];
    char inbox[TRANSPORT_INBOX_MAX + 1];
    struct lock connecting;               /* held while a connection is made */
    struct lock lock;                     /* guards what follows */
    struct lock_bell bell;                /* `up` has changed, or something has ended */
    _Atomic(natsConnection *) connection; /* NULL: never made, or given up by libnats */
    struct wire *wires;
    struct ear *ears;
    struct ear *queue; /* the one of transport_next(); NULL: none */
    unsigned working;  /* taking ears and connections whose last call has not come yet */
    size_t largest;
    _Atomic bool up;
    _Atomic bool ended; /* the queue */
};

/* Messages are libnats's own. */
static natsMsg *msg_of(const struct transport_message *message) {
    union {
        const struct transport_message *message;
        natsMsg *msg;
    } way = {.message = message};
    return way.msg;
}

static struct transport_message *message_of(natsMsg *msg) {
    return (struct transport_message *)(void *)msg;
}

const uint8_t *transport_message_data(struct transport_message *message, size_t *size) {
    const int length = libnats()->natsMsg_GetDataLength(msg_of(message));
    *size = length > 0 ? (size_t)length : 0;
    return (const uint8_t *)libnats()->natsMsg_GetData(msg_of(message));
}

const char *transport_message_subject(const struct transport_message *message) {
    return libnats()->natsMsg_GetSubject(msg_of(message));
}

const char *transport_message_reply(const struct transport_message *message) {
    const char *reply = libnats()->natsMsg_GetReply(msg_of(message));
    return reply && *reply ? reply : NULL;
}

bool transport_message_is_nobody(struct transport_message *message) {
    return libnats()->natsMsg_IsNoResponders(msg_of(message));
}

void transport_message_free(struct transport_message *message) {
    size_t size;
    if (!message)
        return;
    union { /* its memory is the message's own, and may hold a PIN */
        const uint8_t *read;
        void *write;
    } data = {.read = transport_message_data(message, &size)};
    wipe(size ? data.write : NULL, size);
    libnats()->natsMsg_Destroy(msg_of(message));
}

bool transport_is_available(const char **cause, const char **remedy) {
    if (libnats())
        return true;
    *cause = "libnats, which talks to NATS servers, is not on this machine";
    *remedy = "install it (Debian: the package of libnats that libnats-dev depends on)";
    return false;
}

/* What libnats's code is in our language. */
static rm_status status_of(natsStatus code) {
    switch (code) {
    case NATS_OK:
        return RM_OK;
    case NATS_NO_MEMORY:
        return RM_E_NO_MEMORY;
    case NATS_MAX_PAYLOAD:
        return RM_E_INVALID_VALUE;
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
    case NATS_SSL_ERROR:
    case NATS_SECURE_CONNECTION_REQUIRED:
    case NATS_SECURE_CONNECTION_WANTED:
        return RM_W_SECURITY_VIOLATION;
    default:
        return RM_E_NO_SERVICE;
    }
}

/* What libnats tells */

/*
 * What has become of a connection. Of one that was given up, another may stand in its place: that is not what
 * is told of.
 */
static void tell(struct transport *transport, natsConnection *connection, bool up, bool over) {
    lock_take(&transport->lock);
    const bool ours = atomic_load(&transport->connection) == connection;
    if (ours && over)
        atomic_store(&transport->connection, NULL);
    if (ours)
        atomic_store(&transport->up, up);
    lock_ring(&transport->bell);
    lock_give(&transport->lock);
    if (ours && transport->hears.changed)
        transport->hears.changed(transport->hears.user, up);
}

static void on_disconnected(natsConnection *connection, void *user) {
    tell(user, connection, false, false);
}

static void on_reconnected(natsConnection *connection, void *user) {
    tell(user, connection, true, false);
}

static void one_ends(struct transport *transport) {
    lock_take(&transport->lock);
    transport->working--;
    lock_ring(&transport->bell);
    lock_give(&transport->lock);
}

/* By us, or for good: no server lets us in any more. The next transport_connect() makes another. */
static void on_closed(natsConnection *connection, void *user) {
    tell(user, connection, false, true);
    one_ends(user);
}

/* 'Permissions Violation for Publish to "SUBJECT"', or for Subscription. */
static void on_error(natsConnection *connection, natsSubscription *subscription, natsStatus error,
                     void *user) {
    struct transport *transport = user;
    natsStatus last = NATS_OK;
    char subject[SUBJECT_ROOM];
    (void)connection, (void)subscription;
    const char *text = error == NATS_NOT_PERMITTED ? transport->nats->nats_GetLastError(&last) : NULL;
    const char *start = text ? strchr(text, '"') : NULL;
    const size_t size = start ? strcspn(start + 1, "\"") : 0;
    if (!size || size >= sizeof subject || !transport->hears.denied)
        return;
    memcpy(subject, start + 1, size);
    subject[size] = '\0';
    transport->hears.denied(transport->hears.user, subject);
}

static void on_message(natsConnection *connection, natsSubscription *subscription, natsMsg *msg, void *user) {
    const struct ear *ear = user;
    (void)connection, (void)subscription;
    ear->take(ear->user, message_of(msg));
}

static void on_complete(void *user) {
    const struct ear *ear = user;
    one_ends(ear->transport);
}

/* Making and ending */

rm_status transport_open(const struct settings *settings, const char *name,
                         const struct transport_hears *hears, struct transport **out) {
    natsInbox *inbox = NULL;
    const struct libnats *nats = libnats();
    if (!nats)
        return RM_E_NO_SERVICE;
    struct transport *transport = calloc(1, sizeof *transport);
    if (!transport || nats->natsInbox_Create(&inbox) != NATS_OK) {
        free(transport);
        return RM_E_NO_MEMORY;
    }
    const char *unique = strrchr(inbox, '.');
    const char *prefix = settings->values[SETTINGS_INBOX] ? settings->values[SETTINGS_INBOX] : "_INBOX";
    transport->nats = nats;
    transport->settings = settings;
    transport->hears = *hears;
    (void)snprintf(transport->name, sizeof transport->name, "%s", name);
    (void)snprintf(transport->inbox, sizeof transport->inbox, "%.60s%.38s", prefix, unique ? unique : ".0");
    nats->natsInbox_Destroy(inbox);
    *out = transport;
    return RM_OK;
}

static void close_connections(struct transport *transport) {
    for (const struct wire *wire = transport->wires; wire; wire = wire->next)
        transport->nats->natsConnection_Close(wire->connection);
    lock_take(&transport->lock);
    while (transport->working)
        (void)lock_sleep(&transport->lock, &transport->bell, CLOCK_NEVER);
    lock_give(&transport->lock);
    for (struct wire *wire = transport->wires, *next; wire; wire = next) {
        next = wire->next;
        transport->nats->natsConnection_Destroy(wire->connection);
        free(wire);
    }
}

void transport_close(struct transport *transport) {
    if (!transport)
        return;
    close_connections(transport);
    for (struct ear *ear = transport->ears, *next; ear; ear = next) {
        next = ear->next;
        if (ear->subscription)
            transport->nats->natsSubscription_Destroy(ear->subscription);
        free(ear);
    }
    free(transport);
}

/* Listening */

/* Makes the ear hear. */
static natsStatus open_ear(struct transport *transport, natsConnection *connection, struct ear *ear) {
    const struct libnats *nats = transport->nats;
    if (ear->subscription)
        nats->natsSubscription_Destroy(ear->subscription);
    ear->subscription = NULL;
    if (!ear->take)
        return nats->natsConnection_SubscribeSync(&ear->subscription, connection, ear->subject);
    natsStatus status =
        nats->natsConnection_Subscribe(&ear->subscription, connection, ear->subject, on_message, ear);
    if (status != NATS_OK)
        return status;
    lock_take(&transport->lock);
    transport->working++;
    lock_give(&transport->lock);
    status = nats->natsSubscription_SetOnCompleteCB(ear->subscription, on_complete, ear);
    if (status != NATS_OK)
        one_ends(transport);
    return status;
}

/* Adds one; with `connecting` held. */
static rm_status add_ear(struct transport *transport, const char *subject, transport_taker take, void *user,
                         struct ear **out) {
    const size_t size = strlen(subject) + 1;
    struct ear *ear = calloc(1, sizeof *ear + size);
    natsConnection *connection = atomic_load(&transport->connection);
    if (!ear)
        return RM_E_NO_MEMORY;
    *ear = (struct ear){.transport = transport, .take = take, .user = user, .next = transport->ears};
    memcpy(ear->subject, subject, size);
    transport->ears = ear;
    *out = ear;
    return connection ? status_of(open_ear(transport, connection, ear)) : RM_OK;
}

rm_status transport_listen(struct transport *transport, const char *subject, transport_taker take,
                           void *user) {
    struct ear *ear = NULL;
    lock_take(&transport->connecting);
    const rm_status status = add_ear(transport, subject, take, user, &ear);
    lock_give(&transport->connecting);
    return status;
}

rm_status transport_queue(struct transport *transport, const char *subject) {
    lock_take(&transport->connecting);
    const rm_status status = add_ear(transport, subject, NULL, NULL, &transport->queue);
    lock_give(&transport->connecting);
    return status;
}

struct transport_message *transport_next(struct transport *transport, uint32_t wait_ms, bool *ended) {
    natsMsg *msg = NULL;
    *ended = atomic_load(&transport->ended);
    if (*ended || !transport->queue || !transport->queue->subscription)
        return NULL;
    const natsStatus status =
        transport->nats->natsSubscription_NextMsg(&msg, transport->queue->subscription, (int64_t)wait_ms);
    *ended = status == NATS_CONNECTION_CLOSED || status == NATS_INVALID_SUBSCRIPTION ||
             atomic_load(&transport->ended);
    return status == NATS_OK ? message_of(msg) : NULL;
}

void transport_end_queue(struct transport *transport) {
    atomic_store(&transport->ended, true);
    if (transport->queue && transport->queue->subscription)
        (void)transport->nats->natsSubscription_Unsubscribe(transport->queue->subscription);
}

/* Connecting */

/* libnats's own words for what went wrong, without where in its code; "": nothing beyond the error's name. */
static const char *detail_of(const struct libnats *nats, const char *name) {
    const char *detail = nats->nats_GetLastError(NULL);
    const char *words = detail && *detail == '(' ? strstr(detail, "): ") : NULL;
    if (words)
        detail = words + 3;
    return detail && strcmp(detail, name) != 0 ? detail : "";
}

static rm_status explain(struct transport *transport, natsStatus error, char *message, size_t size) {
    const char *name = transport->nats->natsStatus_GetText(error);
    const char *detail = detail_of(transport->nats, name);
    (void)snprintf(message, message ? size : 0, "%s%s: %s%s%s", transport->settings->servers[0],
                   transport->settings->count > 1 ? " and others" : "", name, *detail ? ", " : "", detail);
    return status_of(error);
}

static natsStatus set_callbacks(struct transport *transport, natsOptions *options) {
    const struct libnats *nats = transport->nats;
    natsStatus status = nats->natsOptions_SetDisconnectedCB(options, on_disconnected, transport);
    if (status == NATS_OK)
        status = nats->natsOptions_SetReconnectedCB(options, on_reconnected, transport);
    if (status == NATS_OK)
        status = nats->natsOptions_SetClosedCB(options, on_closed, transport);
    if (status == NATS_OK)
        status = nats->natsOptions_SetErrorHandler(options, on_error, transport);
    return status;
}

/* Takes note of one that was made. What was told of it before nobody knew it is seen by its state. */
static void note(struct transport *transport, natsConnection *connection) {
    lock_take(&transport->lock);
    const natsConnStatus state = transport->nats->natsConnection_Status(connection);
    atomic_store(&transport->connection, state == NATS_CONN_STATUS_CLOSED ? NULL : connection);
    atomic_store(&transport->up, state == NATS_CONN_STATUS_CONNECTED);
    lock_give(&transport->lock);
}

/* Makes the connection, with `connecting` held. */
static rm_status make(struct transport *transport, char *message, size_t message_size) {
    const struct libnats *nats = transport->nats;
    natsOptions *options = NULL;
    natsConnection *connection = NULL;
    struct wire *wire = calloc(1, sizeof *wire);
    natsStatus error =
        wire ? natsoptions_make(nats, transport->settings, transport->name, &options) : NATS_NO_MEMORY;
    if (error == NATS_OK)
        error = set_callbacks(transport, options);
    if (error == NATS_OK)
        error = nats->natsConnection_Connect(&connection, options);
    if (options)
        nats->natsOptions_Destroy(options);
    if (error != NATS_OK) {
        free(wire);
        return explain(transport, error, message, message_size);
    }
    *wire = (struct wire){.connection = connection, .next = transport->wires};
    transport->wires = wire;
    lock_take(&transport->lock);
    transport->working++;
    transport->largest = (size_t)nats->natsConnection_GetMaxPayload(connection);
    lock_give(&transport->lock);
    for (struct ear *ear = transport->ears; ear && error == NATS_OK; ear = ear->next)
        error = open_ear(transport, connection, ear);
    if (error == NATS_OK) {
        note(transport, connection);
        return RM_OK;
    }
    /* One on which not all can be heard is of no use: the next transport_connect() makes another. */
    const rm_status status = explain(transport, error, message, message_size);
    nats->natsConnection_Close(connection);
    return status;
}

/* Waits for a connection that libnats is making again. */
static rm_status wait_for_it(struct transport *transport, uint32_t wait_ms, char *message,
                             size_t message_size) {
    const uint64_t deadline = clock_deadline(wait_ms);
    bool in_time = true;
    lock_take(&transport->lock);
    while (!atomic_load(&transport->up) && in_time)
        in_time = lock_sleep(&transport->lock, &transport->bell, deadline);
    lock_give(&transport->lock);
    if (atomic_load(&transport->up))
        return RM_OK;
    (void)snprintf(message, message ? message_size : 0, "%s%s cannot be reached at the moment",
                   transport->settings->servers[0], transport->settings->count > 1 ? " and others" : "");
    return RM_E_NO_SERVICE;
}

rm_status transport_connect(struct transport *transport, uint32_t wait_ms, char *message,
                            size_t message_size) {
    if (atomic_load_explicit(&transport->up, memory_order_relaxed))
        return RM_OK;
    rm_status status = settings_judge(transport->settings, message, message_size);
    if (status != RM_OK)
        return RM_W_SECURITY_VIOLATION;
    lock_take(&transport->connecting);
    if (!atomic_load(&transport->connection))
        status = make(transport, message, message_size);
    lock_give(&transport->connecting);
    return status == RM_OK ? wait_for_it(transport, wait_ms, message, message_size) : status;
}

bool transport_is_up(const struct transport *transport) {
    return atomic_load_explicit(&transport->up, memory_order_relaxed);
}

size_t transport_largest(const struct transport *transport) {
    return transport->largest;
}

const char *transport_inbox(const struct transport *transport) {
    return transport->inbox;
}

/* Sending */

rm_status transport_send(struct transport *transport, const char *subject, const char *reply,
                         const void *data, size_t size) {
    natsConnection *connection = atomic_load_explicit(&transport->connection, memory_order_acquire);
    if (!connection || !transport_is_up(transport))
        return RM_E_NO_SERVICE;
    const struct libnats *nats = transport->nats;
    return status_of(reply ? nats->natsConnection_PublishRequest(connection, subject, reply, data, (int)size)
                           : nats->natsConnection_Publish(connection, subject, data, (int)size));
}

rm_status transport_flush(struct transport *transport, uint32_t wait_ms) {
    natsConnection *connection = atomic_load_explicit(&transport->connection, memory_order_acquire);
    if (!connection || !transport_is_up(transport))
        return RM_E_NO_SERVICE;
    return status_of(transport->nats->natsConnection_FlushTimeout(connection, wait_ms ? wait_ms : 1));
}
