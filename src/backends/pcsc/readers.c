/* Lists, fetched from the service in one call as a rule: see readers.h. */
#include "backends/pcsc/readers.h"

#include <stdlib.h>

#include "backends/pcsc/links.h"
#include "pcsclite/map.h"

/* for all the readers pcsc-lite can have */
#define LIST_ROOM (PCSCLITE_MAX_READERS_CONTEXTS * MAX_READERNAME + 1)
#define LIST_TRIES 10

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
        char *list = calloc(1, room + 2); /* terminated whatever the library writes */
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
static rm_status fetch_list_anyhow(struct pcsc_context *context, list_call call, struct rm_bound *bound,
                                   struct names *out) {
    for (;;) {
        struct pcsc_link *link = NULL;
        bool fresh = false;
        rm_status status = pcsc_context_borrow(context, false, pcsc_limit_of(bound), &link, &fresh);
        if (status != RM_OK)
            return status;
        const uint32_t ticket =
            pcsc_link_enter(&context->service->watch, link, PCSC_WAIT_DAEMON, pcsc_limit_of(bound));
        status = fetch_list(context->service->api, link->handle, call, out);
        const rm_status broken = pcsc_link_leave(&context->service->watch, link, ticket);
        const bool dead = rm_context_is_lost(status);
        pcsc_context_return(context, link, !dead && broken == RM_OK);
        if (broken != RM_OK && status != RM_OK)
            return broken;
        if (!dead || fresh)
            return status;
    }
}

rm_status pcsc_context_list_readers(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    struct pcsc_context *context = pcsc_context_from(base);
    pcsc_context_check_fork(context);
    return fetch_list_anyhow(context, list_readers, bound, out);
}

rm_status pcsc_context_list_groups(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    struct pcsc_context *context = pcsc_context_from(base);
    pcsc_context_check_fork(context);
    return fetch_list_anyhow(context, list_groups, bound, out);
}
