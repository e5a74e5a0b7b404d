/* PC/SC's calls that carry bytes: to the card, to the reader, and the reader's attributes. */
#include <stdbool.h>
#include <string.h>

#include <winscard.h>

#include "base/wipe.h"
#include "dropin/client.h"
#include "dropin/connection.h"
#include "dropin/room.h"
#include "pcsclite/map.h"

/* What a program gives and takes. `receive` is not NULL. */
struct buffers {
    const uint8_t *send;
    size_t send_size;
    uint8_t *receive;
    size_t room;
};

/* The room that the service takes: more of it is no error here. */
static size_t room_for(const struct connection *connection, DWORD size) {
    const size_t most = connection->client->receive_max;
    return size < most ? (size_t)size : most;
}

static rm_status transmit(struct connection *connection, const struct buffers *buffers, size_t *received) {
    struct rm_bound whole = {.timeout_ms = connection->client->patience_ms};
    rm_status status;
    do {
        struct rm_bound stretch = connection_stretch(&whole);
        *received = buffers->room;
        status = rm_transmit(connection->card, 0, buffers->send, buffers->send_size, buffers->receive,
                             received, &stretch);
    } while (connection_goes_on(connection, &whole, &status));
    return status;
}

static bool overlap(const struct buffers *buffers) {
    return buffers->send < buffers->receive + buffers->room &&
           buffers->receive < buffers->send + buffers->send_size;
}

/*
 * Through borrowed memory as large as answers get: a program is told how long an answer is that it has no
 * room for, and may have the answer take the command's place.
 */
static rm_status transmit_aside(struct connection *connection, const struct buffers *buffers,
                                size_t *received) {
    struct buffers inner = *buffers;
    *received = 0;
    if (!loan_take(&connection->answer, connection->client->receive_max))
        return RM_E_NO_MEMORY;
    inner.receive = connection->answer->bytes;
    inner.room = connection->client->receive_max;
    const rm_status status = transmit(connection, &inner, received);
    const bool fits = *received <= buffers->room;
    if (status == RM_OK && fits)
        memcpy(buffers->receive, inner.receive, *received);
    wipe(inner.receive, status == RM_OK ? *received : inner.room);
    loan_give(connection->answer);
    return status == RM_OK && !fits ? RM_E_INSUFFICIENT_BUFFER : status;
}

/*
 * What pcscd refuses before the card hears anything. A protocol that is not in use comes after all else: a
 * card that others keep, or have started anew, is told of first.
 */
static rm_status check_command(struct connection *connection, DWORD protocol, DWORD send_size) {
    struct rm_card_status now;
    const uint32_t asked = pcsc_protocols_from(protocol);
    if (send_size > MAX_BUFFER_SIZE_EXTENDED)
        return RM_E_INSUFFICIENT_BUFFER;
    if (asked == RM_PROTOCOL_RAW || asked & connection->card->protocol)
        return RM_OK;
    const rm_status status = connection_status(connection, &now);
    return status == RM_OK ? RM_E_PROTO_MISMATCH : status;
}

static rm_status exchange(struct connection *connection, const struct buffers *buffers,
                          LPDWORD receive_size) {
    size_t received = 0;
    const bool aside = buffers->room < connection->client->receive_max || overlap(buffers);
    const rm_status status =
        aside ? transmit_aside(connection, buffers, &received) : transmit(connection, buffers, &received);
    *receive_size = status == RM_OK || status == RM_E_INSUFFICIENT_BUFFER ? (DWORD)received : 0;
    return status;
}

LONG SCardTransmit(SCARDHANDLE hCard, const SCARD_IO_REQUEST *pioSendPci, LPCBYTE pbSendBuffer,
                   DWORD cbSendLength, SCARD_IO_REQUEST *pioRecvPci, LPBYTE pbRecvBuffer,
                   LPDWORD pcbRecvLength) {
    if (!pioSendPci || !pbSendBuffer || !pbRecvBuffer || !pcbRecvLength)
        return SCARD_E_INVALID_PARAMETER;
    struct connection *connection = connection_enter(hCard);
    if (!connection) {
        *pcbRecvLength = 0;
        return SCARD_E_INVALID_HANDLE;
    }
    const struct buffers buffers = {pbSendBuffer, cbSendLength, pbRecvBuffer,
                                    room_for(connection, *pcbRecvLength)};
    rm_status status = check_command(connection, pioSendPci->dwProtocol, cbSendLength);
    if (status == RM_OK)
        status = exchange(connection, &buffers, pcbRecvLength);
    else if (status != RM_E_INSUFFICIENT_BUFFER)
        *pcbRecvLength = 0; /* a command that is too long leaves it, as with pcsc-lite */
    if (status == RM_OK && pioRecvPci) {
        pioRecvPci->dwProtocol = pcsc_protocols_to(connection->card->protocol);
        pioRecvPci->cbPciLength = sizeof *pioRecvPci;
    }
    connection_leave(connection);
    return pcsc_status_to(status);
}

LONG SCardControl(SCARDHANDLE hCard, DWORD dwControlCode, LPCVOID pbSendBuffer, DWORD cbSendLength,
                  LPVOID pbRecvBuffer, DWORD cbRecvLength, LPDWORD lpBytesReturned) {
    uint8_t nothing[1] = {0};
    if (lpBytesReturned)
        *lpBytesReturned = 0;
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    size_t size = room_for(connection, cbRecvLength);
    rm_status status = RM_OK;
    if (cbSendLength > MAX_BUFFER_SIZE_EXTENDED)
        status = RM_E_INSUFFICIENT_BUFFER;
    else if ((cbSendLength && !pbSendBuffer) || (cbRecvLength && !pbRecvBuffer))
        status = RM_E_INVALID_PARAMETER;
    if (status == RM_OK)
        status = rm_control(connection->card, pcsc_control_from(dwControlCode),
                            cbSendLength ? pbSendBuffer : nothing, cbSendLength,
                            cbRecvLength ? pbRecvBuffer : nothing, &size, RM_WITHIN(RM_INFINITE));
    if (status == RM_OK && lpBytesReturned)
        *lpBytesReturned = size;
    connection_leave(connection);
    return pcsc_status_to(status);
}

LONG SCardGetAttrib(SCARDHANDLE hCard, DWORD dwAttrId, LPBYTE pbAttr, LPDWORD pcbAttrLen) {
    uint8_t value[MAX_BUFFER_SIZE];
    size_t size = sizeof value;
    if (!pcbAttrLen)
        return SCARD_E_INVALID_PARAMETER;
    if (*pcbAttrLen == SCARD_AUTOALLOCATE && !pbAttr)
        return SCARD_E_INVALID_PARAMETER;
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    LONG result = pcsc_status_to(
        rm_get_attrib(connection->card, (uint32_t)dwAttrId, value, &size, RM_WITHIN(RM_INFINITE)));
    connection_leave(connection);
    if (result == SCARD_S_SUCCESS)
        result = room_fill(pbAttr, *pcbAttrLen, pcbAttrLen, value, size, ROOM_PARTLY);
    return result;
}

LONG SCardSetAttrib(SCARDHANDLE hCard, DWORD dwAttrId, LPCBYTE pbAttr, DWORD cbAttrLen) {
    if (!pbAttr || !cbAttrLen)
        return SCARD_E_INVALID_PARAMETER;
    struct connection *connection = connection_enter(hCard);
    if (!connection)
        return SCARD_E_INVALID_HANDLE;
    const rm_status status =
        cbAttrLen > MAX_BUFFER_SIZE
            ? RM_E_INSUFFICIENT_BUFFER
            : rm_set_attrib(connection->card, (uint32_t)dwAttrId, pbAttr, cbAttrLen, RM_WITHIN(RM_INFINITE));
    connection_leave(connection);
    return pcsc_status_to(status);
}
