/* Clients of a composite: see context.h. */
#include "backends/composite/context.h"

#include <stdlib.h>

#include "backends/composite/ops.h"

#define RELICS_MAX 64u /* beyond that a context that is lost is used on: its member is lost for good */

/* Another thread may have opened one meanwhile; then that is taken, and the newer one closed. */
static struct rm_context *enter(struct composite_context *context, size_t place, struct rm_context *inner) {
    lock_take(&context->lock);
    struct rm_context *other = context->inner[place];
    if (!other)
        context->inner[place] = inner;
    lock_give(&context->lock);
    if (other)
        rm_context_close(inner);
    return other ? other : inner;
}

rm_status composite_context_with(struct composite_context *context, size_t place, struct rm_bound *bound,
                                 struct rm_context **out, bool *fresh) {
    struct rm_context *inner;
    rm_status status = RM_OK;
    lock_take(&context->lock);
    inner = context->inner[place];
    lock_give(&context->lock);
    if (fresh)
        *fresh = !inner;
    if (!inner) {
        status = composite_member_open(context->composite->members[place], bound, &inner);
        if (status == RM_OK)
            inner = enter(context, place, inner);
    }
    if (status == RM_OK)
        *out = inner;
    return status;
}

static void retire(struct composite_context *context, size_t place, struct rm_context *inner) {
    struct composite_relic *relic = malloc(sizeof *relic);
    bool kept = false;
    lock_take(&context->lock);
    if (relic && context->inner[place] == inner && context->relic_count < RELICS_MAX) {
        *relic = (struct composite_relic){.next = context->relics, .inner = inner};
        context->relics = relic;
        context->relic_count++;
        context->inner[place] = NULL;
        kept = true;
    }
    lock_give(&context->lock);
    if (!kept)
        free(relic);
}

bool composite_context_judge(struct composite_context *context, size_t place, struct rm_context *inner,
                             rm_status status) {
    const bool lost = rm_context_is_lost(status);
    if (lost || status == RM_OK)
        composite_member_note(context->composite->members[place], status);
    if (lost)
        retire(context, place, inner);
    return lost;
}

/* One member has to be there; the others are asked when something is wanted of them. */
static rm_status open_first(struct composite_context *context, struct rm_bound *bound) {
    rm_status first = RM_E_NO_SERVICE;
    for (size_t place = 0; place < context->composite->count; place++) {
        struct rm_context *inner = NULL;
        const rm_status status = composite_context_with(context, place, bound, &inner, NULL);
        if (status == RM_OK)
            return RM_OK;
        if (place == 0)
            first = status;
    }
    return first;
}

rm_status composite_context_open(struct rm_service *base, struct rm_bound *bound, struct rm_context **out) {
    struct composite *composite = composite_of(base);
    struct composite_context *context =
        calloc(1, sizeof *context + composite->count * sizeof context->inner[0]);
    if (!context)
        return RM_E_NO_MEMORY;
    context->base.ops = &composite_ops;
    context->composite = composite;
    const rm_status status = open_first(context, bound);
    if (status == RM_OK)
        *out = &context->base;
    else
        free(context);
    return status;
}

void composite_context_close(struct rm_context *base) {
    struct composite_context *context = composite_context_of(base);
    for (size_t place = 0; place < context->composite->count; place++)
        rm_context_close(context->inner[place]);
    for (struct composite_relic *relic = context->relics, *next; relic; relic = next) {
        next = relic->next;
        rm_context_close(relic->inner);
        free(relic);
    }
    renamed_free_all(&context->cards);
    free(context);
}

uint64_t composite_context_handle(const struct rm_context *base) {
    const struct composite_context *context = CONTAINER_OF_CONST(base, struct composite_context, base);
    const struct rm_context *inner = context->inner[context->shown];
    for (size_t place = 0; !inner && place < context->composite->count; place++)
        inner = context->inner[place];
    return inner ? rm_context_handle(inner) : 0;
}

void composite_context_cancel(struct rm_context *base) {
    struct composite_context *context = composite_context_of(base);
    slots_events_cancel(&context->composite->events, &context->cancels);
    /* Contexts of members are closed with this one only: none can go while they are called off. */
    lock_take(&context->lock);
    const struct composite_relic *relics = context->relics;
    lock_give(&context->lock);
    for (; relics; relics = relics->next)
        rm_cancel(relics->inner);
    for (size_t place = 0; place < context->composite->count; place++) {
        lock_take(&context->lock);
        struct rm_context *inner = context->inner[place];
        lock_give(&context->lock);
        if (inner)
            rm_cancel(inner);
    }
}
