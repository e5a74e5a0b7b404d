/* The service and its contexts: see service.h. */
#include "backends/nats/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/nats/cards.h"
#include "backends/nats/connection.h"
#include "backends/nats/copy.h"
#include "backends/nats/farewell.h"
#include "backends/nats/inbox.h"
#include "backends/nats/keeper.h"
#include "backends/nats/lists.h"
#include "backends/nats/session.h"
#include "backends/nats/singles.h"
#include "base/clock.h"
#include "base/container.h"
#include "remote/subject.h"

#define FIRST_HANDLE 0x4E000001u /* other backends count from elsewhere */
#define CONNECT_MS 2000u         /* for a server that has just gone to be back, when a context is opened */

static struct nats_service *service_of(struct rm_service *base) {
    return CONTAINER_OF(base, struct nats_service, base);
}

/* Contexts */

static void on_changed(void *user, bool up) {
    struct nats_service *service = user;
    lock_take(&service->lock);
    service->down_since = up ? 0 : clock_ms();
    for (struct nats_agent *agent = service->agents; up && agent; agent = agent->next)
        agent->stale = true;
    for (size_t i = 0; i < service->session_room; i++)
        for (struct nats_call *call = service->sessions[i] ? service->sessions[i]->calls : NULL; call;
             call = call->next)
            lock_ring(&call->bell);
    lock_ring(&service->news);
    lock_ring(&service->keeper);
    const bool asks = up && service->asked;
    lock_give(&service->lock);
    if (asks)
        inbox_ask(service, SUBJECT_AGENTS, MESSAGE_WHO, NATS_REPLY_ALL);
}

/* Listens where answers and news come to. */
static rm_status listen(struct nats_service *service) {
    struct transport *transport = service->transport;
    rm_status status =
        transport_listen(transport, service->replies[NATS_REPLY_CALL], inbox_take_answer, service);
    if (status == RM_OK)
        status = transport_listen(transport, service->replies[NATS_REPLY_WHO], inbox_take_who, service);
    if (status == RM_OK)
        status = transport_listen(transport, service->replies[NATS_REPLY_ALL], inbox_take_all, service);
    if (status == RM_OK)
        status = transport_listen(transport, SUBJECT_NEWS, inbox_take_news, service);
    return status;
}

/* How long it is waited for: one that has been away for longer, as long as the shortest call. */
static uint32_t patience_of(struct nats_service *service, struct rm_bound *bound) {
    lock_take(&service->lock);
    const uint64_t since = service->down_since;
    lock_give(&service->lock);
    const uint64_t least = clock_deadline(NATS_LEAST_MS);
    const uint64_t end = since ? nats_later(since + CONNECT_MS, least) : clock_deadline(CONNECT_MS);
    return clock_left(nats_sooner(end, nats_end_of(bound)));
}

static rm_status connect_server(struct nats_service *service, struct rm_bound *bound) {
    char message[400];
    const rm_status status =
        transport_connect(service->transport, patience_of(service, bound), message, sizeof message);
    if (status == RM_OK) {
        lock_take(&service->lock);
        if (transport_is_up(service->transport))
            service->down_since = 0;
        lock_give(&service->lock);
        if (!service->leaving)
            farewell_promise(service);
    }
    return status;
}

static rm_status context_open(struct rm_service *base, struct rm_bound *bound, struct rm_context **out) {
    struct nats_service *service = service_of(base);
    const rm_status status = nats_is_ours(service) ? connect_server(service, bound) : RM_E_NO_SERVICE;
    struct nats_context *context = status == RM_OK ? calloc(1, sizeof *context) : NULL;
    if (!context)
        return status == RM_OK ? RM_E_NO_MEMORY : status;
    context->base.ops = base->ops;
    context->service = service;
    lock_take(&service->lock);
    context->handle = service->next_handle++;
    context->next = service->contexts;
    service->contexts = context;
    lock_give(&service->lock);
    *out = &context->base;
    return RM_OK;
}

static void context_close(struct rm_context *base) {
    struct nats_context *context = cards_context(base);
    struct nats_service *service = context->service;
    nats_session_end_all(context);
    nats_connection_end_all(context);
    lock_take(&service->lock);
    struct nats_context **at = &service->contexts;
    while (*at != context)
        at = &(*at)->next;
    *at = context->next;
    lock_give(&service->lock);
    free(context);
}

static uint64_t context_handle(const struct rm_context *context) {
    return CONTAINER_OF_CONST(context, struct nats_context, base)->handle;
}

static void cancel(struct rm_context *base) {
    struct nats_context *context = cards_context(base);
    struct nats_service *service = context->service;
    lock_take(&service->lock);
    context->cancels++;
    for (size_t i = 0; i < service->session_room; i++)
        for (struct nats_call *call = service->sessions[i] ? service->sessions[i]->calls : NULL; call;
             call = call->next)
            lock_ring(&call->bell);
    lock_ring(&service->news);
    lock_give(&service->lock);
}

/* A reader elsewhere is nobody's here by another API. */
static rm_status hand_out(struct rm_card *card, uint64_t *context) {
    (void)card, (void)context;
    return RM_E_UNSUPPORTED_FEATURE;
}

static void take_back(struct rm_service *service, uint64_t context) {
    (void)service, (void)context;
}

/* The threads of a child made by fork() are the parent's: there is nothing to end. */
static void service_release(struct rm_service *base) {
    struct nats_service *service = service_of(base);
    if (!nats_is_ours(service))
        return;
    farewell_forget(service);
    nats_keeper_end(service);
    transport_close(service->transport);
    copy_clear(service);
    singles_clear(service);
    settings_clear(&service->settings);
    free(service->sessions);
    free(service);
}

static const struct rm_ops ops = {
    .service_release = service_release,
    .context_open = context_open,
    .context_close = context_close,
    .context_handle = context_handle,
    .cancel = cancel,
    .list_readers = lists_readers,
    .list_groups = lists_groups,
    .wait = lists_wait,
    .connect = nats_connection_connect,
    .adopt = nats_connection_adopt,
    .card_handle = nats_connection_handle,
    .reader_name = nats_connection_reader,
    .reconnect = nats_connection_reconnect,
    .disconnect = nats_connection_disconnect,
    .abandon = nats_connection_abandon,
    .hand_out = hand_out,
    .take_back = take_back,
    .begin = nats_connection_begin,
    .end = nats_connection_end,
    .status = nats_connection_status,
    .transmit = nats_connection_transmit,
    .control = nats_connection_control,
    .get_attrib = nats_connection_get_attrib,
    .set_attrib = nats_connection_set_attrib,
};

static rm_status open_transport(struct nats_service *service) {
    static const char *const ends[] = {
        [NATS_REPLY_CALL] = "c", [NATS_REPLY_WHO] = "w", [NATS_REPLY_ALL] = "a"};
    const struct transport_hears hears = {
        .user = service, .changed = on_changed, .denied = inbox_take_denial};
    rm_status status = transport_open(&service->settings, "scardssp", &hears, &service->transport);
    for (size_t i = 0; status == RM_OK && i < sizeof ends / sizeof ends[0]; i++)
        (void)snprintf(service->replies[i], sizeof service->replies[i], "%s.%s",
                       transport_inbox(service->transport), ends[i]);
    return status == RM_OK ? listen(service) : status;
}

rm_status nats_service_make(const struct settings *settings, struct rm_service **out) {
    struct nats_service *service = calloc(1, sizeof *service);
    if (!service)
        return RM_E_NO_MEMORY;
    service->base = (struct rm_service){.ops = &ops, .name = "nats", .receive_max = NATS_RECEIVE_MAX};
    service->settings = *settings;
    service->born = fork_count();
    service->next_handle = FIRST_HANDLE;
    const rm_status status = open_transport(service);
    if (status != RM_OK) {
        transport_close(service->transport);
        free(service);
        return status;
    }
    *out = &service->base;
    return RM_OK;
}
