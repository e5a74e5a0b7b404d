/* The dialects of Windows' smart card functions: see map.h. */
#include "backends/winscard/map.h"

#include <string.h>

#define FACILITY_OF_CARDS 0x8010u
#define FACILITY_OF_WIN32 0x8007u
#define NO_SUCH_DEVICE 433u /* not in every winerror.h */

/* winerror.h's own numbers, as the service, the RPC to it and the drivers behind it give them. */
static const struct {
    uint32_t error;
    rm_status status;
} errors[] = {
    {ERROR_INVALID_HANDLE,
     RM_E_INVALID_HANDLE}, /* what the functions really return for SCARD_E_INVALID_HANDLE */
    {RPC_X_SS_IN_NULL_CONTEXT, RM_E_INVALID_HANDLE},
    {RPC_X_SS_CONTEXT_DAMAGED, RM_E_INVALID_HANDLE},

    {ERROR_BROKEN_PIPE, RM_E_NO_SERVICE}, /* a remote session whose client redirects no smart cards */
    {ERROR_BAD_PIPE, RM_E_NO_SERVICE},
    {ERROR_NO_DATA, RM_E_NO_SERVICE},
    {ERROR_PIPE_NOT_CONNECTED, RM_E_NO_SERVICE},
    {ERROR_SERVICE_DISABLED, RM_E_NO_SERVICE},
    {ERROR_SERVICE_DOES_NOT_EXIST, RM_E_NO_SERVICE},
    {ERROR_SERVICE_NOT_ACTIVE, RM_E_NO_SERVICE},
    {ERROR_SERVICE_NEVER_STARTED, RM_E_NO_SERVICE},
    {ERROR_SERVICE_REQUEST_TIMEOUT, RM_E_NO_SERVICE},
    {ERROR_SERVICE_DEPENDENCY_FAIL, RM_E_NO_SERVICE},
    {ERROR_PROCESS_ABORTED, RM_E_NO_SERVICE},
    {ERROR_NETNAME_DELETED, RM_E_NO_SERVICE}, /* a remote session whose client has gone */
    {ERROR_VC_DISCONNECTED, RM_E_NO_SERVICE},
    {ERROR_CONNECTION_ABORTED, RM_E_NO_SERVICE},
    {ERROR_GRACEFUL_DISCONNECT, RM_E_NO_SERVICE},
    {RPC_S_SERVER_UNAVAILABLE, RM_E_NO_SERVICE},
    {RPC_S_CALL_FAILED, RM_E_NO_SERVICE},
    {RPC_S_CALL_FAILED_DNE, RM_E_NO_SERVICE},
    {RPC_S_COMM_FAILURE, RM_E_NO_SERVICE},
    {RPC_S_PROTOCOL_ERROR, RM_E_NO_SERVICE},
    {RPC_S_NOT_LISTENING, RM_E_NO_SERVICE},
    {RPC_S_INVALID_BINDING, RM_E_NO_SERVICE},
    {RPC_S_NO_BINDINGS, RM_E_NO_SERVICE},
    {RPC_S_UNKNOWN_IF, RM_E_NO_SERVICE},
    {EPT_S_NOT_REGISTERED, RM_E_NO_SERVICE},
    {ERROR_SHUTDOWN_IN_PROGRESS, RM_E_SERVICE_STOPPED},
    {RPC_S_SERVER_TOO_BUSY, RM_E_SERVER_TOO_BUSY},

    {ERROR_DEV_NOT_EXIST, RM_E_READER_UNAVAILABLE},
    {ERROR_DEVICE_NOT_CONNECTED, RM_E_READER_UNAVAILABLE},
    {ERROR_DEVICE_REMOVED, RM_E_READER_UNAVAILABLE},
    {ERROR_FILE_NOT_FOUND, RM_E_READER_UNAVAILABLE},
    {ERROR_BAD_UNIT, RM_E_READER_UNAVAILABLE},
    {NO_SUCH_DEVICE, RM_E_READER_UNAVAILABLE},
    {ERROR_BAD_COMMAND, RM_E_NOT_READY},
    {ERROR_NOT_READY, RM_E_NOT_READY},

    {ERROR_MEDIA_CHANGED, RM_W_REMOVED_CARD},
    {ERROR_NO_MEDIA_IN_DRIVE, RM_W_REMOVED_CARD},
    {ERROR_UNRECOGNIZED_MEDIA, RM_W_UNRESPONSIVE_CARD},
    {ERROR_CRC, RM_E_COMM_DATA_LOST},
    {ERROR_GEN_FAILURE, RM_E_COMM_DATA_LOST},
    {ERROR_IO_DEVICE, RM_E_COMM_DATA_LOST},
    {ERROR_READ_FAULT, RM_E_COMM_DATA_LOST},
    {ERROR_SEM_TIMEOUT, RM_E_COMM_DATA_LOST},
    {ERROR_WRITE_FAULT, RM_E_COMM_DATA_LOST},

    {ERROR_CANCELLED, RM_E_CANCELLED},
    {ERROR_OPERATION_ABORTED, RM_E_CANCELLED},
    {RPC_S_CALL_CANCELLED, RM_E_CANCELLED},
    {ERROR_TIMEOUT, RM_E_TIMEOUT},
    {WAIT_TIMEOUT, RM_E_TIMEOUT},
    {ERROR_BUSY, RM_E_SHARING_VIOLATION},
    {ERROR_SHARING_VIOLATION, RM_E_SHARING_VIOLATION},
    {ERROR_ACCESS_DENIED, RM_E_NO_ACCESS},

    {ERROR_INSUFFICIENT_BUFFER, RM_E_INSUFFICIENT_BUFFER},
    {ERROR_MORE_DATA, RM_E_INSUFFICIENT_BUFFER},
    {ERROR_INVALID_PARAMETER, RM_E_INVALID_PARAMETER},
    {ERROR_INVALID_FUNCTION, RM_E_UNSUPPORTED_FEATURE},
    {ERROR_NOT_SUPPORTED, RM_E_UNSUPPORTED_FEATURE},
    {ERROR_CALL_NOT_IMPLEMENTED, RM_E_UNSUPPORTED_FEATURE},
    {ERROR_NOT_ENOUGH_MEMORY, RM_E_NO_MEMORY},
    {ERROR_OUTOFMEMORY, RM_E_NO_MEMORY},
    {ERROR_NO_SYSTEM_RESOURCES, RM_E_NO_MEMORY},
    {RPC_S_OUT_OF_RESOURCES, RM_E_NO_MEMORY},
};

rm_status winscard_status_from(LONG code) {
    const uint32_t number = (uint32_t)code;
    const uint32_t error = number >> 16 == FACILITY_OF_WIN32 ? number & 0xFFFFu : number;
    if (number == RM_P_SHUTDOWN)
        return RM_E_SERVICE_STOPPED;
    if (number == RM_OK || number >> 16 == FACILITY_OF_CARDS)
        return number;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].error == error)
            return errors[i].status;
    return RM_F_UNKNOWN_ERROR;
}

rm_status winscard_status_of_card(LONG code) {
    const rm_status status = winscard_status_from(code);
    return status == RM_E_TIMEOUT ? RM_E_COMM_DATA_LOST : status;
}

uint32_t winscard_protocol_from(DWORD protocol) {
    switch (protocol) {
    case RM_PROTOCOL_T0:
    case RM_PROTOCOL_T1:
    case RM_PROTOCOL_RAW:
        return protocol;
    default:
        return RM_PROTOCOL_UNDEFINED;
    }
}

enum rm_card_state winscard_state_from(DWORD state, DWORD protocol) {
    static const struct {
        DWORD bit;
        enum rm_card_state state;
    } bits[] = {{0x40, RM_CARD_SPECIFIC},  {0x20, RM_CARD_NEGOTIABLE}, {0x10, RM_CARD_POWERED},
                {0x08, RM_CARD_SWALLOWED}, {0x04, RM_CARD_PRESENT},    {0x02, RM_CARD_ABSENT}};

    if (state <= RM_CARD_SPECIFIC)
        return (enum rm_card_state)state;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        if (!(state & bits[i].bit))
            continue;
        /* pcsc-lite calls a card negotiable that has a protocol already. */
        return bits[i].state == RM_CARD_NEGOTIABLE && protocol ? RM_CARD_SPECIFIC : bits[i].state;
    }
    return RM_CARD_UNKNOWN;
}

size_t winscard_atr_from(const BYTE *atr, DWORD size, uint8_t out[RM_ATR_MAX]) {
    if (size > RM_ATR_MAX)
        return 0;
    memcpy(out, atr, size);
    return size;
}

bool winscard_is_notice(rm_status status) {
    return status == RM_W_RESET_CARD || status == RM_W_REMOVED_CARD || status == RM_W_UNPOWERED_CARD;
}
