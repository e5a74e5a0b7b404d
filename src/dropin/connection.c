/* Connections: see connection.h. */
#include "dropin/connection.h"

#include <stdlib.h>

#include "base/container.h"

/* How soon a wait notices that its connection was ended by another thread. */
#define STRETCH_MS 500u

static struct connection *connection_of(struct handle *handle) {
    return CONTAINER_OF(handle, struct connection, handle);
}

static void connection_end(struct handle *handle) {
    struct connection *connection = connection_of(handle);
    client_leave(connection->client);
    free(connection);
}

/* Puts it into the client's list. false: the client has been closed. */
static bool enlist(struct client *client, struct connection *connection) {
    lock_take(&client->lock);
    const bool open = !client->closed;
    if (open) {
        connection->next = client->connections;
        client->connections = connection;
    }
    lock_give(&client->lock);
    return open;
}

static void delist(struct client *client, const struct connection *connection) {
    lock_take(&client->lock);
    struct connection **at = &client->connections;
    while (*at && *at != connection)
        at = &(*at)->next;
    if (*at)
        *at = connection->next;
    lock_give(&client->lock);
}

/* A connection around what the port has connected, which is its own from now on, also on failure. */
static rm_status publish(struct client *client, struct rm_card *card, LONG *number) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection) {
        *connection = (struct connection){
            .handle.end = connection_end, .client = client, .answer = &loan_nothing, .card = card};
        lock_take(&connection->lock); /* nobody gets it before it is in the list */
        connection->number = handle_add(&connection->handle, HANDLE_CARD);
    }
    if (!connection || !connection->number) {
        (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
        free(connection);
        return RM_E_NO_MEMORY;
    }
    handle_hold(&client->handle);
    *number = connection->number;
    const bool listed = enlist(client, connection);
    connection_leave(connection);
    if (!listed)
        (void)connection_close(*number, RM_LEAVE);
    return listed ? RM_OK : RM_E_INVALID_HANDLE;
}

rm_status connection_open(struct client *client, const char *reader, uint32_t share, uint32_t protocols,
                          LONG *number, uint32_t *protocol) {
    struct rm_card *card = NULL;
    struct rm_bound *bound = RM_WITHIN(client->connect_ms);
    rm_status status = rm_connect(client->calls, reader, share, protocols, bound, &card);
    if (status == RM_E_TIMEOUT)
        return RM_E_SHARING_VIOLATION;
    if (status != RM_OK)
        return status;
    *protocol = card->protocol;
    return publish(client, card, number);
}

struct connection *connection_enter(LONG number) {
    struct handle *handle = handle_find(HANDLE_CARD, number);
    if (!handle)
        return NULL;
    struct connection *connection = connection_of(handle);
    lock_take(&connection->lock);
    if (connection->card)
        return connection;
    connection_leave(connection);
    return NULL;
}

void connection_leave(struct connection *connection) {
    lock_give(&connection->lock);
    handle_drop(&connection->handle);
}

/* The number's reference is the caller's; comes back without the connection. */
static rm_status disconnect(struct connection *connection, bool told, uint32_t disposition) {
    atomic_store(&connection->leaving, true);
    delist(connection->client, connection);
    lock_take(&connection->lock);
    struct rm_card *card = connection->card;
    connection->card = NULL;
    if (!told)
        disposition = card->locked ? RM_RESET : RM_LEAVE;
    const rm_status status = rm_disconnect(card, disposition, RM_WITHIN(connection->client->connect_ms));
    connection_leave(connection);
    return status == RM_E_TIMEOUT ? RM_E_SHARING_VIOLATION : status;
}

static rm_status close_number(LONG number, bool told, uint32_t disposition) {
    struct handle *handle = handle_withdraw(HANDLE_CARD, number);
    return handle ? disconnect(connection_of(handle), told, disposition) : RM_E_INVALID_HANDLE;
}

rm_status connection_close(LONG number, uint32_t disposition) {
    return close_number(number, true, disposition);
}

rm_status connection_abandon(LONG number) {
    return close_number(number, false, RM_LEAVE);
}

struct rm_bound connection_stretch(const struct rm_bound *whole) {
    const uint32_t left = rm_bound_left(whole);
    return (struct rm_bound){.timeout_ms = left < STRETCH_MS ? left : STRETCH_MS};
}

bool connection_goes_on(const struct connection *connection, struct rm_bound *whole, rm_status *status) {
    if (*status != RM_E_TIMEOUT)
        return false;
    const bool leaving = atomic_load(&connection->leaving);
    if (!whole->deadline) /* the first stretch has passed */
        whole->deadline = clock_deadline(whole->timeout_ms == RM_INFINITE ? RM_INFINITE
                                         : whole->timeout_ms > STRETCH_MS ? whole->timeout_ms - STRETCH_MS
                                                                          : 0);
    if (!leaving && rm_bound_left(whole) > 0)
        return true;
    *status = leaving ? RM_E_INVALID_HANDLE : RM_E_SHARING_VIOLATION;
    return false;
}

rm_status connection_status(struct connection *connection, struct rm_card_status *out) {
    struct rm_bound whole = {.timeout_ms = connection->client->patience_ms};
    rm_status status;
    do {
        struct rm_bound stretch = connection_stretch(&whole);
        status = rm_status_of(connection->card, out, &stretch);
    } while (connection_goes_on(connection, &whole, &status));
    return status;
}
