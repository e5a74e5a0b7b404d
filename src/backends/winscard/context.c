/* A client of Windows' smart card service, from its beginning to its end: see context.h. */
#include "backends/winscard/context.h"

#include <stdlib.h>

#include "backends/winscard/card.h"
#include "backends/winscard/connection.h"
#include "base/container.h"
#include "base/windows/ending.h"

rm_status winscard_context_open(struct rm_service *base, struct rm_bound *bound, struct rm_context **out) {
    const struct winscard_service *service = CONTAINER_OF_CONST(base, struct winscard_service, base);
    struct winscard_context *context = calloc(1, sizeof *context);
    SCARDCONTEXT made = 0;
    (void)bound; /* the service of Windows has no such thing */
    *out = NULL;
    if (!context)
        return RM_E_NO_MEMORY;
    context->api = service->api;
    const rm_status status =
        winscard_context_unless_asleep(context, winscard_worker_establish(service->api, &made), RM_OK);
    if (status != RM_OK) {
        free(context);
        return status;
    }
    context->base.ops = &winscard_ops;
    atomic_init(&context->context, made);
    atomic_init(&context->cancels, 0);
    InitializeCriticalSection(&context->lock);
    *out = &context->base;
    return RM_OK;
}

void winscard_context_close(struct rm_context *base) {
    struct winscard_context *context = winscard_context_from(base);
    const SCARDCONTEXT last = atomic_load(&context->context);
    if (ending_has_begun())
        return;
    while (context->cards)
        winscard_card_abandon(&context->cards->base);
    if (last)
        (void)context->api->release_context(last);
    DeleteCriticalSection(&context->lock);
    free(context->waits);
    free(context);
}

uint64_t winscard_context_handle(const struct rm_context *base) {
    const struct winscard_context *context = CONTAINER_OF_CONST(base, struct winscard_context, base);
    return (uint64_t)atomic_load(&context->context);
}

void winscard_context_cancel(struct rm_context *base) {
    struct winscard_context *context = winscard_context_from(base);
    atomic_fetch_add(&context->cancels, 1);
    EnterCriticalSection(&context->lock);
    for (size_t i = 0; i < context->wait_count; ++i)
        (void)context->api->cancel(context->waits[i]);
    for (const struct winscard_card *card = context->cards; card; card = card->next)
        if (card->worker)
            winscard_worker_cancel(card->worker);
    LeaveCriticalSection(&context->lock);
}
