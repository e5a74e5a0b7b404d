/* The backend for Windows' smart card service: its creator, clients, questions about readers, and the table of its calls. */
#include "backends/winscard_api.h"

#include <stdlib.h>
#include <string.h>

#include "backends/pcsc.h"
#include "backends/winscard_card.h"
#include "backends/winscard_line.h"
#include "base/clock.h"
#include "base/utf.h"

#define SLICE_MS 500u /* a wait that was cancelled a moment before it began ends after this */
#define PAUSE_MS 100u /* between two looks where the service does not wait */
#define LIST_TRIES 4  /* readers may come while their list is fetched */

struct winscard_service {
    struct rm_service base;
    const struct winscard_api *api;
};

static struct winscard_context *impl_from_context(struct rm_context *context) {
    return (struct winscard_context *)(void *)((char *)context - offsetof(struct winscard_context, base));
}

static void service_release(struct rm_service *opaque) {
    free((char *)opaque - offsetof(struct winscard_service, base));
}

static rm_status establish(const struct winscard_api *api, SCARDCONTEXT *out) {
    return (rm_status)api->establish_context(SCARD_SCOPE_USER, NULL, NULL, out);
}

static rm_status context_open(struct rm_service *opaque, struct rm_context **out) {
    const struct winscard_service *const service =
        (const struct winscard_service *)(const void *)((const char *)opaque -
                                                        offsetof(struct winscard_service, base));
    struct winscard_context *const context = calloc(1, sizeof *context);

    if (!context)
        return RM_E_NO_MEMORY;
    const rm_status status = establish(service->api, &context->context);
    if (status != RM_OK) {
        free(context);
        return status;
    }
    context->base.ops = &winscard_ops;
    context->api = service->api;
    InitializeCriticalSection(&context->lock);
    *out = &context->base;
    return RM_OK;
}

static void context_close(struct rm_context *opaque) {
    struct winscard_context *const context = impl_from_context(opaque);

    winscard_card_end_all(context);
    (void)context->api->release_context(context->context);
    DeleteCriticalSection(&context->lock);
    free(context->waits);
    free(context);
}

static uint64_t context_handle(const struct rm_context *opaque) {
    return (uint64_t)((const struct winscard_context *)(const void *)((const char *)opaque -
                                                                      offsetof(struct winscard_context,
                                                                               base)))
        ->context;
}

static void cancel(struct rm_context *opaque) {
    struct winscard_context *const context = impl_from_context(opaque);

    atomic_fetch_add(&context->cancels, 1);
    EnterCriticalSection(&context->lock);
    for (size_t i = 0; i < context->wait_count; ++i)
        (void)context->api->cancel(context->waits[i]);
    LeaveCriticalSection(&context->lock);
}

/* Lists */

enum list { READERS, GROUPS };

static LONG list_once(const struct winscard_context *context, SCARDCONTEXT service, enum list list,
                      wchar_t *names, DWORD *size) {
    if (list == READERS)
        return context->api->list_readers(service, NULL, names, size);
    return context->api->list_reader_groups(service, names, size);
}

/* Whether a code says that the service has been restarted since the context was made. */
static bool is_stale(LONG code) {
    return code == SCARD_E_NO_SERVICE || code == SCARD_E_SERVICE_STOPPED || code == SCARD_E_INVALID_HANDLE;
}

static SCARDCONTEXT current(struct winscard_context *context) {
    EnterCriticalSection(&context->lock);
    const SCARDCONTEXT service = context->context;
    LeaveCriticalSection(&context->lock);
    return service;
}

/* Replaces a context that the service knows no more, unless another thread has done so. */
static rm_status renew(struct winscard_context *context, SCARDCONTEXT stale) {
    SCARDCONTEXT made = 0;
    const rm_status status = establish(context->api, &made);

    if (status != RM_OK)
        return status;
    EnterCriticalSection(&context->lock);
    const bool wanted = context->context == stale;
    if (wanted)
        context->context = made;
    LeaveCriticalSection(&context->lock);
    (void)context->api->release_context(wanted ? stale : made);
    return RM_OK;
}

/* The list as the service has it, two NULs at its end; the caller frees it. */
static rm_status fetch(struct winscard_context *context, enum list list, wchar_t **out) {
    LONG code = SCARD_E_INSUFFICIENT_BUFFER;

    for (int i = 0; i < LIST_TRIES && code != SCARD_S_SUCCESS; ++i) {
        DWORD size = 0;
        const SCARDCONTEXT service = current(context);
        code = list_once(context, service, list, NULL, &size);
        if (is_stale(code) && i == 0 && renew(context, service) == RM_OK)
            continue;
        if (code != SCARD_S_SUCCESS)
            return (rm_status)code;
        wchar_t *const names = calloc((size_t)size + 2, sizeof *names);
        if (!names)
            return RM_E_NO_MEMORY;
        code = list_once(context, service, list, names, &size);
        if (code == SCARD_S_SUCCESS)
            *out = names;
        else
            free(names);
        if (code != SCARD_S_SUCCESS && code != SCARD_E_INSUFFICIENT_BUFFER)
            return (rm_status)code;
    }
    return (rm_status)code;
}

/* The same in UTF-8; a name that is no text is left out. *need: its bytes, the last NUL included. */
static rm_status convert(const wchar_t *list, char *names, size_t room, size_t *need) {
    size_t used = 0;

    for (const wchar_t *at = list; *at; at += wcslen(at) + 1) {
        int invalid = 0;
        char *const name = utf8_from_wide(at, wcslen(at), &invalid);
        if (!name && !invalid)
            return RM_E_NO_MEMORY;
        const size_t size = name ? strlen(name) + 1 : 0;
        if (name && names && used + size < room)
            memcpy(names + used, name, size);
        used += size;
        free(name);
    }
    *need = used + 1;
    if (names && *need > room)
        return RM_E_INSUFFICIENT_BUFFER;
    if (names)
        names[used] = '\0';
    return RM_OK;
}

static rm_status list(struct rm_context *opaque, enum list which, char *names, size_t *size) {
    wchar_t *found = NULL;
    const size_t room = *size;
    rm_status status = fetch(impl_from_context(opaque), which, &found);

    *size = 1;
    if (status == RM_OK)
        status = convert(found, names, room, size);
    free(found);
    return status;
}

static rm_status list_readers(struct rm_context *context, char *names, size_t *size) {
    return list(context, READERS, names, size);
}

static rm_status list_groups(struct rm_context *context, char *names, size_t *size) {
    return list(context, GROUPS, names, size);
}

/* Waiting */

/* Makes a context for a wait, known to cancel(). Each wait has its own: the service makes other calls of it wait, too. */
static rm_status wait_open(struct winscard_context *context, SCARDCONTEXT *out) {
    rm_status status = establish(context->api, out);

    if (status != RM_OK)
        return status;
    EnterCriticalSection(&context->lock);
    if (context->wait_count == context->wait_room) {
        SCARDCONTEXT *const more = realloc(context->waits, (context->wait_room + 4) * sizeof *more);
        if (more) {
            context->waits = more;
            context->wait_room += 4;
        } else {
            status = RM_E_NO_MEMORY;
        }
    }
    if (status == RM_OK)
        context->waits[context->wait_count++] = *out;
    LeaveCriticalSection(&context->lock);
    if (status != RM_OK)
        (void)context->api->release_context(*out);
    return status;
}

static void wait_close(struct winscard_context *context, SCARDCONTEXT wait) {
    EnterCriticalSection(&context->lock);
    for (size_t i = 0; i < context->wait_count; ++i) {
        if (context->waits[i] == wait) {
            context->waits[i] = context->waits[--context->wait_count];
            break;
        }
    }
    LeaveCriticalSection(&context->lock);
    (void)context->api->release_context(wait);
}

/* Whether a state differs from what was known; where none does, takes back that it has changed. */
static bool is_news(SCARD_READERSTATEW *states, size_t count) {
    const DWORD mask = ~(DWORD)SCARD_STATE_CHANGED;

    for (size_t i = 0; i < count; i++)
        if ((states[i].dwEventState & mask) != (states[i].dwCurrentState & mask))
            return true;
    for (size_t i = 0; i < count; i++)
        states[i].dwEventState &= mask;
    return false;
}

/*
 * Waits in slices: a cancellation that comes a moment before the service waits is not heard by it. Wine's does not wait at
 * all and calls every state changed.
 */
static rm_status wait_in(const struct winscard_context *context, SCARDCONTEXT wait, SCARD_READERSTATEW *raw,
                         size_t count, uint64_t deadline, unsigned cancels) {
    for (;;) {
        const uint32_t left = clock_left(deadline);
        const LONG code =
            context->api->get_status_change(wait, left < SLICE_MS ? left : SLICE_MS, raw, (DWORD)count);
        const bool idle = code == SCARD_S_SUCCESS && count > 0 && !is_news(raw, count);
        const uint32_t rest = clock_left(deadline);
        if (atomic_load(&context->cancels) != cancels)
            return RM_E_CANCELLED;
        if (code != SCARD_E_TIMEOUT && !idle)
            return (rm_status)code;
        if (rest == 0)
            return RM_E_TIMEOUT;
        if (idle)
            Sleep(rest < PAUSE_MS ? rest : PAUSE_MS);
    }
}

static rm_status fill_in(SCARD_READERSTATEW *to, const struct rm_reader_state *from, size_t count) {
    for (size_t i = 0; i < count; i++) {
        to[i].szReader = utf8_to_wide(from[i].reader, NULL);
        to[i].dwCurrentState = from[i].current;
        to[i].dwEventState = from[i].current & ~(DWORD)SCARD_STATE_CHANGED;
        if (!to[i].szReader)
            return RM_E_NO_MEMORY;
    }
    return RM_OK;
}

static void fill_out(struct rm_reader_state *to, SCARD_READERSTATEW *from, size_t count) {
    for (size_t i = 0; i < count; i++) {
        to[i].event = from[i].dwEventState;
        to[i].atr_size = from[i].cbAtr <= RM_ATR_MAX ? from[i].cbAtr : 0;
        memcpy(to[i].atr, from[i].rgbAtr, to[i].atr_size);
    }
}

static void free_names(SCARD_READERSTATEW *states, size_t count) {
    for (size_t i = 0; i < count; i++) {
        void *name;
        memcpy(&name, &states[i].szReader, sizeof name);
        free(name);
    }
}

static rm_status wait(struct rm_context *opaque, struct rm_reader_state *states, size_t count,
                      uint32_t timeout_ms) {
    struct winscard_context *const context = impl_from_context(opaque);
    const unsigned cancels = atomic_load(&context->cancels);
    const uint64_t deadline = clock_deadline(timeout_ms);
    SCARD_READERSTATEW *const raw = calloc(count ? count : 1, sizeof *raw);
    SCARDCONTEXT own = 0;
    rm_status status = raw ? fill_in(raw, states, count) : RM_E_NO_MEMORY;

    for (size_t i = 0; i < count; i++) {
        states[i].event = states[i].current & ~(uint32_t)RM_STATE_CHANGED;
        states[i].atr_size = 0;
    }
    if (status == RM_OK)
        status = wait_open(context, &own);
    if (status == RM_OK) {
        status = wait_in(context, own, raw, count, deadline, cancels);
        fill_out(states, raw, count);
        wait_close(context, own);
    }
    if (raw)
        free_names(raw, count);
    free(raw);
    return status;
}

const struct rm_ops winscard_ops = {
    .name = "winscard",
    .receive_max = WINSCARD_BUFFER_MAX,
    .service_release = service_release,
    .context_open = context_open,
    .context_close = context_close,
    .context_handle = context_handle,
    .cancel = cancel,
    .list_readers = list_readers,
    .list_groups = list_groups,
    .wait = wait,
    .connect = winscard_card_connect,
    .adopt = winscard_card_adopt,
    .card_handle = winscard_card_handle,
    .reader_name = winscard_card_reader_name,
    .reconnect = winscard_card_reconnect,
    .disconnect = winscard_card_disconnect,
    .abandon = winscard_card_abandon,
    .begin = winscard_card_begin,
    .end = winscard_card_end,
    .status = winscard_card_status,
    .transmit = winscard_card_transmit,
    .control = winscard_card_control,
    .get_attrib = winscard_card_get_attrib,
    .set_attrib = winscard_card_set_attrib,
};

rm_status winscard_service_create_with(const struct winscard_api *api, struct rm_service **out) {
    struct winscard_service *const service = calloc(1, sizeof *service);

    *out = NULL;
    if (!service)
        return RM_E_NO_MEMORY;
    service->base.ops = &winscard_ops;
    service->api = api;
    *out = &service->base;
    return RM_OK;
}

rm_status pcsc_service_create(struct rm_service **out) {
    const struct winscard_api *const api = winscard_api_load();

    *out = NULL;
    return api ? winscard_service_create_with(api, out) : RM_E_NO_SERVICE;
}
