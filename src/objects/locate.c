/*
 * The locate object, ISCardLocate: what is looked for is in search.c, how in finder.c, the wait for the user
 * in waiting.c. Made by the class table.
 */
#include "objects/locate.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/lock.h"
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
    _Atomic uint32_t cancels;
};

static inline struct locate *impl_from_ISCardLocate(ISCardLocate *iface) {
    return CONTAINER_OF(iface, struct locate, ISCardLocate_iface);
}

static void locate_destroy(void *object) {
    struct locate *locate = object;
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
    struct search *const former = locate->search;
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

/* What a caller gets, made before the search so that nothing can fail once there is a connection. */
struct prize {
    SCARDINFO *info;
    struct found *place;
};

static bool prize_make(struct prize *prize) {
    prize->info = CoTaskMemAlloc(sizeof *prize->info);
    prize->place = found_place();
    return prize->info && prize->place;
}

static void prize_drop(struct prize *prize) {
    CoTaskMemFree(prize->info);
    free(prize->place);
}

/* Hands the connection out: from now on it is the caller's. */
static SCARDINFO *prize_give(struct prize *prize, struct finder *finder, struct rm_card *card) {
    SCARDINFO *const info = prize->info;
    *info = (SCARDINFO){
        .hCard = (HSCARD)rm_card_handle(card),
        .ActiveProtocol = preference_protocol(card->protocol),
        .ShareMode = (SCARD_SHARE_MODES)finder->share,
    };
    info->hContext = (HSCARDCONTEXT)found_keep(prize->place, finder->service, finder->hand, card);
    finder->hand = NULL;
    *prize = (struct prize){0};
    return info;
}

/* A search under way: all that may have to wait, for the service, for other programs or for the user. */
struct hunt {
    const struct locate_parts *parts;
    struct finder *finder;
    enum search_ui ui;
    uint32_t limit_ms;
    struct rm_card *card;
    rm_status status;
};

static void hunt(void *user) {
    struct hunt *const hunt = user;
    struct finder *const finder = hunt->finder;
    hunt->status = finder_open(finder);
    if (hunt->status != RM_OK)
        return;
    if (hunt->ui == SEARCH_UI_NEVER)
        hunt->status = finder_look(finder, finder->timeout_ms, &hunt->card);
    else
        hunt->status =
            hunt->parts->ui->find(finder, hunt->ui == SEARCH_UI_ALWAYS, hunt->limit_ms, &hunt->card);
}

static void call_off(void *user) {
    const struct hunt *const hunt = user;
    finder_end(hunt->finder);
}

static HRESULT run(struct locate *locate, struct finder *finder, enum search_ui ui, SCARDINFO **out) {
    struct hunt this = {
        .parts = &locate->parts, .finder = finder, .ui = ui, .limit_ms = atomic_load(&locate->limit_ms)};
    struct prize prize = {0};
    if (!prize_make(&prize)) {
        prize_drop(&prize);
        return E_OUTOFMEMORY;
    }
    errand_run(hunt, call_off, &this);
    if (this.status == RM_OK)
        *out = prize_give(&prize, finder, this.card);
    finder_close(finder);
    prize_drop(&prize);
    return hresult_from_rm(this.status);
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
        .cancels = &locate->cancels,
        .cancels_seen = atomic_load(&locate->cancels),
    };
    if (!preference_share_is_valid(share) || finder.protocols == RM_PROTOCOL_UNDEFINED ||
        (flags && !searchrequest_ui(flags, &ui)))
        return E_INVALIDARG;
    lock_take(&locate->lock);
    struct search *const search = search_hold(locate->search);
    lock_give(&locate->lock);
    if (!search)
        return E_UNEXPECTED;
    finder.search = search;
    /* A call that comes in while this one waits may give up what the caller has of the object. */
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
    atomic_init(&locate->cancels, 0);
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
    atomic_fetch_add(&impl_from_ISCardLocate(locate)->cancels, 1);
}
