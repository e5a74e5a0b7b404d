/* Keeping links that nobody uses, and giving up a parent's. See links.h. */
#include "backends/pcsc/links.h"

#include "backends/pcsc/fork.h"

#define SPARE_LINKS 2 /* kept open although nobody uses them */

void pcsc_service_check_fork(struct pcsc_service *service) {
    const unsigned forks = pcsc_fork_count();
    if (service->forks == forks)
        return;
    pcsc_watch_reset(&service->watch);
    pcsc_attempt_forget(&service->attempts);
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
            struct pcsc_link *link = context->links;
            context->links = link->next;
            pcsc_link_forget(link);
        }
        context->handle = 0;
        context->forks = forks;
    }
    pcsc_process_unlock();
}

rm_status pcsc_context_borrow(struct pcsc_context *context, bool first, uint32_t limit_ms,
                              struct pcsc_link **out, bool *fresh) {
    struct pcsc_service *service = context->service;
    struct pcsc_link **best = NULL;
    *out = NULL;
    *fresh = false;
    lock_take(&context->lock);
    for (struct pcsc_link **at = &context->links; *at; at = &(*at)->next)
        if (!best || ((*at)->handle == context->handle) == first)
            best = at;
    struct pcsc_link *link = best ? *best : NULL;
    if (link)
        *best = link->next;
    lock_give(&context->lock);
    if (link) {
        *out = link;
        return RM_OK;
    }
    const rm_status status = pcsc_link_open(service->api, &service->watch, context, limit_ms, out);
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
    struct pcsc_service *service = context->service;
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
