/*
 * The locate object, ISCardLocate: what is looked for is in search.c, how in finder.c, the wait for the user
 * in waiting.c. Made by the class table.
 */
#include "objects/locate.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/lock.h"
#include "client/cancel.h"
#include "client/finder.h"
#include "client/found.h"
#include "client/search.h"
#include "com/com.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/errand.h"
#include "objects/preference.h"
#include "objects/searchrequest.h"

struct locate {
    ISCardLocate ISCardLocate_iface;
    struct com_identity identity;
    struct locate_parts parts;
    _Atomic uint32_t limit_ms; /* how long a search that begins now waits for the user */
    struct lock lock;          /* guards the search; not held while one runs */
    struct search *search;     /* NULL: not configured yet */
    struct cancel cancel;      /* the contexts of searches that run, and */
    struct cancel_entry own;   /* none: what is left of them in a forked child */
};

static inline struct locate *impl_from_ISCardLocate(ISCardLocate *iface) {
    return CONTAINER_OF(iface, struct locate, ISCardLocate_iface);
}

static void locate_destroy(void *object) {
    struct locate *locate = object;
    cancel_remove(&locate->own);
    search_drop(locate->search);
    free(locate);
}

#define OBJECT locate
#define OBJECT_INTERFACE ISCardLocate
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* What to look for */

/* From now on this is looked for; a search that is running goes on with the former. */
static HRESULT configure(struct locate *locate, SAFEARRAY *names, SAFEARRAY *guids, SAFEARRAY *groups,
                         const wchar_t *title, LONG flags) {
    struct search *search = NULL;
    const HRESULT hr = searchrequest_create(locate->parts.db, locate->parts.list, names, guids, groups, title,
                                            flags, &search);
    if (FAILED(hr))
        return hr;
    lock_take(&locate->lock);
    struct search *former = locate->search;
    locate->search = search;
    lock_give(&locate->lock);
    search_drop(former);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE locate_ConfigureCardGuidSearch(ISCardLocate *iface, LPSAFEARRAY guids,
                                                                LPSAFEARRAY groups, BSTR title, LONG flags) {
    return configure(impl_from_ISCardLocate(iface), NULL, guids, groups, title, flags);
}

static HRESULT STDMETHODCALLTYPE locate_ConfigureCardNameSearch(ISCardLocate *iface, LPSAFEARRAY names,
                                                                LPSAFEARRAY groups, BSTR title, LONG flags) {
    return configure(impl_from_ISCardLocate(iface), names, NULL, groups, title, flags);
}

/* Looking */

/* What the caller gets. Allocated before the search, so that nothing can fail once there is a connection. */
struct handout {
    SCARDINFO *info;
    struct found *place;
};

static bool handout_prepare(struct handout *handout) {
    handout->info = CoTaskMemAlloc(sizeof *handout->info);
    handout->place = found_reserve();
    return handout->info && handout->place;
}

static void handout_drop(struct handout *handout) {
    CoTaskMemFree(handout->info);
    free(handout->place);
}

/* Hands the connection out: from now on it is the caller's. */
static SCARDINFO *handout_give(struct handout *handout, struct finder *finder, struct rm_card *card) {
    SCARDINFO *info = handout->info;
    *info = (SCARDINFO){
        .hCard = (HSCARD)rm_card_handle(card),
        .ActiveProtocol = preference_protocol(card->protocol),
        .ShareMode = (SCARD_SHARE_MODES)finder->share,
    };
    struct rm_context *context = finder_hand_out(finder);
    info->hContext = (HSCARDCONTEXT)found_keep(handout->place, finder->service, context, card);
    *handout = (struct handout){0};
    return info;
}

/* One FindCard: the part that may have to wait, for the service, for other programs or for the user. */
struct find_call {
    const struct locate_parts *parts;
    struct finder *finder;
    enum search_ui ui;
    uint32_t limit_ms;
    struct rm_card *card;
    rm_status status;
};

static void find_card(void *user) {
    struct find_call *call = user;
    struct finder *finder = call->finder;
    call->status = finder_open(finder);
    if (call->status != RM_OK)
        return;
    if (call->ui == SEARCH_UI_NEVER)
        call->status = finder_look(finder, finder->timeout_ms, &call->card);
    else
        call->status =
            call->parts->ui->find(finder, call->ui == SEARCH_UI_ALWAYS, call->limit_ms, &call->card);
}

static void call_off(void *user) {
    const struct find_call *call = user;
    finder_end(call->finder);
}

static HRESULT run(struct locate *locate, struct finder *finder, enum search_ui ui, SCARDINFO **out) {
    struct find_call call = {
        .parts = &locate->parts, .finder = finder, .ui = ui, .limit_ms = atomic_load(&locate->limit_ms)};
    struct handout handout = {0};
    if (!handout_prepare(&handout)) {
        handout_drop(&handout);
        return E_OUTOFMEMORY;
    }
    errand_run(find_card, call_off, &call);
    if (call.status == RM_OK)
        *out = handout_give(&handout, finder, call.card);
    finder_close(finder);
    handout_drop(&handout);
    return hresult_from_rm(call.status);
}

static HRESULT STDMETHODCALLTYPE locate_FindCard(ISCardLocate *iface, SCARD_SHARE_MODES share,
                                                 SCARD_PROTOCOLS protocols, LONG flags, LPSCARDINFO *out) {
    struct locate *locate = impl_from_ISCardLocate(iface);
    enum search_ui ui = SEARCH_UI_NEVER;
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct finder finder = {
        .service = locate->parts.service,
        .share = (uint32_t)share,
        .protocols = preference_protocols(protocols),
        .timeout_ms = locate->parts.timeout_ms,
        .cancel = &locate->cancel,
        .cancels_seen = cancel_count(&locate->cancel),
    };
    if (!preference_share_is_valid(share) || finder.protocols == RM_PROTOCOL_UNDEFINED ||
        (flags && !searchrequest_ui(flags, &ui)))
        return E_INVALIDARG;
    lock_take(&locate->lock);
    struct search *search = search_hold(locate->search);
    lock_give(&locate->lock);
    if (!search)
        return E_UNEXPECTED;
    finder.search = search;
    /* A call that is served while this one waits may release the last reference of the caller. */
    (void)com_take(&locate->identity);
    const HRESULT hr = run(locate, &finder, flags ? ui : search->ui, out);
    search_drop(search);
    (void)com_give(&locate->identity);
    return hr;
}

const ISCardLocateVtbl locate_vtbl = {
    DISPATCH_SLOTS(locate),
    .ConfigureCardGuidSearch = locate_ConfigureCardGuidSearch,
    .ConfigureCardNameSearch = locate_ConfigureCardNameSearch,
    .FindCard = locate_FindCard,
};

HRESULT locate_create(const struct locate_parts *parts, ISCardLocate **out) {
    *out = NULL;
    struct locate *locate = calloc(1, sizeof *locate);
    if (!locate)
        return E_OUTOFMEMORY;
    locate_init(locate);
    locate->parts = *parts;
    atomic_init(&locate->limit_ms, parts->limit_ms);
    cancel_init(&locate->cancel);
    cancel_add(&locate->cancel, &locate->own, NULL);
    *out = &locate->ISCardLocate_iface;
    return S_OK;
}

bool locate_is_ours(const ISCardLocate *locate) {
    return locate->lpVtbl == TELLING(ISCardLocate, locate_vtbl);
}

void locate_limit(ISCardLocate *locate, uint32_t limit_ms) {
    atomic_store(&impl_from_ISCardLocate(locate)->limit_ms, limit_ms);
}

void locate_cancel(ISCardLocate *locate) {
    cancel_now(&impl_from_ISCardLocate(locate)->cancel);
}
