/* Contexts: keeping links, and the calls that need no card. */
#include "backends/pcsc/context.h"

#include <stdlib.h>
#include <string.h>

#include "backends/pcsc/attempt.h"
#include "backends/pcsc/card.h"
#include "backends/pcsc/fork.h"
#include "backends/pcsc/ops.h"
#include "pcsclite/map.h"

#define SPARE_LINKS 2 /* kept open although nobody uses them */

#define LIST_ROOM                                                                                            \
    (PCSCLITE_MAX_READERS_CONTEXTS * MAX_READERNAME + 1) /* all the readers pcsc-lite can have */
#define LIST_TRIES 10

static struct pcsc_context *impl_from_context(struct rm_context *context) {
    return (struct pcsc_context *)(void *)((char *)context - offsetof(struct pcsc_context, base));
}

void pcsc_service_check_fork(struct pcsc_service *service) {
    const unsigned forks = pcsc_fork_count();

    if (service->forks == forks)
        return;
    pcsc_watch_reset(&service->watch);
    pcsc_attempt_forget(service);
    service->forks = forks;
}

void pcsc_context_check_fork(struct pcsc_context *context) {
    const unsigned forks = pcsc_fork_count();

    if (context->forks == forks)
        return;
    pcsc_process_lock();
    pcsc_service_check_fork(context->service);
    if (context->forks != forks) {
        while (context->links) {
            struct pcsc_link *const link = context->links;
            context->links = link->next;
            pcsc_link_forget(link);
        }
        context->handle = 0;
        context->forks = forks;
    }
    pcsc_process_unlock();
}

rm_status pcsc_context_borrow(struct pcsc_context *context, bool first, struct pcsc_link **out, bool *fresh) {
    struct pcsc_service *const service = context->service;
    struct pcsc_link **best = NULL;

    *out = NULL;
    *fresh = false;
    lock_take(&context->lock);
    for (struct pcsc_link **at = &context->links; *at; at = &(*at)->next)
        if (!best || ((*at)->handle == context->handle) == first)
            best = at;
    struct pcsc_link *const link = best ? *best : NULL;
    if (link)
        *best = link->next;
    lock_give(&context->lock);
    if (link) {
        *out = link;
        return RM_OK;
    }
    const rm_status status = pcsc_link_open(service->api, &service->watch, context, out);
    if (status != RM_OK)
        return status;
    *fresh = true;
    lock_take(&context->lock);
    if (!context->handle)
        context->handle = (*out)->handle;
    lock_give(&context->lock);
    return RM_OK;
}

void pcsc_context_return(struct pcsc_context *context, struct pcsc_link *link, bool sound) {
    struct pcsc_service *const service = context->service;
    unsigned spare = 0;

    if (!link)
        return;
    lock_take(&context->lock);
    for (const struct pcsc_link *other = context->links; other; other = other->next)
        spare++;
    const bool keep = sound && (spare < SPARE_LINKS || link->handle == context->handle);
    if (keep) {
        link->next = context->links;
        context->links = link;
    } else if (link->handle == context->handle) {
        context->handle = context->links ? context->links->handle : 0;
    }
    lock_give(&context->lock);
    if (!keep)
        pcsc_link_close(service->api, &service->watch, link);
}

static void enlist(struct pcsc_context *context) {
    struct pcsc_service *const service = context->service;

    lock_take(&service->lock);
    context->next = service->contexts;
    service->contexts = context;
    lock_give(&service->lock);
}

static void delist(struct pcsc_context *context) {
    struct pcsc_service *const service = context->service;

    lock_take(&service->lock);
    for (struct pcsc_context **at = &service->contexts; *at; at = &(*at)->next)
        if (*at == context) {
            *at = context->next;
            break;
        }
    lock_give(&service->lock);
}

static bool find_reader(struct pcsc_context *context, SCARDHANDLE handle, char *name, size_t room) {
    bool found = false;

    lock_take(&context->lock);
    for (const struct pcsc_card *card = context->cards; card && !found; card = card->next) {
        found = card->handle == handle && *card->name && strlen(card->name) < room;
        if (found)
            strcpy(name, card->name);
    }
    lock_give(&context->lock);
    return found;
}

bool pcsc_service_find_reader(struct pcsc_service *service, SCARDHANDLE handle, char *name, size_t room) {
    bool found = false;

    lock_take(&service->lock);
    for (struct pcsc_context *context = service->contexts; context && !found; context = context->next)
        found = find_reader(context, handle, name, room);
    lock_give(&service->lock);
    return found;
}

rm_status pcsc_context_open(struct rm_service *opaque, struct rm_context **out) {
    struct pcsc_service *const service =
        (struct pcsc_service *)(void *)((char *)opaque - offsetof(struct pcsc_service, base));
    struct pcsc_context *const context = calloc(1, sizeof *context);
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
    const rm_status status = pcsc_context_borrow(context, true, &link, &fresh);
    if (status != RM_OK) {
        free(context);
        return status;
    }
    pcsc_context_return(context, link, true);
    enlist(context);
    *out = &context->base;
    return RM_OK;
}

void pcsc_context_close(struct rm_context *opaque) {
    struct pcsc_context *const context = impl_from_context(opaque);

    pcsc_context_check_fork(context);
    delist(context);
    while (context->cards)
        (void)pcsc_card_disconnect(&context->cards->base, RM_LEAVE, RM_WITHIN(0));
    while (context->links) {
        struct pcsc_link *const link = context->links;
        context->links = link->next;
        pcsc_link_close(context->service->api, &context->service->watch, link);
    }
    free(context);
}

void pcsc_context_add_card(struct pcsc_context *context, struct pcsc_card *card) {
    lock_take(&context->lock);
    card->next = context->cards;
    context->cards = card;
    lock_give(&context->lock);
}

void pcsc_context_remove_card(struct pcsc_context *context, struct pcsc_card *card) {
    lock_take(&context->lock);
    for (struct pcsc_card **at = &context->cards; *at; at = &(*at)->next)
        if (*at == card) {
            *at = card->next;
            break;
        }
    lock_give(&context->lock);
}

uint64_t pcsc_context_handle(const struct rm_context *opaque) {
    const struct pcsc_context *const context =
        (const struct pcsc_context *)(const void *)((const char *)opaque -
                                                    offsetof(struct pcsc_context, base));

    return context->forks == pcsc_fork_count() ? (uint64_t)context->handle : 0;
}

void pcsc_context_cancel(struct rm_context *opaque) {
    struct pcsc_context *const context = impl_from_context(opaque);

    pcsc_context_check_fork(context);
    pcsc_watch_cancel(&context->service->watch, context);
}

typedef LONG (*list_call)(const struct pcsc_api *api, SCARDCONTEXT context, char *names, DWORD *size);

static LONG list_readers(const struct pcsc_api *api, SCARDCONTEXT context, char *names, DWORD *size) {
    return api->list_readers(context, NULL, names, size);
}

static LONG list_groups(const struct pcsc_api *api, SCARDCONTEXT context, char *names, DWORD *size) {
    return api->list_reader_groups(context, names, size);
}

/*
 * Appends a list as the library has it: in one call, unless what is offered has no room for it. That may
 * happen again, since it may grow meanwhile.
 */
static rm_status fetch_list(const struct pcsc_api *api, SCARDCONTEXT context, list_call call,
                            struct names *out) {
    DWORD room = LIST_ROOM;

    for (int tries = 0; tries < LIST_TRIES; tries++) {
        DWORD size = room;
        char *const list = calloc(1, room + 2); /* terminated whatever the library writes */
        if (!list)
            return RM_E_NO_MEMORY;
        rm_status status = pcsc_status_from(call(api, context, list, &size));
        if (status == RM_OK && size > room)
            status = RM_E_INSUFFICIENT_BUFFER;
        if (status == RM_OK && !names_add_all(out, list, size))
            status = RM_E_NO_MEMORY;
        free(list);
        if (status == RM_E_NO_READERS_AVAILABLE)
            return RM_OK;
        if (status != RM_E_INSUFFICIENT_BUFFER)
            return status;
        room = (size > room ? size : room) + LIST_ROOM;
    }
    return RM_E_INSUFFICIENT_BUFFER;
}

/* The same through a link of the context; a link that turns out dead is replaced once. */
static rm_status fetch_list_anyhow(struct pcsc_context *context, list_call call, struct names *out) {
    for (;;) {
        struct pcsc_link *link = NULL;
        bool fresh = false;
        rm_status status = pcsc_context_borrow(context, false, &link, &fresh);
        if (status != RM_OK)
            return status;
        status = fetch_list(context->service->api, link->handle, call, out);
        const bool dead = rm_context_is_lost(status);
        pcsc_context_return(context, link, !dead);
        if (!dead || fresh)
            return status;
    }
}

rm_status pcsc_context_list_readers(struct rm_context *opaque, struct names *out) {
    struct pcsc_context *const context = impl_from_context(opaque);

    pcsc_context_check_fork(context);
    return fetch_list_anyhow(context, list_readers, out);
}

rm_status pcsc_context_list_groups(struct rm_context *opaque, struct names *out) {
    struct pcsc_context *const context = impl_from_context(opaque);

    pcsc_context_check_fork(context);
    return fetch_list_anyhow(context, list_groups, out);
}
