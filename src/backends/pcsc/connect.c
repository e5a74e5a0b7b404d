/*
 * SCardConnect. While another client holds a transaction the daemon keeps us waiting for the answer; that is
 * ended from outside (watch.h) at the limit, and the daemon throws away the connection when it gets to it.
 */
#include "backends/pcsc/connect.h"

#include <string.h>

#include "backends/patience.h"
#include "backends/pcsc/attempt.h"
#include "backends/pcsc/wait.h"
#include "base/clock.h"
#include "pcsclite/map.h"

/* What each try may take at least. Of a daemon that does not answer nothing more is expected. */
static uint32_t allowance(struct pcsc_context *context, const struct pcsc_connection *connection) {
    uint32_t state = 0;
    if (rm_bound_left(connection->bound) >= PATIENCE_START_MS || atomic_load(&context->service->watch.silent))
        return 0;
    const rm_status found = pcsc_reader_state(context, connection->reader, RM_STATE_UNAWARE, 0, &state);
    return patience_least(found, state);
}

/* What is left for a try. */
static uint32_t limit_of(const struct pcsc_connection *connection) {
    const uint32_t left = rm_bound_left(connection->bound);
    return left > connection->least_ms ? left : connection->least_ms;
}

/* One SCardConnect. *usable: the link may be used again. */
static rm_status try_link(struct pcsc_context *context, struct pcsc_connection *connection, uint32_t share,
                          bool *usable) {
    struct pcsc_service *service = context->service;
    struct pcsc_link *link = connection->link;
    SCARDHANDLE handle = 0;
    DWORD protocol = 0;
    const uint32_t ticket = pcsc_link_enter(&service->watch, link, PCSC_WAIT_SERVICE, limit_of(connection));
    const LONG code = service->api->connect(link->handle, connection->reader, share,
                                            pcsc_protocols_to(connection->protocols), &handle, &protocol);
    const rm_status broken = pcsc_link_leave(&service->watch, link, ticket);
    rm_status status = pcsc_status_from(code);
    *usable = broken == RM_OK && !rm_context_is_lost(status);
    if (broken != RM_OK)
        return broken;
    if (status == RM_E_INVALID_VALUE) /* a name longer than the service's names can be */
        status = RM_E_UNKNOWN_READER;
    if (status == RM_OK) {
        connection->handle = handle;
        connection->protocol = protocol;
    }
    return status;
}

/* The same in a link that works: a dead one (the daemon was restarted) is replaced once. */
static rm_status try_anyhow(struct pcsc_context *context, struct pcsc_connection *connection,
                            uint32_t share) {
    for (;;) {
        bool fresh = false;
        bool usable = false;
        rm_status status = RM_OK;
        if (!connection->link)
            status = pcsc_context_borrow(context, true, limit_of(connection), &connection->link, &fresh);
        if (status != RM_OK)
            return status;
        status = try_link(context, connection, share, &usable);
        if (usable)
            return status;
        if (status == RM_E_TIMEOUT || status == RM_E_CANCELLED) {
            pcsc_attempt_keep(&context->service->attempts, connection->reader, connection->link->call.socket);
            connection->link->call.socket = -1;
        }
        pcsc_context_return(context, connection->link, false);
        connection->link = NULL;
        if (fresh || status == RM_E_TIMEOUT || status == RM_E_CANCELLED)
            return status;
    }
}

/* Powers the card off and on through a connection that does not need its power. */
static rm_status cold_start(struct pcsc_context *context, struct pcsc_connection *connection) {
    struct pcsc_service *service = context->service;
    rm_status status = try_anyhow(context, connection, RM_SHARE_DIRECT);
    if (status != RM_OK)
        return status;
    const uint32_t ticket =
        pcsc_link_enter(&service->watch, connection->link, PCSC_WAIT_START, limit_of(connection));
    const LONG code = service->api->reconnect(connection->handle, SCARD_SHARE_SHARED,
                                              pcsc_protocols_to(connection->protocols), SCARD_UNPOWER_CARD,
                                              &connection->protocol);
    const rm_status broken = pcsc_link_leave(&service->watch, connection->link, ticket);
    status = broken != RM_OK ? broken : pcsc_status_from(code);
    if (broken == RM_OK)
        service->api->disconnect(connection->handle, SCARD_LEAVE_CARD);
    connection->handle = 0;
    if (broken != RM_OK) {
        pcsc_context_return(context, connection->link, false);
        connection->link = NULL;
    }
    return status;
}

/* Is there another client, who may be starting the card at this moment? */
static bool is_in_use(struct pcsc_context *context, const char *reader) {
    uint32_t state = 0;
    return pcsc_reader_state(context, reader, RM_STATE_UNAWARE, 0, &state) == RM_OK && patience_in_use(state);
}

/* One try, repeated for as long as a protocol is refused that another client may be choosing just now. */
static rm_status try_protocols(struct pcsc_context *context, struct pcsc_connection *connection) {
    rm_status status = try_anyhow(context, connection, connection->share);
    for (unsigned tries = 0;
         status == RM_E_PROTO_MISMATCH && tries < PCSC_MISMATCHES && is_in_use(context, connection->reader);
         tries++) {
        pcsc_pause(PCSC_MISMATCH_PAUSE_MS);
        status = try_anyhow(context, connection, connection->share);
    }
    return status;
}

rm_status pcsc_connect(struct pcsc_context *context, struct pcsc_connection *connection) {
    (void)rm_bound_deadline(connection->bound);
    rm_status status = pcsc_attempt_await(&context->service->attempts, &context->service->watch, context,
                                          connection->reader, connection->bound);
    if (status != RM_OK)
        return status;
    connection->least_ms = allowance(context, connection);
    status = try_protocols(context, connection);
    uint32_t waited_ms = 0;
    enum patience_step step;
    while ((step = patience_next(status, &waited_ms)) != PATIENCE_DONE) {
        if (step == PATIENCE_TRY_AGAIN)
            pcsc_pause(PATIENCE_PAUSE_MS);
        else
            status = cold_start(context, connection);
        if (step == PATIENCE_TRY_AGAIN || status == RM_OK)
            status = try_anyhow(context, connection, connection->share);
    }
    return status;
}
