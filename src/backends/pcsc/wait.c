/*
 * rm_wait() over SCardGetStatusChange. The wait has a link of its own and is cancelled by ending that link's
 * connection to the daemon: SCardCancel does nothing when it comes a moment before the library waits.
 */
#include "backends/pcsc/wait.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backends/pcsc/readers.h"
#include "base/clock.h"
#include "pcsclite/map.h"
#include "rm/readerstate.h"

#define PAUSE_MS 20u
#define COUNT_EVERY_MS 500u /* readers are counted anew, since the library misses changes between its calls */

static bool is_pnp(const struct rm_reader_state *state) {
    return strcasecmp(state->reader, RM_PNP_NOTIFICATION) == 0;
}

static rm_status count_readers(struct pcsc_context *context, struct rm_bound *bound, size_t *out) {
    struct names names = {0};
    const rm_status status = pcsc_context_list_readers(&context->base, bound, &names);
    *out = names_count(&names);
    names_clear(&names);
    return status;
}

/* One rm_wait(). */
struct wait {
    struct pcsc_context *context;
    struct rm_reader_state *states;
    SCARD_READERSTATE *raw;
    size_t count;
    struct rm_bound *bound;
    bool counting; /* the pseudo reader is among them */
    bool all_ignored;
    bool changed;
};

/* What pcsc-lite does not know: the number of readers in the pseudo reader's state. */
static rm_status update_count(struct wait *wait) {
    size_t readers = 0;
    const rm_status status = wait->counting ? count_readers(wait->context, wait->bound, &readers) : RM_OK;
    if (status != RM_OK)
        return status;
    for (size_t i = 0; i < wait->count; i++) {
        struct rm_reader_state *state = &wait->states[i];
        if (!is_pnp(state))
            continue;
        state->event = rm_state_of_list(state->current, readers);
        if (state->current & RM_STATE_IGNORE)
            state->event &= ~(uint32_t)RM_STATE_CHANGED;
        wait->changed |= (state->event & RM_STATE_CHANGED) != 0;
    }
    return RM_OK;
}

static void fill_in(SCARD_READERSTATE *to, const struct rm_reader_state *from, size_t count) {
    for (size_t i = 0; i < count; i++) {
        memset(&to[i], 0, sizeof to[i]);
        to[i].szReader = from[i].reader;
        to[i].dwCurrentState = from[i].current;
        to[i].dwEventState = from[i].current & ~(DWORD)RM_STATE_CHANGED; /* until the library says better */
    }
}

static void fill_out(struct rm_reader_state *to, const SCARD_READERSTATE *from, size_t count) {
    for (size_t i = 0; i < count; i++) {
        to[i].event = (uint32_t)from[i].dwEventState;
        to[i].atr_size = pcsc_atr_from(from[i].rgbAtr, from[i].cbAtr, to[i].atr);
    }
}

/*
 * One call of the library; a link that turns out dead is replaced once. RM_E_SERVICE_STOPPED: the daemon did
 * not come back in time and answers nobody.
 */
static rm_status wait_once(struct pcsc_context *context, SCARD_READERSTATE *states, size_t count,
                           uint32_t timeout_ms) {
    struct pcsc_service *service = context->service;
    for (;;) {
        struct pcsc_link *link = NULL;
        bool fresh = false;
        rm_status status = pcsc_context_borrow(context, false, timeout_ms, &link, &fresh);
        if (status != RM_OK)
            return status == RM_E_TIMEOUT ? RM_E_SERVICE_STOPPED : status;
        const uint32_t ticket = pcsc_link_enter(&service->watch, link, PCSC_WAIT_DAEMON, timeout_ms);
        status = pcsc_status_from(service->api->get_status_change(link->handle, timeout_ms, states, count));
        const rm_status broken = pcsc_link_leave(&service->watch, link, ticket);
        const bool dead = broken != RM_OK || rm_context_is_lost(status);
        pcsc_context_return(context, link, !dead);
        if (broken != RM_OK)
            return broken == RM_E_TIMEOUT ? RM_E_SERVICE_STOPPED : broken;
        if (!dead || fresh)
            return status;
    }
}

/* An unknown reader stops the library at once: tell which it is, and what is known of the others. */
static void tell_unknown(struct pcsc_context *context, SCARD_READERSTATE *states, size_t count) {
    for (size_t i = 0; i < count; i++) {
        SCARD_READERSTATE one = states[i];
        one.dwCurrentState = SCARD_STATE_UNAWARE;
        if (wait_once(context, &one, 1, 0) == RM_E_UNKNOWN_READER) {
            states[i].dwEventState = SCARD_STATE_UNKNOWN | SCARD_STATE_IGNORE;
            states[i].dwEventState |= SCARD_STATE_CHANGED;
        } else {
            states[i].dwEventState = one.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
            states[i].cbAtr = one.cbAtr;
            memcpy(states[i].rgbAtr, one.rgbAtr, sizeof one.rgbAtr);
        }
    }
}

/* Asks the library once, for up to limit_ms, and takes over what it says. */
static rm_status step(struct wait *wait, uint32_t limit_ms) {
    fill_in(wait->raw, wait->states, wait->count);
    const rm_status status = wait_once(wait->context, wait->raw, wait->count, limit_ms);
    if (status == RM_E_UNKNOWN_READER)
        tell_unknown(wait->context, wait->raw, wait->count);
    for (size_t i = 0; i < wait->count; i++) {
        if (is_pnp(&wait->states[i]))
            continue;
        fill_out(&wait->states[i], &wait->raw[i], 1);
        wait->changed |= status == RM_OK && wait->states[i].event & RM_STATE_CHANGED;
    }
    return status;
}

/* Waits in steps where readers are counted, else in one. */
static rm_status wait_for_change(struct wait *wait, uint64_t deadline) {
    for (;;) {
        rm_status status = update_count(wait);
        if (status != RM_OK)
            return status;
        uint32_t limit = wait->changed ? 0 : clock_left(deadline);
        if (wait->counting && limit > COUNT_EVERY_MS)
            limit = COUNT_EVERY_MS;
        status = step(wait, limit);
        if (status == RM_OK && wait->counting)
            status = update_count(wait); /* it may be the pseudo reader that has ended the step */
        if (status == RM_E_SERVICE_STOPPED && clock_left(deadline) == 0)
            return RM_E_TIMEOUT; /* nobody could tell of a change */
        if (status != RM_OK && status != RM_E_TIMEOUT)
            return status;
        if (wait->changed || (status == RM_OK && !wait->counting))
            return RM_OK;
        if (clock_left(deadline) == 0)
            return RM_E_TIMEOUT;
    }
}

/* Nothing to look at: the library would come back at once. */
static rm_status wait_for_nothing(struct pcsc_context *context, uint64_t deadline) {
    struct pcsc_watch *watch = &context->service->watch;
    struct pcsc_watched call;
    uint32_t left;
    pcsc_watch_add(watch, &call, context);
    const uint32_t ticket = pcsc_watch_enter(watch, &call, PCSC_WAIT_SELF, RM_INFINITE);
    while ((left = clock_left(deadline)) > 0 && !pcsc_watch_is_broken(&call))
        pcsc_pause(left < PAUSE_MS ? left : PAUSE_MS);
    const rm_status broken = pcsc_watch_leave(watch, &call, ticket);
    pcsc_watch_remove(watch, &call);
    return broken != RM_OK ? broken : RM_E_TIMEOUT;
}

rm_status pcsc_context_wait(struct rm_context *base, struct rm_reader_state *states, size_t count,
                            struct rm_bound *bound) {
    struct wait wait = {.context = pcsc_context_from(base),
                        .states = states,
                        .count = count,
                        .bound = bound,
                        .all_ignored = true};
    const uint64_t deadline = rm_bound_deadline(bound);
    pcsc_context_check_fork(wait.context);
    for (size_t i = 0; i < count; i++) {
        states[i].event = states[i].current & ~(uint32_t)RM_STATE_CHANGED;
        states[i].atr_size = 0;
        wait.counting |= is_pnp(&states[i]);
        wait.all_ignored &= (states[i].current & RM_STATE_IGNORE) != 0;
    }
    if (wait.all_ignored)
        return wait_for_nothing(wait.context, deadline);
    wait.raw = calloc(count, sizeof *wait.raw);
    if (!wait.raw)
        return RM_E_NO_MEMORY;
    const rm_status status = wait_for_change(&wait, deadline);
    free(wait.raw);
    return status;
}

rm_status pcsc_reader_state(struct pcsc_context *context, const char *reader, uint32_t current,
                            uint32_t timeout_ms, uint32_t *out) {
    SCARD_READERSTATE raw = {.szReader = reader, .dwCurrentState = current};
    const rm_status status = wait_once(context, &raw, 1, timeout_ms);
    if (status == RM_OK || status == RM_E_TIMEOUT)
        *out = (uint32_t)raw.dwEventState;
    return status == RM_E_TIMEOUT ? RM_OK : status;
}
