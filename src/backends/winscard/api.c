/* Loads winscard.dll. Called once per process through system_service_create(). */
#include "backends/winscard/api.h"

#include <stddef.h>

#include "base/lazylibrary.h"

#define LIBRARY "winscard.dll"

static const struct library_symbol symbols[] = {
    {"SCardEstablishContext", offsetof(struct winscard_api, establish_context)},
    {"SCardReleaseContext", offsetof(struct winscard_api, release_context)},
    {"SCardCancel", offsetof(struct winscard_api, cancel)},
    {"SCardListReadersW", offsetof(struct winscard_api, list_readers)},
    {"SCardListReaderGroupsW", offsetof(struct winscard_api, list_reader_groups)},
    {"SCardGetStatusChangeW", offsetof(struct winscard_api, get_status_change)},
    {"SCardConnectW", offsetof(struct winscard_api, connect)},
    {"SCardReconnect", offsetof(struct winscard_api, reconnect)},
    {"SCardDisconnect", offsetof(struct winscard_api, disconnect)},
    {"SCardBeginTransaction", offsetof(struct winscard_api, begin_transaction)},
    {"SCardEndTransaction", offsetof(struct winscard_api, end_transaction)},
    {"SCardStatusW", offsetof(struct winscard_api, status)},
    {"SCardTransmit", offsetof(struct winscard_api, transmit)},
    {"SCardControl", offsetof(struct winscard_api, control)},
    {"SCardGetAttrib", offsetof(struct winscard_api, get_attrib)},
    {"SCardSetAttrib", offsetof(struct winscard_api, set_attrib)},
    {"SCardAccessStartedEvent", offsetof(struct winscard_api, access_started_event)},
    {"SCardReleaseStartedEvent", offsetof(struct winscard_api, release_started_event)},
};

_Static_assert(sizeof symbols / sizeof *symbols * sizeof(void *) == offsetof(struct winscard_api, is_asleep),
               "every function of the library has a symbol");

/*
 * May it be started, by a reader that comes? A service that is disabled, or not there, is not asleep; nor is
 * Wine's, which is pcscd in truth.
 */
static bool service_is_asleep(void) {
    union {
        QUERY_SERVICE_CONFIGW config;
        BYTE room[8192]; /* what the function takes at most */
    } found;
    DWORD need = 0;
    bool asleep = false;
    const SC_HANDLE manager =
        library_system_is_wine() ? NULL : OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    const SC_HANDLE service = manager ? OpenServiceW(manager, L"SCardSvr", SERVICE_QUERY_CONFIG) : NULL;

    if (service)
        asleep = QueryServiceConfigW(service, &found.config, sizeof found, &need) &&
                 found.config.dwStartType != SERVICE_DISABLED;
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
    return asleep;
}

bool winscard_api_open(const char *library, struct winscard_api *out) {
    out->is_asleep = service_is_asleep;
    return library_open(library, symbols, sizeof symbols / sizeof *symbols, out);
}

static struct winscard_api table = {.is_asleep = service_is_asleep};

const struct winscard_api *winscard_api_load(void) {
    static struct lazylibrary library = {
        .name = LIBRARY, .symbols = symbols, .count = sizeof symbols / sizeof *symbols, .table = &table};
    return lazylibrary_load(&library) ? &table : NULL;
}
