/* SCardGetStatusChange: waiting for readers and cards, in pcsc-lite's way of telling what has changed. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <winscard.h>

#include "dropin/client.h"
#include "pcsclite/map.h"
#include "rm/readerstate.h"

#define STATES_MAX 65536u /* more readers than any machine has: a length that makes no sense */

static bool is_pnp(const SCARD_READERSTATE *state) {
    return strcasecmp(state->szReader, RM_PNP_NOTIFICATION) == 0;
}

/* Is there a reader to wait for? */
static bool has_any(const SCARD_READERSTATE *states, DWORD count) {
    DWORD i = 0;
    while (i < count && states[i].dwCurrentState & SCARD_STATE_IGNORE)
        i++;
    return i < count;
}

static LONG check(const SCARD_READERSTATE *states, DWORD count) {
    if (!states && count)
        return SCARD_E_INVALID_PARAMETER;
    if (count > STATES_MAX)
        return SCARD_E_INVALID_VALUE;
    for (DWORD i = 0; i < count; i++)
        if (!states[i].szReader)
            return SCARD_E_INVALID_VALUE;
    return SCARD_S_SUCCESS;
}

/*
 * The pseudo reader of a program that has not counted readers yet: it is told of a change from now on, not
 * that there are readers.
 */
static rm_status count_readers(struct client *client, uint32_t *current) {
    struct names names = {0};
    if (*current & RM_STATE_COUNT)
        return RM_OK;
    const rm_status status = rm_list_readers(client->calls, RM_WITHIN(RM_INFINITE), &names);
    *current |= (uint32_t)(names_count(&names) << 16);
    names_clear(&names);
    return status;
}

static rm_status take_in(struct client *client, const SCARD_READERSTATE *from, struct rm_reader_state *to) {
    *to = (struct rm_reader_state){.reader = from->szReader, .current = (uint32_t)from->dwCurrentState};
    if (!is_pnp(from))
        return RM_OK;
    to->reader = RM_PNP_NOTIFICATION;
    return count_readers(client, &to->current);
}

static void give_out(const struct rm_reader_state *from, SCARD_READERSTATE *to) {
    if (from->current & RM_STATE_IGNORE) {
        to->dwEventState = 0;
        return;
    }
    to->dwEventState = pcsc_reader_state_to(from->event);
    to->cbAtr = from->atr_size <= sizeof to->rgbAtr ? (DWORD)from->atr_size : 0;
    memcpy(to->rgbAtr, from->atr, to->cbAtr);
}

static rm_status wait_for(struct client *client, uint32_t timeout_ms, SCARD_READERSTATE *states,
                          size_t count) {
    struct rm_reader_state *inner = calloc(count, sizeof *inner);
    if (!inner)
        return RM_E_NO_MEMORY;
    rm_status status = RM_OK;
    for (size_t i = 0; status == RM_OK && i < count; i++)
        status = take_in(client, &states[i], &inner[i]);
    if (status == RM_OK)
        status = client_wait(client, inner, count, RM_WITHIN(timeout_ms));
    for (size_t i = 0; (status == RM_OK || status == RM_E_TIMEOUT) && i < count; i++)
        give_out(&inner[i], &states[i]);
    free(inner);
    return status;
}

LONG SCardGetStatusChange(SCARDCONTEXT hContext, DWORD dwTimeout, SCARD_READERSTATE *rgReaderStates,
                          DWORD cReaders) {
    const LONG checked = check(rgReaderStates, cReaders);
    if (checked != SCARD_S_SUCCESS)
        return checked;
    if (!has_any(rgReaderStates, cReaders))
        return SCARD_S_SUCCESS;
    struct client *client = client_enter(hContext);
    if (!client)
        return SCARD_E_INVALID_HANDLE;
    const uint32_t timeout = dwTimeout < INFINITE ? (uint32_t)dwTimeout : RM_INFINITE;
    const rm_status status = wait_for(client, timeout, rgReaderStates, cReaders);
    client_leave(client);
    return pcsc_status_to(status);
}
