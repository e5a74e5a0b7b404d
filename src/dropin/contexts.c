/* PC/SC's calls on a context: its beginning, its end, and what is said of it. */
#include <stdlib.h>

#include <winscard.h>

#include "dropin/client.h"
#include "dropin/firstcard.h"
#include "dropin/release.h"
#include "pcsclite/map.h"

LONG SCardEstablishContext(DWORD dwScope, LPCVOID pvReserved1, LPCVOID pvReserved2,
                           LPSCARDCONTEXT phContext) {
    LONG number = 0;
    (void)pvReserved1, (void)pvReserved2;
    if (!phContext)
        return SCARD_E_INVALID_PARAMETER;
    *phContext = 0;
    if (dwScope > SCARD_SCOPE_GLOBAL)
        return SCARD_E_INVALID_VALUE;
    const rm_status status = client_open(&number);
    if (status == RM_E_NO_MEMORY)
        return SCARD_E_NO_MEMORY;
    if (status != RM_OK) /* what is wrong with SCARDSSP_RM has been said on stderr */
        return SCARD_E_NO_SERVICE;
    firstcard_await();
    *phContext = number;
    return SCARD_S_SUCCESS;
}

LONG SCardReleaseContext(SCARDCONTEXT hContext) {
    return pcsc_status_to(context_release(hContext));
}

LONG SCardIsValidContext(SCARDCONTEXT hContext) {
    struct client *client = client_enter(hContext);
    if (!client)
        return SCARD_E_INVALID_HANDLE;
    client_leave(client);
    return SCARD_S_SUCCESS;
}

LONG SCardCancel(SCARDCONTEXT hContext) {
    struct client *client = client_enter(hContext);
    if (!client)
        return SCARD_E_INVALID_HANDLE;
    client_cancel(client);
    client_leave(client);
    return SCARD_S_SUCCESS;
}

LONG SCardFreeMemory(SCARDCONTEXT hContext, LPCVOID pvMem) {
    const LONG valid = SCardIsValidContext(hContext);
    const union {
        LPCVOID given;
        void *memory;
    } block = {.given = pvMem};
    if (valid == SCARD_S_SUCCESS)
        free(block.memory);
    return valid;
}
