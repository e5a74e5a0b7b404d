/*
 * rm_wait() over SCardGetStatusChange. The wait has a link of its own and is cancelled by ending that link's
 * connection to the daemon: SCardCancel does nothing when it comes a moment before the library waits.
 */
#include "backends/pcsc_wait.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backends/pcsc_map.h"
#include "base/clock.h"
#include "rm/mstring.h"

#define COUNT_EVERY_MS 500u /* readers are counted anew, since the library misses changes between its calls */

static bool is_pnp(const struct rm_reader_state *state) {
    return strcasecmp(state->reader, RM_PNP_NOTIFICATION) == 0;
}

/* What pcsc-lite does not know: the number of readers in the pseudo reader's state. True when it differs. */
static rm_status settle_pnp(struct pcsc_context *context, struct rm_reader_state *state, bool *changed) {
    size_t size = 0;
    size_t count = 0;
    rm_status status = context->base.ops->list_readers(&context->base, NULL, &size);
    char *const names = status == RM_OK ? calloc(1, size += 512) : NULL;

    if (status == RM_E_NO_READERS_AVAILABLE)
        status = RM_OK;
    else if (status == RM_OK && !names)
        status = RM_E_NO_MEMORY;
    else if (status == RM_OK)
        status = context->base.ops->list_readers(&context->base, names, &size);
    if (status == RM_E_NO_READERS_AVAILABLE)
        status = RM_OK;
    else if (status == RM_OK && names)
        count = mstring_count(names, size);
    free(names);
    if (status != RM_OK)
        return status;
    state->event = (uint32_t)(count << 16);
    state->atr_size = 0;
    if (state->current >> 16 != count && !(state->current & RM_STATE_IGNORE)) {
        state->event |= RM_STATE_CHANGED;
        *changed = true;
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

/* One call of the library; a link that turns out dead is replaced once. */
static rm_status wait_once(struct pcsc_context *context, SCARD_READERSTATE *states, size_t count,
                           uint32_t timeout_ms) {
    struct pcsc_service *const service = context->service;

    for (;;) {
        struct pcsc_link *link = NULL;
        bool fresh = false;
        rm_status status = pcsc_context_borrow(context, false, &link, &fresh);
        if (status != RM_OK)
            return status;
        const uint32_t ticket = pcsc_link_enter(&service->watch, link, PCSC_WAIT_SERVICE, RM_INFINITE);
        status = pcsc_status_from(service->api->get_status_change(link->handle, timeout_ms, states, count));
        const rm_status broken = pcsc_link_leave(&service->watch, link, ticket);
        const bool dead = broken != RM_OK || pcsc_link_is_dead(status);
        pcsc_context_return(context, link, !dead);
        if (broken != RM_OK)
            return broken;
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

/* Splits the wait where readers are to be counted. Returns RM_OK when something has changed. */
static rm_status wait_in_steps(struct pcsc_context *context, struct rm_reader_state *states,
                               SCARD_READERSTATE *raw, size_t count, uint32_t timeout_ms, bool counting) {
    const uint64_t deadline = clock_deadline(timeout_ms);

    for (;;) {
        bool changed = false;
        uint32_t left = clock_left(deadline);
        for (size_t i = 0; i < count; i++) {
            const rm_status status = is_pnp(&states[i]) ? settle_pnp(context, &states[i], &changed) : RM_OK;
            if (status != RM_OK)
                return status;
        }
        if (changed)
            left = 0;
        else if (counting && left > COUNT_EVERY_MS)
            left = COUNT_EVERY_MS;
        fill_in(raw, states, count);
        rm_status status = wait_once(context, raw, count, left);
        if (status == RM_E_UNKNOWN_READER)
            tell_unknown(context, raw, count);
        for (size_t i = 0; i < count; i++)
            if (!is_pnp(&states[i]))
                fill_out(&states[i], &raw[i], 1);
        if (changed && status == RM_E_TIMEOUT)
            return RM_OK;
        const bool pnp_woke = status == RM_OK && counting;
        if (status != RM_E_TIMEOUT && !pnp_woke)
            return status;
        if (pnp_woke) {
            for (size_t i = 0; i < count; i++) {
                if (is_pnp(&states[i]) && settle_pnp(context, &states[i], &changed) != RM_OK)
                    return RM_E_NO_SERVICE;
                changed |= states[i].event & RM_STATE_CHANGED;
            }
            if (changed)
                return RM_OK;
        }
        if (clock_left(deadline) == 0)
            return RM_E_TIMEOUT;
    }
}

rm_status pcsc_context_wait(struct rm_context *opaque, struct rm_reader_state *states, size_t count,
                            uint32_t timeout_ms) {
    struct pcsc_context *const context =
        (struct pcsc_context *)(void *)((char *)opaque - offsetof(struct pcsc_context, base));
    SCARD_READERSTATE *const raw = calloc(count ? count : 1, sizeof *raw);
    bool counting = false;

    if (!raw)
        return RM_E_NO_MEMORY;
    pcsc_context_check_fork(context);
    for (size_t i = 0; i < count; i++) {
        states[i].event = states[i].current & ~(uint32_t)RM_STATE_CHANGED;
        states[i].atr_size = 0;
        counting |= is_pnp(&states[i]);
    }
    const rm_status status = wait_in_steps(context, states, raw, count, timeout_ms, counting);
    free(raw);
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
