/* PC/SC's calls from the beginning of a connection to its end, and its transactions. */
#include <stdbool.h>
#include <string.h>

#include <winscard.h>

#include "dropin/client.h"
#include "dropin/connection.h"
#include "pcsclite/map.h"

#define OTHERS_MS 20u /* to find out whether another program has a transaction */

/* What pcscd checks of both ways to connect; the order in which it does differs. */
static bool is_share(DWORD share) {
    return share == SCARD_SHARE_EXCLUSIVE || share == SCARD_SHARE_SHARED || share == SCARD_SHARE_DIRECT;
}

static bool is_without_protocol(DWORD share, DWORD protocols) {
    return share != SCARD_SHARE_DIRECT && pcsc_protocols_from(protocols) == 0;
}

static bool is_disposition(DWORD disposition) {
    return disposition <= SCARD_EJECT_CARD;
}

static LONG connect_to(struct client *client, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card,
                       LPDWORD protocol) {
    LONG number = 0;
    uint32_t in_use = RM_PROTOCOL_UNDEFINED;
    if (is_without_protocol(share, protocols))
        return SCARD_E_PROTO_MISMATCH;
    if (!is_share(share))
        return SCARD_E_INVALID_VALUE;
    const rm_status status =
        connection_open(client, reader, (uint32_t)share, pcsc_protocols_from(protocols), &number, &in_use);
    if (status == RM_OK) {
        *card = number;
        *protocol = pcsc_protocols_to(in_use);
    }
    return pcsc_status_to(status);
}

LONG SCardConnect(SCARDCONTEXT hContext, LPCSTR szReader, DWORD dwShareMode, DWORD dwPreferredProtocols,
                  LPSCARDHANDLE phCard, LPDWORD pdwActiveProtocol) {
    if (!phCard || !pdwActiveProtocol)
        return SCARD_E_INVALID_PARAMETER;
    *phCard = 0;
    if (!szReader)
        return SCARD_E_UNKNOWN_READER;
    if (strnlen(szReader, MAX_READERNAME + 1) > MAX_READERNAME)
        return SCARD_E_INVALID_VALUE;
    struct client *client = client_enter(hContext);
    if (!client)
        return SCARD_E_INVALID_HANDLE;
    const LONG result =
        connect_to(client, szReader, dwShareMode, dwPreferredProtocols, phCard, pdwActiveProtocol);
    client_leave(client);
    return result;
}

static rm_status reconnect(struct connection *connection, uint32_t share, uint32_t protocols, uint32_t init) {
    struct rm_bound whole = {.timeout_ms = connection->client->patience_ms};
    rm_status status;
    do {
        struct rm_bound stretch = connection_stretch(&whole);
        status = rm_reconnect(connection->card, share, protocols, init, &stretch);
    } while (connection_goes_on(connection, &whole, &status));
    return status;
}

LONG SCardReconnect(SCARDHANDLE hCard, DWORD dwShareMode, DWORD dwPreferredProtocols, DWORD dwInitialization,
                    LPDWORD pdwActiveProtocol) {
    LONG result;
    if (!pdwActiveProtocol)
        return SCARD_E_INVALID_PARAMETER;
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    if (dwInitialization > SCARD_UNPOWER_CARD || !is_share(dwShareMode))
        result = SCARD_E_INVALID_VALUE;
    else if (is_without_protocol(dwShareMode, dwPreferredProtocols))
        result = SCARD_E_PROTO_MISMATCH;
    else
        result =
            pcsc_status_to(reconnect(connection, (uint32_t)dwShareMode,
                                     pcsc_protocols_from(dwPreferredProtocols), (uint32_t)dwInitialization));
    if (result == SCARD_S_SUCCESS)
        *pdwActiveProtocol = pcsc_protocols_to(connection->card->protocol);
    connection_leave(connection);
    return result;
}

LONG SCardDisconnect(SCARDHANDLE hCard, DWORD dwDisposition) {
    if (is_disposition(dwDisposition))
        return pcsc_status_to(connection_close(hCard, (uint32_t)dwDisposition));
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    connection_leave(connection);
    return SCARD_E_INVALID_VALUE;
}

LONG SCardBeginTransaction(SCARDHANDLE hCard) {
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    struct rm_bound whole = {.timeout_ms = connection->client->patience_ms};
    rm_status status;
    do {
        struct rm_bound stretch = connection_stretch(&whole);
        status = rm_begin(connection->card, &stretch);
    } while (connection_goes_on(connection, &whole, &status));
    connection_leave(connection);
    return pcsc_status_to(status);
}

/*
 * Where there is no transaction to end, a program is told whether that is because another has one. Who asks
 * has it himself for a moment, if nobody has.
 */
static rm_status end_of_none(struct connection *connection) {
    const rm_status status = rm_begin(connection->card, RM_WITHIN(OTHERS_MS));
    if (status == RM_OK)
        (void)rm_end(connection->card, RM_LEAVE, RM_WITHIN(RM_INFINITE));
    return status == RM_E_TIMEOUT ? RM_E_SHARING_VIOLATION : RM_E_NOT_TRANSACTED;
}

LONG SCardEndTransaction(SCARDHANDLE hCard, DWORD dwDisposition) {
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    rm_status status = is_disposition(dwDisposition)
                           ? rm_end(connection->card, (uint32_t)dwDisposition, RM_WITHIN(RM_INFINITE))
                           : RM_E_INVALID_VALUE;
    if (status == RM_E_NOT_TRANSACTED)
        status = end_of_none(connection);
    connection_leave(connection);
    return pcsc_status_to(status);
}
