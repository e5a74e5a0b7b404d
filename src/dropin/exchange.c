/* PC/SC's calls that carry bytes: to the card, to the reader, and the reader's attributes. */
#include <stdbool.h>
#include <stdlib.h>
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

/* Some programs let the answer take the command's place: the port wants both apart. */
static rm_status transmit_in_place(struct connection *connection, struct buffers *buffers, size_t *received) {
    uint8_t *copy = malloc(buffers->send_size);
    *received = 0;
    if (!copy)
        return RM_E_NO_MEMORY;
    memcpy(copy, buffers->send, buffers->send_size);
    buffers->send = copy;
    const rm_status status = transmit(connection, buffers, received);
    wipe_free(copy, buffers->send_size);
    return status;
}

/* What pcscd refuses before the card hears anything. */
static LONG check_command(const struct connection *connection, DWORD protocol, DWORD send_size,
                          DWORD receive_size) {
    if (send_size > MAX_BUFFER_SIZE_EXTENDED || receive_size < 2)
        return SCARD_E_INSUFFICIENT_BUFFER;
    const uint32_t asked = pcsc_protocols_from(protocol);
    const uint32_t in_use = connection->card->protocol;
    if (asked != RM_PROTOCOL_RAW && !(asked & in_use))
        return SCARD_E_PROTO_MISMATCH;
    return SCARD_S_SUCCESS;
}

static LONG exchange(struct connection *connection, const SCARD_IO_REQUEST *header, LPCBYTE send,
                     DWORD send_size, LPBYTE receive, LPDWORD receive_size) {
    const DWORD room = *receive_size;
    size_t received = 0;
    *receive_size = 0;
    const LONG checked = check_command(connection, header->dwProtocol, send_size, room);
    if (checked != SCARD_S_SUCCESS)
        return checked;
    struct buffers buffers = {send, send_size, receive, room_for(connection, room)};
    const rm_status status = overlap(&buffers) ? transmit_in_place(connection, &buffers, &received)
                                               : transmit(connection, &buffers, &received);
    if (status == RM_OK)
        *receive_size = received;
    return pcsc_status_to(status);
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
    const LONG result =
        exchange(connection, pioSendPci, pbSendBuffer, cbSendLength, pbRecvBuffer, pcbRecvLength);
    if (result == SCARD_S_SUCCESS && pioRecvPci) {
        pioRecvPci->dwProtocol = pcsc_protocols_to(connection->card->protocol);
        pioRecvPci->cbPciLength = sizeof *pioRecvPci;
    }
    connection_leave(connection);
    return result;
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
                            cbRecvLength ? pbRecvBuffer : nothing, &size);
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
    LONG result = pcsc_status_to(rm_get_attrib(connection->card, (uint32_t)dwAttrId, value, &size));
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
    const rm_status status = cbAttrLen > MAX_BUFFER_SIZE
                                 ? RM_E_INSUFFICIENT_BUFFER
                                 : rm_set_attrib(connection->card, (uint32_t)dwAttrId, pbAttr, cbAttrLen);
    connection_leave(connection);
    return pcsc_status_to(status);
}
