/* The functions of a PC/SC library: see api.h. */
#include "backends/pcsc/api.h"

#include <stddef.h>

#include "base/library.h"

static const struct library_symbol symbols[] = {
    {"SCardEstablishContext", offsetof(struct pcsc_api, establish_context)},
    {"SCardReleaseContext", offsetof(struct pcsc_api, release_context)},
    {"SCardListReaders", offsetof(struct pcsc_api, list_readers)},
    {"SCardListReaderGroups", offsetof(struct pcsc_api, list_reader_groups)},
    {"SCardGetStatusChange", offsetof(struct pcsc_api, get_status_change)},
    {"SCardConnect", offsetof(struct pcsc_api, connect)},
    {"SCardReconnect", offsetof(struct pcsc_api, reconnect)},
    {"SCardDisconnect", offsetof(struct pcsc_api, disconnect)},
    {"SCardBeginTransaction", offsetof(struct pcsc_api, begin_transaction)},
    {"SCardEndTransaction", offsetof(struct pcsc_api, end_transaction)},
    {"SCardStatus", offsetof(struct pcsc_api, status)},
    {"SCardTransmit", offsetof(struct pcsc_api, transmit)},
    {"SCardControl", offsetof(struct pcsc_api, control)},
    {"SCardGetAttrib", offsetof(struct pcsc_api, get_attrib)},
    {"SCardSetAttrib", offsetof(struct pcsc_api, set_attrib)},
};

_Static_assert(sizeof symbols / sizeof *symbols * sizeof(void *) == sizeof(struct pcsc_api),
               "every member of the table has a symbol");

bool pcsc_api_open(const char *library, struct pcsc_api *out) {
    return library_open(library, symbols, sizeof symbols / sizeof *symbols, out);
}
