/*
 * rm_wait() over SCardGetStatusChange. Each wait has a context of its own: the service makes other calls of a
 * context that waits wait, too. The service's word on the pseudo reader is taken for a reason to look;
 * readers are counted here.
 */
#include "backends/winscard/wait.h"

#include <stdlib.h>
#include <string.h>

#include "backends/winscard/map.h"
#include "backends/winscard/question.h"
#include "base/clock.h"
#include "base/utf.h"
#include "rm/readerstate.h"

#define SLICE_MS 500u /* a wait that was cancelled a moment before it began ends after this */
#define PAUSE_MS 50u  /* between looks, where the service does not wait */

/* One rm_wait(). */
struct wait {
    struct winscard_context *context;
    struct winscard_limit limit;
    struct rm_reader_state *states;
    size_t count;
    SCARDCONTEXT own; /* 0: none */
    /* what the service is asked about: readers that are not ignored, then the pseudo reader */
    SCARD_READERSTATEW *raw;
    size_t *index;  /* of the state that each of them is about */
    size_t readers; /* of them are not the pseudo reader */
    bool counting;  /* the pseudo reader is among the states */
    bool announced; /* the service knows the pseudo reader */
    bool answered;  /* it has told the states of the readers */
    size_t known;   /* how many readers there were when they were counted last */
    bool changed;
};

static bool is_pnp(const struct rm_reader_state *state) {
    return strcmp(state->reader, RM_PNP_NOTIFICATION) == 0;
}

/* Contexts of waits */

/* Makes one, known to rm_cancel(). */
static rm_status open_own(struct wait *wait) {
    struct winscard_context *context = wait->context;
    SCARDCONTEXT made = 0;
    rm_status status = winscard_worker_establish(context->api, &made);
    if (status != RM_OK)
        return status;
    EnterCriticalSection(&context->lock);
    if (context->wait_count == context->wait_room) {
        SCARDCONTEXT *more = realloc(context->waits, (context->wait_room + 4) * sizeof *more);
        if (more) {
            context->waits = more;
            context->wait_room += 4;
        } else {
            status = RM_E_NO_MEMORY;
        }
    }
    if (status == RM_OK)
        context->waits[context->wait_count++] = made;
    LeaveCriticalSection(&context->lock);
    if (status == RM_OK)
        wait->own = made;
    else
        (void)context->api->release_context(made);
    return status;
}

static void close_own(struct wait *wait) {
    struct winscard_context *context = wait->context;
    if (!wait->own)
        return;
    EnterCriticalSection(&context->lock);
    for (size_t i = 0; i < context->wait_count; ++i) {
        if (context->waits[i] == wait->own) {
            context->waits[i] = context->waits[--context->wait_count];
            break;
        }
    }
    LeaveCriticalSection(&context->lock);
    (void)context->api->release_context(wait->own);
    wait->own = 0;
}

/* What is asked and answered */

static rm_status name_raw(struct wait *wait, size_t at, size_t index) {
    wait->index[at] = index;
    wait->raw[at].szReader = utf8_to_wide(wait->states[index].reader, NULL);
    return wait->raw[at].szReader ? RM_OK : RM_E_NO_MEMORY;
}

static rm_status prepare(struct wait *wait) {
    const size_t count = wait->count ? wait->count : 1;
    size_t pnp = 0;
    rm_status status = RM_OK;
    wait->raw = calloc(count, sizeof *wait->raw);
    wait->index = calloc(count, sizeof *wait->index);
    if (!wait->raw || !wait->index)
        return RM_E_NO_MEMORY;
    for (size_t i = 0; i < wait->count && status == RM_OK; i++) {
        struct rm_reader_state *state = &wait->states[i];
        state->event = state->current & ~(uint32_t)RM_STATE_CHANGED;
        state->atr_size = 0;
        if (state->current & RM_STATE_IGNORE)
            continue;
        if (is_pnp(state)) {
            pnp = i;
            wait->counting = true;
        } else {
            status = name_raw(wait, wait->readers++, i);
        }
    }
    if (wait->counting && status == RM_OK)
        status = name_raw(wait, wait->readers, pnp);
    wait->announced = wait->counting;
    return status;
}

static void unprepare(struct wait *wait) {
    for (size_t i = 0; wait->raw && i < wait->count; i++) {
        void *name; /* the structure has its name for the service to read */
        memcpy(&name, &wait->raw[i].szReader, sizeof name);
        free(name);
    }
    free(wait->raw);
    free(wait->index);
}

/* Counts the readers and tells of it those who ask. */
static rm_status count(struct wait *wait) {
    const rm_status status = winscard_context_count(wait->context, &wait->known);
    if (status != RM_OK)
        return status;
    for (size_t i = 0; i < wait->count; i++) {
        struct rm_reader_state *state = &wait->states[i];
        if (!is_pnp(state) || state->current & RM_STATE_IGNORE)
            continue;
        state->event = rm_state_of_list(state->current, wait->known);
        wait->changed |= (state->event & RM_STATE_CHANGED) != 0;
    }
    return RM_OK;
}

/*
 * The service is told what the caller believes once, then what it said itself: where that is no news, it is
 * to wait.
 */
static void fill_in(struct wait *wait, size_t asked) {
    for (size_t i = 0; i < asked; i++) {
        SCARD_READERSTATEW *raw = &wait->raw[i];
        if (i == wait->readers)
            raw->dwCurrentState = (DWORD)(wait->known << 16);
        else
            raw->dwCurrentState = wait->answered ? raw->dwEventState : wait->states[wait->index[i]].current;
        raw->dwCurrentState &= ~(DWORD)SCARD_STATE_CHANGED;
        raw->dwEventState = raw->dwCurrentState;
    }
}

/*
 * Takes over what the service says of one reader. Whether that is news is judged here: Wine's service calls
 * every state changed, and Windows' may not wake for the count alone.
 */
static void fill_out(struct wait *wait, size_t at) {
    const SCARD_READERSTATEW *raw = &wait->raw[at];
    struct rm_reader_state *state = &wait->states[wait->index[at]];
    state->event = raw->dwEventState & ~(uint32_t)RM_STATE_CHANGED;
    state->atr_size =
        state->event & RM_STATE_PRESENT ? winscard_atr_from(raw->rgbAtr, raw->cbAtr, state->atr) : 0;
    if (!rm_state_is_news(state->current, state->event))
        return;
    state->event |= RM_STATE_CHANGED;
    wait->changed = true;
}

/*
 * An unknown reader stops the service at once: find out which it is, and what is known of the others. A name
 * that is wrong from the start is an error; a reader that goes while we wait is an event.
 */
static rm_status tell_unknown(struct wait *wait) {
    bool found = false;
    for (size_t i = 0; i < wait->readers; i++) {
        struct rm_reader_state *state = &wait->states[wait->index[i]];
        const rm_status status = winscard_context_look(wait->context, wait->raw[i].szReader, &state->event);
        if (status == RM_E_UNKNOWN_READER) {
            state->event = RM_STATE_GONE | RM_STATE_CHANGED;
            state->atr_size = 0;
            found = true;
        } else if (status != RM_OK) {
            return status;
        }
    }
    wait->changed |= found;
    return found && !wait->answered ? RM_E_UNKNOWN_READER : RM_OK;
}

/* With the last reader the service has gone to sleep: all are unknown now. */
static rm_status tell_all_gone(struct wait *wait) {
    for (size_t i = 0; i < wait->readers; i++) {
        struct rm_reader_state *state = &wait->states[wait->index[i]];
        state->event = RM_STATE_GONE | RM_STATE_CHANGED;
        state->atr_size = 0;
    }
    wait->changed = true;
    return wait->answered ? RM_OK : RM_E_UNKNOWN_READER;
}

/* Waiting */

static uint32_t slice(const struct wait *wait, uint32_t limit_ms) {
    const uint32_t left = wait->changed ? 0 : clock_left(wait->limit.deadline);
    return left < limit_ms ? left : limit_ms;
}

/* One question to the service, which may keep it for a slice of the time. */
static rm_status step(struct wait *wait) {
    const size_t asked = wait->readers + (wait->announced ? 1 : 0);
    fill_in(wait, asked);
    const uint64_t start = clock_ms();
    /* The first time it is only asked: what is unknown then was so from the start. */
    const uint32_t limit = wait->readers && !wait->answered ? 0 : slice(wait, SLICE_MS);
    rm_status status = winscard_status_from(
        wait->context->api->get_status_change(wait->own, limit, wait->raw, (DWORD)asked));
    if (status == RM_E_UNKNOWN_READER) {
        status = tell_unknown(wait);
        if (status != RM_OK || wait->changed)
            return status;
        wait->announced = false; /* it was the pseudo reader that the service does not know */
    } else if (status == RM_OK || status == RM_E_TIMEOUT) {
        for (size_t i = 0; i < wait->readers; i++) {
            if (wait->raw[i].dwEventState & SCARD_STATE_UNKNOWN)
                return tell_unknown(wait);
            fill_out(wait, i);
        }
        wait->answered = true;
    }
    if (!wait->changed && clock_ms() - start < PAUSE_MS && limit)
        Sleep(slice(wait, PAUSE_MS)); /* no reason of ours to come back so soon: do not spin */
    return status == RM_E_TIMEOUT ? RM_OK : status;
}

/* Nobody serves readers: waits for somebody who does. */
static rm_status step_without_service(struct wait *wait) {
    const struct winscard_api *api = wait->context->api;
    const HANDLE started = api->access_started_event();
    if (!started || WaitForSingleObject(started, slice(wait, SLICE_MS)) != WAIT_TIMEOUT)
        Sleep(slice(wait, PAUSE_MS));
    if (started)
        api->release_started_event();
    return RM_OK;
}

/* One step, with a context where there is a service. */
static rm_status step_anyhow(struct wait *wait) {
    rm_status status = RM_OK;
    if (!wait->readers && !wait->announced) {
        Sleep(slice(wait, PAUSE_MS));
        return RM_OK;
    }
    if (!wait->own)
        status = open_own(wait);
    if (status == RM_OK)
        status = step(wait);
    if (!rm_context_is_lost(status))
        return status;
    close_own(wait);
    if (!wait->readers)
        return step_without_service(wait);
    return winscard_context_unless_asleep(wait->context, status, RM_OK) == RM_OK ? tell_all_gone(wait)
                                                                                 : status;
}

static rm_status run(struct wait *wait) {
    for (;;) {
        rm_status status = wait->counting ? count(wait) : RM_OK;
        if (status == RM_OK)
            status = step_anyhow(wait);
        const rm_status limit = winscard_limit_check(&wait->limit);
        if (limit == RM_E_CANCELLED)
            return limit;
        if (status != RM_OK)
            return status;
        if (wait->changed)
            return RM_OK;
        if (limit != RM_OK)
            return limit;
    }
}

rm_status winscard_wait(struct rm_context *base, struct rm_reader_state *states, size_t count,
                        struct rm_bound *bound) {
    struct winscard_context *context = winscard_context_from(base);
    struct wait wait = {.context = context,
                        .limit = winscard_context_limit(context, bound, 0),
                        .states = states,
                        .count = count};
    rm_status status = prepare(&wait);
    if (status == RM_OK)
        status = run(&wait);
    close_own(&wait);
    unprepare(&wait);
    return status;
}
