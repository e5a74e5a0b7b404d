/*
 * Questions of a client of Windows' smart card service, and its context that dies and comes back: see
 * question.h.
 */
#include "backends/winscard/question.h"

#include <stdlib.h>
#include <string.h>

#include "backends/winscard/map.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/utf.h"

#define LIST_TRIES 4       /* readers may come while their list is fetched */
#define LIST_MAX 0x100000u /* characters; a longer list is no list of readers */
#define LIST_ROOM 2048u    /* characters offered first, and more than asked for later */

struct winscard_context *winscard_context_from(struct rm_context *context) {
    return CONTAINER_OF(context, struct winscard_context, base);
}

struct winscard_limit winscard_context_limit(const struct winscard_context *context, struct rm_bound *bound,
                                             uint32_t grace_ms) {
    const uint64_t soonest = clock_deadline(grace_ms);
    const uint64_t deadline = rm_bound_deadline(bound);
    return (struct winscard_limit){.call = bound,
                                   .deadline = deadline > soonest ? deadline : soonest,
                                   .cancels = &context->cancels,
                                   .seen = atomic_load(&context->cancels)};
}

/* Contexts that die */

rm_status winscard_context_unless_asleep(const struct winscard_context *context, rm_status status,
                                         rm_status instead) {
    const bool silent = status == RM_E_NO_SERVICE || status == RM_E_SERVICE_STOPPED;
    return silent && context->api->is_asleep() ? instead : status;
}

rm_status winscard_context_revive(struct winscard_context *context) {
    SCARDCONTEXT none = 0;
    SCARDCONTEXT made = 0;
    if (atomic_load(&context->context))
        return RM_OK;
    const rm_status status = winscard_worker_establish(context->api, &made);
    if (status == RM_OK && !atomic_compare_exchange_strong(&context->context, &none, made))
        (void)context->api->release_context(made); /* another thread was quicker */
    return status;
}

/* Forgets the number of a dead context, unless another thread has done so and there is a new one. */
static void drop(struct winscard_context *context, SCARDCONTEXT stale) {
    if (stale && atomic_compare_exchange_strong(&context->context, &stale, 0))
        (void)context->api->release_context(stale);
}

void winscard_context_drop(struct winscard_context *context) {
    drop(context, atomic_load(&context->context));
}

/* A question of a context: makes it, once more in a new context where the old one turns out dead. */
typedef rm_status question(struct winscard_context *context, SCARDCONTEXT service, void *user);

static rm_status ask(struct winscard_context *context, question *call, void *user) {
    for (bool fresh = false;; fresh = true) {
        fresh |= atomic_load(&context->context) == 0;
        rm_status status = winscard_context_revive(context);
        if (status != RM_OK)
            return status;
        const SCARDCONTEXT service = atomic_load(&context->context);
        status = call(context, service, user);
        if (!rm_context_is_lost(status))
            return status;
        drop(context, service);
        if (fresh)
            return status;
    }
}

/* Lists */

struct list {
    bool groups;
    wchar_t *names; /* out: the caller frees them */
};

static rm_status list_once(const struct winscard_context *context, SCARDCONTEXT service, bool groups,
                           wchar_t *names, DWORD *size) {
    return winscard_status_from(groups ? context->api->list_reader_groups(service, names, size)
                                       : context->api->list_readers(service, NULL, names, size));
}

/*
 * The list as the service has it, two NULs at its end whatever the service does: in one call, unless what is
 * offered has no room for it. That may happen again, since it may grow meanwhile.
 */
static rm_status fetch(struct winscard_context *context, SCARDCONTEXT service, void *user) {
    struct list *list = user;
    rm_status status = RM_E_INSUFFICIENT_BUFFER;
    DWORD room = LIST_ROOM;
    for (int i = 0; i < LIST_TRIES && status == RM_E_INSUFFICIENT_BUFFER; ++i) {
        DWORD size = room;
        wchar_t *names = calloc((size_t)room + 2, sizeof *names);
        if (!names)
            return RM_E_NO_MEMORY;
        status = list_once(context, service, list->groups, names, &size);
        if (status == RM_OK)
            list->names = names;
        else
            free(names);
        if (status == RM_E_INSUFFICIENT_BUFFER && size > LIST_MAX)
            return RM_E_UNEXPECTED;
        room = (size > room ? size : room) + LIST_ROOM;
    }
    return status;
}

/* Appends the names of the list in UTF-8; one that is no text is left out. */
static rm_status convert(const wchar_t *list, struct names *out) {
    const size_t before = out->size;
    for (const wchar_t *at = list; *at; at += wcslen(at) + 1) {
        int invalid = 0;
        char *name = utf8_from_wide(at, wcslen(at), &invalid);
        const bool done = name ? names_add(out, name, strlen(name)) : invalid != 0;
        free(name);
        if (!done) {
            names_cut(out, before);
            return RM_E_NO_MEMORY;
        }
    }
    return RM_OK;
}

static rm_status list(struct rm_context *base, bool groups, struct names *out) {
    struct list found = {.groups = groups};
    struct winscard_context *context = winscard_context_from(base);
    rm_status status =
        winscard_context_unless_asleep(context, ask(context, fetch, &found), RM_E_NO_READERS_AVAILABLE);
    if (status == RM_OK)
        status = convert(found.names, out);
    free(found.names);
    return status == RM_E_NO_READERS_AVAILABLE ? RM_OK : status;
}

rm_status winscard_context_list_readers(struct rm_context *context, struct rm_bound *bound,
                                        struct names *out) {
    (void)bound; /* the service of Windows has no such thing */
    return list(context, false, out);
}

rm_status winscard_context_list_groups(struct rm_context *context, struct rm_bound *bound,
                                       struct names *out) {
    (void)bound; /* the service of Windows has no such thing */
    return list(context, true, out);
}

rm_status winscard_context_names(struct winscard_context *context, wchar_t **out) {
    struct list found = {.groups = false};
    const rm_status status = ask(context, fetch, &found);
    *out = found.names;
    return status;
}

rm_status winscard_context_count(struct winscard_context *context, size_t *out) {
    struct list found = {.groups = false};
    const rm_status status = ask(context, fetch, &found);
    *out = 0;
    for (const wchar_t *at = found.names; at && *at; at += wcslen(at) + 1)
        ++*out;
    free(found.names);
    return status == RM_E_NO_READERS_AVAILABLE || rm_context_is_lost(status) ? RM_OK : status;
}

/* One reader */

struct look {
    const wchar_t *reader;
    uint32_t state; /* out */
};

static rm_status look_once(struct winscard_context *context, SCARDCONTEXT service, void *user) {
    struct look *look = user;
    SCARD_READERSTATEW raw = {.szReader = look->reader, .dwCurrentState = SCARD_STATE_UNAWARE};
    const rm_status status = winscard_status_from(context->api->get_status_change(service, 0, &raw, 1));
    look->state = raw.dwEventState;
    return status == RM_E_TIMEOUT ? RM_OK : status;
}

rm_status winscard_context_look(struct winscard_context *context, const wchar_t *reader, uint32_t *out) {
    struct look look = {.reader = reader};
    const rm_status status =
        winscard_context_unless_asleep(context, ask(context, look_once, &look), RM_E_UNKNOWN_READER);
    if (status == RM_OK && look.state & RM_STATE_UNKNOWN)
        return RM_E_UNKNOWN_READER;
    if (status == RM_OK)
        *out = look.state;
    return status;
}
