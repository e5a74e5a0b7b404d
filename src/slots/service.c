/* The resource manager behind the port: contexts, the table of handles, lists and waiting. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "slots/attrib.h"
#include "slots/connection.h"
#include "slots/exchange.h"
#include "slots/service.h"
#include "slots/wait.h"

#define MOMENT_MS 300u /* for a command to end when its call is cancelled, as on the other backends */

/*
 * The next number of a context or connection: one count for all services of the process, none's is another's.
 */
static _Atomic uint64_t next_handle = 0x10001u;

/* A client's view of a connection; several may share one (adopt). */
struct slots_handle {
    struct rm_card base;
    struct slots_context *context;
    struct slots_connection *connection;
    struct slots_handle *next;
};

static const struct slots_handle *const_from_card(const struct rm_card *card) {
    return CONTAINER_OF_CONST(card, struct slots_handle, base);
}

static struct slots_handle *impl_from_card(struct rm_card *card) {
    return CONTAINER_OF(card, struct slots_handle, base);
}

/* Service */

struct slots_service *slots_service_of(struct rm_service *service) {
    return CONTAINER_OF(service, struct slots_service, base);
}

static struct slots_service *service_of_part(struct fork_part *part) {
    return CONTAINER_OF(part, struct slots_service, fork);
}

/* No reader is in the middle of anything when the process is copied, and no card that says so (slot.h). */
static void before_fork(struct fork_part *part) {
    struct slots_service *service = service_of_part(part);
    lock_take(&service->mutex);
    for (struct slots_reader *reader = service->readers; reader; reader = reader->next) {
        lock_take(&reader->mutex);
        slot_work_freeze(&reader->works);
    }
    lock_take(&service->events.mutex);
}

/* In the child the same readers and cards are there, but everybody who was connected is in the parent. */
static void after_fork(struct fork_part *part, bool child) {
    struct slots_service *service = service_of_part(part);
    struct slots_connection *connections = child ? service->connections : NULL;
    if (child)
        service->connections = NULL;
    lock_give(&service->events.mutex);
    for (struct slots_reader *reader = service->readers; reader; reader = reader->next) {
        slot_work_thaw(&reader->works);
        if (child)
            slots_reader_disown(reader);
        lock_give(&reader->mutex);
    }
    lock_give(&service->mutex);
    while (connections) {
        struct slots_connection *next = connections->table_next;
        connections->notice = RM_E_INVALID_HANDLE; /* also where the reader has been unplugged */
        slots_connection_drop(connections);
        connections = next;
    }
}

struct slots_service *slots_service_new(const char *name) {
    struct slots_service *service = calloc(1, sizeof *service);
    if (!service)
        return NULL;
    service->fork = (struct fork_part){.before = before_fork, .after = after_fork};
    service->base = (struct rm_service){.ops = &slots_rm_ops, .name = name, .receive_max = SLOT_ANSWER_MAX};
    fork_join(&service->fork);
    return service;
}

static void slots_service_release(struct rm_service *base) {
    struct slots_service *service = slots_service_of(base);
    if (service->release_owner)
        service->release_owner(service->owner);
    fork_leave(&service->fork);
    for (struct slots_reader *reader = service->readers, *next; reader; reader = next) {
        next = reader->next;
        slots_reader_drop(reader);
    }
    free(service);
}

static struct slots_reader *find_locked(struct slots_service *service, const char *name) {
    struct slots_reader *reader = service->readers;
    while (reader && strcmp(reader->name, name) != 0)
        reader = reader->next;
    return reader;
}

struct slots_reader *slots_service_find(struct slots_service *service, const char *name) {
    lock_take(&service->mutex);
    struct slots_reader *reader = find_locked(service, name);
    if (reader)
        slots_reader_hold(reader);
    lock_give(&service->mutex);
    return reader;
}

/* The table of handles */

static void table_add(struct slots_service *service, struct slots_connection *connection) {
    connection->handle = atomic_fetch_add(&next_handle, 1);
    connection->table_next = service->connections;
    service->connections = connection;
}

/* Takes a connection out; the table's reference is the caller's to drop if it was there. */
static bool table_remove(struct slots_service *service, const struct slots_connection *connection) {
    struct slots_connection **at = &service->connections;
    while (*at && *at != connection)
        at = &(*at)->table_next;
    if (!*at)
        return false;
    *at = connection->table_next;
    return true;
}

static struct slots_connection *table_find(const struct slots_service *service, uint64_t handle) {
    struct slots_connection *connection = service->connections;
    while (connection && connection->handle != handle)
        connection = connection->table_next;
    return connection;
}

static struct slots_connection *table_find_of(const struct slots_service *service, const void *opener) {
    struct slots_connection *connection = service->connections;
    while (connection && connection->opener != opener)
        connection = connection->table_next;
    return connection;
}

/* Contexts */

static rm_status slots_context_open(struct rm_service *base, struct rm_bound *bound,
                                    struct rm_context **out) {
    (void)bound;
    struct slots_service *service = slots_service_of(base);
    struct slots_context *context = calloc(1, sizeof *context);
    if (!context)
        return RM_E_NO_MEMORY;
    context->base.ops = &slots_rm_ops;
    context->service = service;
    context->handle = atomic_fetch_add(&next_handle, 1);
    *out = &context->base;
    return RM_OK;
}

static void slots_context_close(struct rm_context *base) {
    struct slots_context *context = slots_context_of(base);
    struct slots_service *service = context->service;
    lock_take(&service->mutex);
    for (struct slots_connection *connection; (connection = table_find_of(service, context)) != NULL;) {
        table_remove(service, connection);
        (void)slots_connection_close(connection, context, RM_LEAVE, RM_WITHIN(0));
        slots_connection_drop(connection);
    }
    for (struct slots_handle *handle = context->handles, *next; handle; handle = next) {
        next = handle->next;
        slots_connection_drop(handle->connection);
        free(handle);
    }
    lock_give(&service->mutex);
    free(context);
}

static uint64_t slots_context_handle(const struct rm_context *context) {
    return ((const struct slots_context *)(const void *)context)->handle;
}

static void slots_cancel(struct rm_context *base) {
    struct slots_context *context = slots_context_of(base);
    struct slots_service *service = context->service;
    const uint64_t moment = clock_deadline(MOMENT_MS);
    lock_take(&service->mutex);
    for (struct slots_reader *reader = service->readers; reader; reader = reader->next) {
        lock_take(&reader->mutex);
        slots_lock_cancel(&reader->lock, context);
        slot_work_call_off(&reader->works, &(struct slot_work_filter){.context = context}, moment);
        lock_give(&reader->mutex);
    }
    lock_give(&service->mutex);
    slots_events_cancel(&service->events, &context->cancels);
}

/* Lists */

static rm_status slots_list_readers(struct rm_context *context, struct rm_bound *bound, struct names *out) {
    struct slots_service *service = slots_context_of(context)->service;
    const size_t before = out->size;
    bool added = true;
    (void)bound;
    lock_take(&service->mutex);
    for (const struct slots_reader *reader = service->readers; added && reader; reader = reader->next)
        added = names_add(out, reader->name, strlen(reader->name));
    lock_give(&service->mutex);
    if (!added)
        names_cut(out, before);
    return added ? RM_OK : RM_E_NO_MEMORY;
}

static rm_status slots_list_groups(struct rm_context *context, struct rm_bound *bound, struct names *out) {
    static const char groups[] = "SCard$AllReaders\0SCard$DefaultReaders\0";
    (void)context, (void)bound;
    return names_add_all(out, groups, sizeof groups) ? RM_OK : RM_E_NO_MEMORY;
}

/* Connections */

static struct rm_card *handle_new(struct slots_context *context, struct slots_connection *connection) {
    struct slots_handle *handle = calloc(1, sizeof *handle);
    if (!handle)
        return NULL;
    handle->base.ops = &slots_rm_ops;
    handle->base.protocol = slots_connection_protocol(connection);
    handle->context = context;
    handle->connection = connection;
    handle->next = context->handles;
    context->handles = handle;
    return &handle->base;
}

static rm_status slots_connect(struct rm_context *base, const char *name, uint32_t share, uint32_t protocols,
                               struct rm_bound *bound, struct rm_card **out) {
    struct slots_context *context = slots_context_of(base);
    struct slots_service *service = context->service;
    struct slots_connection *connection = NULL;
    struct slots_reader *reader = slots_service_find(service, name);
    if (!reader)
        return RM_E_UNKNOWN_READER;
    rm_status status = slots_connection_open(reader, context, share, protocols, bound, &connection);
    slots_reader_drop(reader);
    if (status != RM_OK)
        return status;

    lock_take(&service->mutex);
    struct rm_card *card = handle_new(context, connection);
    if (card) {
        refcount_take(&connection->refs);
        table_add(service, connection);
    }
    lock_give(&service->mutex);
    if (!card) {
        (void)slots_connection_close(connection, context, RM_LEAVE, RM_WITHIN(0));
        slots_connection_drop(connection);
        return RM_E_NO_MEMORY;
    }
    *out = card;
    return RM_OK;
}

static rm_status slots_adopt(struct rm_context *base, uint64_t number, struct rm_bound *bound,
                             struct rm_card **out) {
    (void)bound; /* nobody is asked */
    struct slots_context *context = slots_context_of(base);
    struct slots_service *service = context->service;
    rm_status status = RM_E_INVALID_HANDLE;
    lock_take(&service->mutex);
    struct slots_connection *connection = table_find(service, number);
    if (connection) {
        struct rm_card *card = handle_new(context, connection);
        status = card ? RM_OK : RM_E_NO_MEMORY;
        if (card) {
            refcount_take(&connection->refs);
            *out = card;
        }
    }
    lock_give(&service->mutex);
    return status;
}

static uint64_t slots_card_handle(const struct rm_card *card) {
    struct slots_connection *connection = const_from_card(card)->connection;
    rm_status notice = slots_connection_notice(connection);
    bool lost = notice == RM_E_INVALID_HANDLE || notice == RM_E_READER_UNAVAILABLE;
    return lost ? 0 : connection->handle;
}

static const char *slots_reader_name(const struct rm_card *card) {
    return const_from_card(card)->connection->reader->name;
}

/* Frees a client's view; the connection lives on when the table or another view refers to it. */
static void slots_abandon(struct rm_card *card) {
    struct slots_handle *handle = impl_from_card(card);
    struct slots_service *service = handle->context->service;
    lock_take(&service->mutex);
    struct slots_handle **at = &handle->context->handles;
    while (*at && *at != handle)
        at = &(*at)->next;
    if (*at)
        *at = handle->next;
    lock_give(&service->mutex);
    slots_connection_drop(handle->connection);
    free(handle);
}

static rm_status slots_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    struct slots_handle *handle = impl_from_card(card);
    struct slots_service *service = handle->context->service;
    struct slots_connection *connection = handle->connection;
    rm_status status = slots_connection_close(connection, handle->context, disposition, bound);
    lock_take(&service->mutex);
    bool listed = table_remove(service, connection);
    lock_give(&service->mutex);
    if (listed)
        slots_connection_drop(connection);
    slots_abandon(card);
    return status;
}

static rm_status slots_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                 struct rm_bound *bound) {
    struct slots_handle *handle = impl_from_card(card);
    rm_status status =
        slots_connection_reconnect(handle->connection, handle->context, share, protocols, init, bound);
    if (status == RM_OK)
        card->protocol = slots_connection_protocol(handle->connection);
    card->locked = slots_connection_locked(handle->connection);
    return status;
}

static rm_status slots_begin(struct rm_card *card, struct rm_bound *bound) {
    const struct slots_handle *handle = impl_from_card(card);
    rm_status status = slots_connection_begin(handle->connection, handle->context, bound);
    card->locked = slots_connection_locked(handle->connection);
    return status;
}

static rm_status slots_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    (void)bound; /* nobody is waited for */
    struct slots_connection *connection = impl_from_card(card)->connection;
    rm_status status = slots_connection_end(connection, disposition);
    card->locked = slots_connection_locked(connection);
    return status;
}

static rm_status slots_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound) {
    const struct slots_handle *handle = impl_from_card(card);
    rm_status status = slots_connection_status(handle->connection, handle->context, out, bound);
    if (status == RM_OK)
        card->protocol = out->protocol; /* another view of the connection may have changed it */
    return status;
}

/* Every instruction here is paid with every command: the usual case goes straight to the card. */
static rm_status slots_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct slots_handle *handle = impl_from_card(card);
    struct slots_connection *connection = handle->connection;
    struct slots_reader *reader = connection->reader;
    (void)nad; /* there is one card on the line, whatever its address */
    lock_take(&reader->mutex);
    if (!slots_exchange_is_clear(connection)) {
        lock_give(&reader->mutex);
        return slots_exchange_transmit(connection, handle->context, send, send_size, receive, receive_size,
                                       bound);
    }
    struct slot *slot = reader->slot->instant;
    const rm_status status =
        slot->ops->exchange(slot, connection->usable, send, send_size, receive, receive_size);
    lock_give(&reader->mutex);
    return status;
}

static rm_status slots_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                               uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    const struct slots_handle *handle = impl_from_card(card);
    return slots_exchange_control(handle->connection, handle->context, code, send, send_size, receive,
                                  receive_size, bound);
}

static rm_status slots_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                                  struct rm_bound *bound) {
    const struct slots_handle *handle = impl_from_card(card);
    return slots_attrib_get(handle->connection, handle->context, id, value, size, bound);
}

static rm_status slots_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                                  struct rm_bound *bound) {
    (void)bound;
    (void)card, (void)id, (void)value, (void)size;
    return RM_E_UNSUPPORTED_FEATURE;
}

/* There is no other way to the simulator than this one. */
static rm_status slots_hand_out(struct rm_card *card, uint64_t *context) {
    (void)card, (void)context;
    return RM_E_UNSUPPORTED_FEATURE;
}

static void slots_take_back(struct rm_service *service, uint64_t context) {
    (void)service, (void)context;
}

const struct rm_ops slots_rm_ops = {
    .service_release = slots_service_release,
    .context_open = slots_context_open,
    .context_close = slots_context_close,
    .context_handle = slots_context_handle,
    .cancel = slots_cancel,
    .list_readers = slots_list_readers,
    .list_groups = slots_list_groups,
    .wait = slots_wait,
    .connect = slots_connect,
    .adopt = slots_adopt,
    .card_handle = slots_card_handle,
    .reader_name = slots_reader_name,
    .reconnect = slots_reconnect,
    .disconnect = slots_disconnect,
    .abandon = slots_abandon,
    .hand_out = slots_hand_out,
    .take_back = slots_take_back,
    .begin = slots_begin,
    .end = slots_end,
    .status = slots_status,
    .transmit = slots_transmit,
    .control = slots_control,
    .get_attrib = slots_get_attrib,
    .set_attrib = slots_set_attrib,
};
