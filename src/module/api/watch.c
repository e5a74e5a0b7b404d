/* scardssp_rm.h: waiting for any reader to come, go or change. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "com/hresult.h"
#include "module/api/readerstate.h"
#include "module/api/watch.h"
#include "module/manager.h"

#define CANCEL_EVERY_MS 5u /* a cancellation that comes just before the service waits is not heard */

/* Who is told. */
struct telling {
    scardssp_change_visitor visit;
    void *user;
};

int32_t scardssp_watch_open(struct scardssp_watch **out) {
    struct rm_service *service = NULL;
    if (!out)
        return E_POINTER;
    *out = NULL;
    const rm_status status = manager_service(&service);
    if (status != RM_OK)
        return hresult_of_argument(status, RM_E_INVALID_PARAMETER);
    *out = calloc(1, sizeof **out);
    return *out ? S_OK : E_OUTOFMEMORY;
}

void scardssp_watch_close(struct scardssp_watch *watch) {
    if (!watch)
        return;
    rm_context_close(watch->context);
    roster_clear(&watch->seen);
    names_clear(&watch->coming);
    free(watch);
}

int32_t scardssp_watch_cancel(struct scardssp_watch *watch) {
    if (!watch)
        return E_POINTER;
    lock_take(&watch->lock);
    watch->cancelled = true;
    while (watch->cancelled && watch->blocked) {
        rm_cancel(watch->blocked);
        (void)lock_sleep(&watch->lock, &watch->left, clock_deadline(CANCEL_EVERY_MS));
    }
    lock_give(&watch->lock);
    return S_OK;
}

/* Takes a cancellation, with the lock held. */
static bool take_cancellation(struct scardssp_watch *watch) {
    const bool cancelled = watch->cancelled;
    watch->cancelled = false;
    return cancelled;
}

/* rm_wait(), which a cancellation ends at whatever moment it comes. */
static rm_status wait_in(void *user, struct rm_context *context, struct rm_reader_state *states, size_t count,
                         struct rm_bound *bound) {
    struct scardssp_watch *watch = user;
    lock_take(&watch->lock);
    const bool late = take_cancellation(watch);
    watch->blocked = late ? NULL : context;
    lock_give(&watch->lock);
    if (late)
        return RM_E_CANCELLED;
    const rm_status status = rm_wait(context, states, count, bound);
    lock_take(&watch->lock);
    watch->blocked = NULL;
    const bool cancelled = take_cancellation(watch);
    lock_ring(&watch->left);
    lock_give(&watch->lock);
    return cancelled ? RM_E_CANCELLED : status;
}

static void tell(void *user, const struct rm_reader_state *before, const struct rm_reader_state *now) {
    const struct telling *telling = user;
    struct scardssp_reader_state former, actual;
    struct scardssp_reader_change change = {.name = now ? now->reader : before->reader};
    if (before) {
        readerstate_hand(before, &former);
        change.before = &former;
    }
    if (now) {
        readerstate_hand(now, &actual);
        change.now = &actual;
    }
    telling->visit(telling->user, &change);
}

/* Tells how `next`, which becomes the watch's, differs. Returns how many readers do. */
static size_t take_over(struct scardssp_watch *watch, struct roster *next, struct telling *telling) {
    struct roster former = watch->seen;
    watch->seen = *next;
    *next = (struct roster){.count = 0};
    const size_t count = roster_compare(&former, &watch->seen, tell, telling);
    roster_clear(&former);
    return count;
}

/* Looks once; *news: something was told, or there was nothing to tell at first. */
static rm_status look(struct scardssp_watch *watch, struct telling *telling, struct rm_bound *bound,
                      bool *news) {
    struct rm_service *service = NULL;
    struct roster next = {.count = 0};
    rm_status status = RM_OK;
    if (!watch->context) {
        status = manager_service(&service);
        if (status == RM_OK)
            status = rm_context_open(service, bound, &watch->context);
        manager_note(status);
    }
    if (status == RM_OK)
        status = roster_take(&next, watch->context);
    if (status == RM_OK) {
        *news = take_over(watch, &next, telling) > 0 || !watch->told;
        watch->told = true;
    }
    return status;
}

/* Where the service is gone, so are its readers. */
static void lose(struct scardssp_watch *watch, struct telling *telling) {
    struct roster none = {.count = 0};
    rm_context_close(watch->context);
    watch->context = NULL;
    (void)take_over(watch, &none, telling);
}

int32_t scardssp_watch_wait(struct scardssp_watch *watch, uint32_t timeout_ms, scardssp_change_visitor visit,
                            void *user) {
    if (!watch || !visit)
        return E_POINTER;
    struct telling telling = {visit, user};
    struct rm_bound bound = {.timeout_ms = timeout_ms};
    bool news = false;
    (void)rm_bound_deadline(&bound);
    rm_status status = look(watch, &telling, &bound, &news);
    while (status == RM_OK && !news) {
        status = roster_wait(&watch->seen, watch->context, wait_in, watch, &bound);
        if (status == RM_OK)
            status = look(watch, &telling, &bound, &news);
    }
    if (rm_context_is_lost(status))
        lose(watch, &telling);
    return hresult_of_argument(status, RM_E_INVALID_PARAMETER);
}
