/* Waiting for readers to change: SCardGetStatusChange over readers, woken by their events. */
#include "slots/wait.h"

#include <string.h>

#include "base/clock.h"
#include "rm/readerstate.h"
#include "slots/client.h"

/* What one look at all the readers found. */
struct look {
    bool changed;
    bool unknown;
};

static void look_at_list(const struct slots_service *service, struct rm_reader_state *state,
                         uint64_t list_changes, struct look *look) {
    uint32_t count = 0;
    for (const struct slots_reader *reader = service->readers; reader; reader = reader->next)
        ++count;
    state->event = rm_state_of_list(state->current, count);
    if (list_changes != service->list_changes)
        state->event |= RM_STATE_CHANGED;
    look->changed |= (state->event & RM_STATE_CHANGED) != 0;
}

static void look_at_reader(struct slots_reader *reader, struct rm_reader_state *state, struct look *look) {
    lock_take(&reader->mutex);
    state->event = slots_reader_state(reader);
    state->atr_size = reader->atr_size;
    memcpy(state->atr, reader->atr, reader->atr_size);
    lock_give(&reader->mutex);
    if (rm_state_is_news(state->current, state->event)) {
        state->event |= RM_STATE_CHANGED;
        look->changed = true;
    }
}

static void look_at_state(const struct slots_service *service, struct rm_reader_state *state,
                          uint64_t list_changes, struct look *look) {
    state->atr_size = 0;
    if (state->current & RM_STATE_IGNORE) {
        state->event = RM_STATE_IGNORE;
        return;
    }
    if (strcmp(state->reader, RM_PNP_NOTIFICATION) == 0) {
        look_at_list(service, state, list_changes, look);
        return;
    }
    struct slots_reader *reader = service->readers;
    while (reader && strcmp(reader->name, state->reader) != 0)
        reader = reader->next;
    if (reader) {
        look_at_reader(reader, state, look);
    } else {
        state->event = RM_STATE_GONE | RM_STATE_CHANGED;
        look->unknown = true;
    }
}

rm_status slots_wait(struct rm_context *base, struct rm_reader_state *states, size_t count,
                     struct rm_bound *bound) {
    struct slots_context *context = slots_context_of(base);
    struct slots_service *service = context->service;
    const uint64_t deadline = rm_bound_deadline(bound);
    const uint32_t cancels = slots_events_cancels(&service->events, &context->cancels);
    uint64_t list_changes = 0;
    for (bool first = true;; first = false) {
        struct look look = {false, false};
        const uint64_t seen = slots_events_seen(&service->events);
        lock_take(&service->mutex);
        if (first)
            list_changes = service->list_changes;
        for (size_t i = 0; i < count; ++i)
            look_at_state(service, &states[i], list_changes, &look);
        lock_give(&service->mutex);
        /* A name that is wrong from the start is an error; a reader that goes while we wait is an event. */
        if (look.unknown)
            return first ? RM_E_UNKNOWN_READER : RM_OK;
        if (look.changed)
            return RM_OK;
        rm_status status = slots_events_wait(&service->events, seen, &context->cancels, cancels, deadline);
        if (status != RM_OK)
            return status;
    }
}
