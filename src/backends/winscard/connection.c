/* What is known of a connection: see connection.h. */
#include "backends/winscard/connection.h"

#include <stdlib.h>

#include "base/container.h"

struct winscard_card *winscard_card_from(struct rm_card *card) {
    return CONTAINER_OF(card, struct winscard_card, base);
}

struct winscard_card *winscard_card_create(struct winscard_context *context, wchar_t *reader, char *name) {
    struct winscard_card *card = reader && name ? calloc(1, sizeof *card) : NULL;
    if (!card) {
        free(reader);
        free(name);
        return NULL;
    }
    card->base.ops = &winscard_ops;
    card->context = context;
    card->reader = reader;
    card->name = name;
    card->lost = RM_E_INVALID_HANDLE;
    EnterCriticalSection(&context->lock);
    card->next = context->cards;
    context->cards = card;
    LeaveCriticalSection(&context->lock);
    return card;
}

void winscard_card_destroy(struct winscard_card *card) {
    struct winscard_context *context = card->context;
    EnterCriticalSection(&context->lock);
    for (struct winscard_card **at = &context->cards; *at; at = &(*at)->next) {
        if (*at == card) {
            *at = card->next;
            break;
        }
    }
    LeaveCriticalSection(&context->lock);
    winscard_worker_close(card->worker);
    free(card->reader);
    free(card->name);
    free(card);
}

struct winscard_worker *winscard_card_set_worker(struct winscard_card *card, struct winscard_worker *worker) {
    EnterCriticalSection(&card->context->lock);
    struct winscard_worker *former = card->worker;
    card->worker = worker;
    LeaveCriticalSection(&card->context->lock);
    return former;
}

void winscard_card_lose(struct winscard_card *card, rm_status why) {
    winscard_worker_close(winscard_card_set_worker(card, NULL));
    card->adopted = false;
    card->noticed = false;
    card->was_removed = false;
    card->notice = RM_OK;
    card->base.locked = false;
    card->lost = why;
}

/*
 * The service no longer knows the connection (or says that an argument is wrong, which may mean the
 * same). Where it does not know the reader either, the reader has gone.
 */
static rm_status forgotten(struct winscard_card *card, rm_status status) {
    uint32_t state = 0;
    if (*card->reader && winscard_context_look(card->context, card->reader, &state) == RM_E_UNKNOWN_READER)
        status = RM_E_READER_UNAVAILABLE;
    if (status != RM_E_INVALID_VALUE)
        winscard_card_lose(card, status);
    return status;
}

rm_status winscard_card_judge(struct winscard_card *card, rm_status status) {
    switch (status) {
    case RM_E_NO_SERVICE:
    case RM_E_SERVICE_STOPPED:
        winscard_context_drop(card->context);
        status = winscard_context_unless_asleep(card->context, status, RM_E_READER_UNAVAILABLE);
        winscard_card_lose(card, status);
        return status;
    case RM_E_READER_UNAVAILABLE:
        winscard_card_lose(card, status);
        return status;
    case RM_E_INVALID_HANDLE:
    case RM_E_INVALID_VALUE: /* pcsc-lite's code for a handle that it does not know, among other things */
        return forgotten(card, status);
    case RM_E_NO_SMARTCARD:
    case RM_W_REMOVED_CARD:
        card->noticed = true;
        card->was_removed = true;
        return RM_W_REMOVED_CARD;
    case RM_W_RESET_CARD:
    case RM_W_UNPOWERED_CARD:
        card->noticed = true;
        /* The new card's start must not hide that the old one was taken out. */
        return card->was_removed ? RM_W_REMOVED_CARD : status;
    default:
        return status;
    }
}

rm_status winscard_card_call(struct winscard_card *card, struct winscard_request *request,
                             const struct winscard_limit *limit) {
    const rm_status status = winscard_worker_call(card->worker, request, limit);
    return request->under_way ? status : winscard_card_judge(card, status);
}
