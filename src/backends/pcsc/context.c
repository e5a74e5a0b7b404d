/* Contexts: their beginning and end, and what everybody sees of them. */
#include "backends/pcsc/context.h"

#include <stdlib.h>

#include "backends/pcsc/card.h"
#include "backends/pcsc/connection.h"
#include "backends/pcsc/fork.h"
#include "backends/pcsc/links.h"
#include "backends/pcsc/ops.h"
#include "base/container.h"

static void enlist(struct pcsc_context *context) {
    struct pcsc_service *service = context->service;
    lock_take(&service->lock);
    context->next = service->contexts;
    service->contexts = context;
    lock_give(&service->lock);
}

static void delist(struct pcsc_context *context) {
    struct pcsc_service *service = context->service;
    lock_take(&service->lock);
    for (struct pcsc_context **at = &service->contexts; *at; at = &(*at)->next)
        if (*at == context) {
            *at = context->next;
            break;
        }
    lock_give(&service->lock);
}

rm_status pcsc_context_open(struct rm_service *base, struct rm_bound *bound, struct rm_context **out) {
    struct pcsc_service *service = CONTAINER_OF(base, struct pcsc_service, base);
    struct pcsc_context *context = calloc(1, sizeof *context);
    struct pcsc_link *link = NULL;
    bool fresh = false;
    *out = NULL;
    if (!context)
        return RM_E_NO_MEMORY;
    context->base.ops = &pcsc_ops;
    context->service = service;
    pcsc_process_lock();
    pcsc_service_check_fork(service);
    pcsc_process_unlock();
    context->forks = service->forks;
    const rm_status status = pcsc_context_borrow(context, true, pcsc_limit_of(bound), &link, &fresh);
    if (status != RM_OK) {
        free(context);
        return status;
    }
    pcsc_context_return(context, link, true);
    enlist(context);
    *out = &context->base;
    return RM_OK;
}

void pcsc_context_close(struct rm_context *base) {
    struct pcsc_context *context = pcsc_context_from(base);
    pcsc_context_check_fork(context);
    delist(context);
    while (context->cards)
        (void)pcsc_card_disconnect(&context->cards->base, RM_LEAVE, RM_WITHIN(0));
    while (context->links) {
        struct pcsc_link *link = context->links;
        context->links = link->next;
        pcsc_link_close(context->service->api, &context->service->watch, link);
    }
    free(context);
}

uint64_t pcsc_context_handle(const struct rm_context *base) {
    const struct pcsc_context *context = CONTAINER_OF_CONST(base, struct pcsc_context, base);
    return context->forks == pcsc_fork_count() ? (uint64_t)context->handle : 0;
}

void pcsc_context_cancel(struct rm_context *base) {
    struct pcsc_context *context = pcsc_context_from(base);
    pcsc_context_check_fork(context);
    atomic_store(&context->cancels, true);
    pcsc_watch_cancel(&context->service->watch, context);
}
