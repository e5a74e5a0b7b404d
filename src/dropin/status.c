/* SCardStatus: what is in the reader of a connection. */
#include <string.h>

#include <winscard.h>

#include "dropin/client.h"
#include "dropin/connection.h"
#include "dropin/room.h"
#include "pcsclite/map.h"
#include "rm/readerstate.h"

/* Where a program wants the results; lengths never NULL, `given` what they were. */
struct wanted {
    LPSTR name;
    LPDWORD name_size;
    DWORD name_given;
    LPBYTE atr;
    LPDWORD atr_size;
    DWORD atr_given;
};

static rm_status ask(struct connection *connection, struct rm_card_status *out) {
    const rm_status status = connection_status(connection, out);
    if (status != RM_W_UNRESPONSIVE_CARD)
        return status;
    *out = (struct rm_card_status){.state = RM_CARD_SWALLOWED}; /* pcsc-lite's way to say so */
    return RM_OK;
}

/* How often cards have come and gone, which pcsc-lite tells along with the state. */
static uint32_t count_of(struct connection *connection) {
    struct rm_reader_state state = {.reader = rm_reader_name(connection->card)};
    const rm_status status = rm_wait(connection->client->calls, &state, 1, RM_WITHIN(0));
    return status == RM_OK || status == RM_E_TIMEOUT ? state.event & RM_STATE_COUNT : 0;
}

static LONG hand_over(const char *name, const struct rm_card_status *now, const struct wanted *wanted) {
    const size_t atr_size = now->atr_size <= MAX_ATR_SIZE ? now->atr_size : 0;
    *wanted->atr_size = (DWORD)atr_size;
    const LONG named =
        room_fill(wanted->name, wanted->name_given, wanted->name_size, name, strlen(name) + 1, ROOM_PARTLY);
    if (named != SCARD_S_SUCCESS && named != SCARD_E_INSUFFICIENT_BUFFER)
        return named;
    const LONG told =
        room_fill(wanted->atr, wanted->atr_given, wanted->atr_size, now->atr, atr_size, ROOM_PARTLY);
    return told != SCARD_S_SUCCESS ? told : named;
}

static LONG report(struct connection *connection, LPDWORD state, LPDWORD protocol,
                   const struct wanted *wanted) {
    struct rm_card_status now = {.state = RM_CARD_UNKNOWN};
    const rm_status status = ask(connection, &now);
    if (status != RM_OK)
        return pcsc_status_to(status);
    if (state)
        *state = pcsc_card_state_to(now.state) | count_of(connection);
    if (protocol)
        *protocol = pcsc_protocols_to(now.protocol);
    return hand_over(rm_reader_name(connection->card), &now, wanted);
}

LONG SCardStatus(SCARDHANDLE hCard, LPSTR mszReaderName, LPDWORD pcchReaderLen, LPDWORD pdwState,
                 LPDWORD pdwProtocol, LPBYTE pbAtr, LPDWORD pcbAtrLen) {
    DWORD no_name_size = 0;
    DWORD no_atr_size = 0;
    struct wanted wanted = {.name = mszReaderName,
                            .name_size = pcchReaderLen ? pcchReaderLen : &no_name_size,
                            .atr = pbAtr,
                            .atr_size = pcbAtrLen ? pcbAtrLen : &no_atr_size};
    wanted.name_given = *wanted.name_size;
    wanted.atr_given = *wanted.atr_size;
    *wanted.name_size = 0;
    *wanted.atr_size = 0;
    if (pdwState)
        *pdwState = 0;
    if (pdwProtocol)
        *pdwProtocol = 0;
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    const LONG result = report(connection, pdwState, pdwProtocol, &wanted);
    connection_leave(connection);
    return result;
}
