/* Connections and cards: see cards.h. */
#include "backends/nats/cards.h"

#include <stdlib.h>
#include <string.h>

#include "backends/nats/session.h"
#include "base/container.h"

struct nats_context *cards_context(struct rm_context *context) {
    return CONTAINER_OF(context, struct nats_context, base);
}

/* Takes a connection out of the table; false: it is not in it. With the lock held. */
static bool forget(struct nats_service *service, struct nats_connection *connection) {
    struct nats_connection **at = &service->connections;
    while (*at && *at != connection)
        at = &(*at)->next;
    if (!*at)
        return false;
    *at = connection->next;
    return true;
}

/* The table has no reference of its own. */
static void drop_connection(struct nats_connection *connection) {
    struct nats_service *service = connection->session->service;
    lock_take(&service->lock);
    const bool last = refcount_drop(&connection->refs) == 0;
    if (last)
        (void)forget(service, connection);
    lock_give(&service->lock);
    if (!last)
        return;
    nats_session_drop(connection->session);
    free(connection->reader);
    free(connection->subject);
    free(connection);
}

static struct nats_connection *make_connection(struct nats_session *session, const char *reader,
                                               const char *subject) {
    struct nats_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return NULL;
    refcount_init(&connection->refs);
    refcount_take(&session->refs);
    connection->session = session;
    connection->lost = true; /* until the agent has it */
    connection->reader = strdup(reader);
    connection->subject = strdup(subject);
    if (connection->reader && connection->subject)
        return connection;
    drop_connection(connection);
    return NULL;
}

/* A card of a connection, whose reference it takes over; NULL: no memory. With the lock held. */
static struct nats_card *add_card(struct nats_context *context, struct nats_connection *connection) {
    struct nats_card *card = calloc(1, sizeof *card);
    if (!card)
        return NULL;
    card->base.ops = context->base.ops;
    card->base.protocol = connection->protocol;
    card->context = context;
    card->connection = connection;
    card->next = context->cards;
    context->cards = card;
    return card;
}

rm_status cards_make(struct nats_context *context, struct nats_session *session, const char *reader,
                     const char *subject, struct nats_card **out) {
    struct nats_service *service = context->service;
    const uint32_t channel = nats_session_take_channel(session);
    if (!channel)
        return RM_E_SERVER_TOO_BUSY;
    struct nats_connection *connection = make_connection(session, reader, subject);
    if (!connection) {
        nats_session_give_channel(session, channel);
        return RM_E_NO_MEMORY;
    }
    connection->channel = channel;
    lock_take(&service->lock);
    connection->handle = service->next_handle++;
    struct nats_card *card = add_card(context, connection);
    if (card) {
        connection->next = service->connections;
        service->connections = connection;
    }
    lock_give(&service->lock);
    if (!card) {
        nats_session_give_channel(session, channel);
        drop_connection(connection);
        return RM_E_NO_MEMORY;
    }
    *out = card;
    return RM_OK;
}

rm_status cards_adopt(struct nats_context *context, uint64_t handle, struct nats_card **out) {
    struct nats_service *service = context->service;
    rm_status status = RM_E_INVALID_HANDLE;
    lock_take(&service->lock);
    struct nats_connection *connection = service->connections;
    while (connection && (connection->handle != handle || connection->lost || connection->ended))
        connection = connection->next;
    struct nats_card *card = connection ? add_card(context, connection) : NULL;
    if (card) {
        refcount_take(&connection->refs);
        *out = card;
        status = RM_OK;
    } else if (connection) {
        status = RM_E_NO_MEMORY;
    }
    lock_give(&service->lock);
    return status;
}

/* With the lock held. */
static void take_out(struct nats_card *card) {
    struct nats_card **at = &card->context->cards;
    while (*at != card)
        at = &(*at)->next;
    *at = card->next;
}

void cards_drop(struct nats_card *card, bool ends) {
    struct nats_service *service = card->context->service;
    struct nats_connection *connection = card->connection;
    lock_take(&service->lock);
    take_out(card);
    const bool listed = ends && forget(service, connection);
    connection->ended |= ends;
    lock_give(&service->lock);
    if (listed && !connection->in_doubt) /* else the agent may still have something there */
        nats_session_give_channel(connection->session, connection->channel);
    drop_connection(connection);
    free(card);
}

void cards_drop_all(struct nats_context *context) {
    struct nats_service *service = context->service;
    lock_take(&service->lock);
    for (struct nats_connection **at = &service->connections; *at;) {
        struct nats_connection *connection = *at;
        if (connection->session->context != context) {
            at = &connection->next;
            continue;
        }
        *at = connection->next;
        connection->ended = true;
    }
    lock_give(&service->lock);
    while (context->cards)
        cards_drop(context->cards, false);
}
