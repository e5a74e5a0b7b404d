/* Waiting under a fault script: see wait.h. */
#include "backends/faults/wait.h"

#include <string.h>

#include "backends/faults/faulty_object.h"
#include "base/clock.h"
#include "rm/readerstate.h"

#define STEP_MS 20u /* of waits in which something may happen by the clock */

static uint32_t cancels_of(struct faulty_context *context) {
    lock_take(&context->mutex);
    const uint32_t cancels = context->cancels;
    lock_give(&context->mutex);
    return cancels;
}

void faulty_cancel(struct rm_context *base) {
    struct faulty_context *context = from_context(base);
    lock_take(&context->mutex);
    context->cancels++;
    lock_ring(&context->bell);
    lock_give(&context->mutex);
    rm_cancel(context->inner);
}

rm_status faulty_enter(struct faulty_context *context) {
    stage_pass(&context->service->stage);
    return stage_service(&context->service->stage, context->services);
}

rm_status faulty_list_readers(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    struct faulty_context *context = from_context(base);
    struct names inner = {0};
    const size_t before = out->size;
    rm_status status = faulty_enter(context);
    if (status == RM_OK)
        status = rm_list_readers(context->inner, bound, &inner);
    if (status == RM_OK)
        status = stage_names(&context->service->stage, &inner, out);
    if (status != RM_OK)
        names_cut(out, before);
    names_clear(&inner);
    return status;
}

rm_status faulty_list_groups(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    struct faulty_context *context = from_context(base);
    const rm_status status = faulty_enter(context);
    return status == RM_OK ? rm_list_groups(context->inner, bound, out) : status;
}

/* Waits */

static bool is_pnp(const struct rm_reader_state *state) {
    return strcmp(state->reader, RM_PNP_NOTIFICATION) == 0;
}

static void note_change(struct rm_reader_state *state, bool *changed) {
    if (state->current & RM_STATE_IGNORE || !rm_state_is_news(state->current, state->event))
        return;
    state->event |= RM_STATE_CHANGED;
    *changed = true;
}

/* The state of one reader as the program is to see it. The codes of rm_wait(). */
static rm_status look_at(struct faulty_context *context, struct rm_reader_state *state) {
    struct stage *stage = &context->service->stage;
    struct stage_reader *reader = stage_find(stage, state->reader);
    char target[STAGE_NAME_MAX];
    if (!reader)
        return RM_E_NO_MEMORY;
    (void)stage_connect(stage, reader, RM_SHARE_DIRECT, target);
    struct rm_reader_state inner = {.reader = target};
    const rm_status status = rm_wait(context->inner, &inner, 1, RM_WITHIN(0));
    if (status != RM_OK && status != RM_E_TIMEOUT && status != RM_E_UNKNOWN_READER)
        return status;
    state->event = inner.event;
    memcpy(state->atr, inner.atr, sizeof state->atr);
    state->atr_size = inner.atr_size;
    stage_state(stage, reader, state);
    return state->event & RM_STATE_UNKNOWN ? RM_E_UNKNOWN_READER : status;
}

static rm_status look_at_list(struct faulty_context *context, struct rm_reader_state *state,
                              struct rm_bound *bound, bool *changed) {
    struct names names = {0};
    const rm_status status = faulty_list_readers(&context->base, bound, &names);
    if (status == RM_OK)
        state->event = rm_state_of_list(state->current, names_count(&names));
    if (state->current & RM_STATE_IGNORE)
        state->event &= ~(uint32_t)RM_STATE_CHANGED;
    *changed |= (state->event & RM_STATE_CHANGED) != 0;
    names_clear(&names);
    return status;
}

/* Looks at all of them; *changed: there is something to tell. */
static rm_status look(struct faulty_context *context, struct rm_reader_state *states, size_t count,
                      struct rm_bound *bound, bool *changed) {
    rm_status told = RM_OK;
    *changed = false;
    for (size_t i = 0; i < count; ++i) {
        states[i].atr_size = 0;
        states[i].event = states[i].current & ~(uint32_t)RM_STATE_CHANGED;
        if (states[i].current & RM_STATE_IGNORE)
            continue;
        const rm_status status = is_pnp(&states[i]) ? look_at_list(context, &states[i], bound, changed)
                                                    : look_at(context, &states[i]);
        if (status == RM_E_UNKNOWN_READER)
            told = status;
        else if (status != RM_OK && status != RM_E_TIMEOUT)
            return status;
        if (!is_pnp(&states[i]))
            note_change(&states[i], changed);
    }
    return told;
}

/* Sleeps until then, or until calls of the context are cancelled: false. */
static bool sleep_until(struct faulty_context *context, uint64_t end, uint32_t cancels) {
    lock_take(&context->mutex);
    while (context->cancels == cancels && clock_left(end))
        (void)lock_sleep(&context->mutex, &context->bell, end);
    const bool slept = context->cancels == cancels;
    lock_give(&context->mutex);
    return slept;
}

bool faulty_linger(struct faulty_context *context, uint32_t ms) {
    return sleep_until(context, clock_deadline(ms), cancels_of(context));
}

/* In steps: what strikes by the clock, and what somebody really does, is seen after a moment. */
rm_status faulty_wait(struct rm_context *base, struct rm_reader_state *states, size_t count,
                      struct rm_bound *bound) {
    struct faulty_context *context = from_context(base);
    const uint64_t deadline = rm_bound_deadline(bound);
    const uint32_t cancels = cancels_of(context);
    for (;;) {
        bool changed = false;
        rm_status status = faulty_enter(context);
        if (status == RM_OK)
            status = look(context, states, count, bound, &changed);
        if (status != RM_OK || changed)
            return status;
        const uint32_t left = clock_left(deadline);
        if (left == 0)
            return RM_E_TIMEOUT;
        if (!sleep_until(context, clock_deadline(left < STEP_MS ? left : STEP_MS), cancels))
            return RM_E_CANCELLED;
    }
}
