/* Calls of the PC/SC library that fail: see points.h. */
#include <stddef.h>
#include <winscard.h>

#include "backends/pcsc/api.h"
#include "failures/points.h"

/* The functions as the library has them. */
static struct pcsc_api real;

/* The number of a code as points.h has it. */
#define CODE(code) ((int)(code))

#define NO_SERVICE CODE(SCARD_E_NO_SERVICE)
#define NO_MEMORY CODE(SCARD_E_NO_MEMORY)
#define INTERNAL CODE(SCARD_F_INTERNAL_ERROR)
#define COMM CODE(SCARD_F_COMM_ERROR)
#define NO_CARD CODE(SCARD_E_NO_SMARTCARD)
#define NOT_SHARED CODE(SCARD_E_SHARING_VIOLATION)
#define NO_READER CODE(SCARD_E_READER_UNAVAILABLE)
#define UNKNOWN_READER CODE(SCARD_E_UNKNOWN_READER)
#define NO_HANDLE CODE(SCARD_E_INVALID_HANDLE)
#define MUTE CODE(SCARD_W_UNRESPONSIVE_CARD)
#define UNPOWERED CODE(SCARD_W_UNPOWERED_CARD)
#define WAS_RESET CODE(SCARD_W_RESET_CARD)
#define REMOVED CODE(SCARD_W_REMOVED_CARD)
#define UNSUPPORTED CODE(SCARD_E_UNSUPPORTED_FEATURE)
#define BROKEN CODE(SCARD_E_NOT_TRANSACTED)

/* pcsc-lite's codes are positive numbers of a wider type. */
static bool fails(const char *call, LONG *code, const int *codes, size_t count) {
    int value = 0;
    if (points_ask(POINTS_SERVICE, call, codes, count, &value) == POINTS_PASS)
        return false;
    *code = (LONG)(unsigned)value;
    return true;
}

/* What begins a function: answers one of these codes instead of asking the service, if that is wanted. */
#define SERVICE_CALL(name, ...)                                                                              \
    LONG code = 0;                                                                                           \
    const bool failed =                                                                                      \
        fails(name, &code, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static LONG establish_context(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context) {
    SERVICE_CALL("SCardEstablishContext", NO_SERVICE, NO_MEMORY, INTERNAL);
    return failed ? code : real.establish_context(scope, reserved1, reserved2, context);
}

static LONG list_readers(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size) {
    SERVICE_CALL("SCardListReaders", NO_SERVICE, NO_MEMORY, NO_HANDLE);
    return failed ? code : real.list_readers(context, groups, names, size);
}

static LONG list_reader_groups(SCARDCONTEXT context, LPSTR names, LPDWORD size) {
    SERVICE_CALL("SCardListReaderGroups", NO_SERVICE, NO_MEMORY, NO_HANDLE);
    return failed ? code : real.list_reader_groups(context, names, size);
}

static LONG get_status_change(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD count) {
    SERVICE_CALL("SCardGetStatusChange", NO_SERVICE, NO_MEMORY, NO_HANDLE, COMM);
    return failed ? code : real.get_status_change(context, timeout, states, count);
}

static LONG connect_card(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
                         LPSCARDHANDLE card, LPDWORD protocol) {
    SERVICE_CALL("SCardConnect", NO_SERVICE, NO_MEMORY, INTERNAL, NO_CARD, NOT_SHARED, NO_READER,
                 UNKNOWN_READER, MUTE, UNPOWERED, NO_HANDLE);
    return failed ? code : real.connect(context, reader, share, protocols, card, protocol);
}

static LONG reconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization,
                      LPDWORD protocol) {
    SERVICE_CALL("SCardReconnect", NO_SERVICE, INTERNAL, NO_CARD, NO_READER, MUTE, UNPOWERED, NO_HANDLE);
    return failed ? code : real.reconnect(card, share, protocols, initialization, protocol);
}

static LONG begin_transaction(SCARDHANDLE card) {
    SERVICE_CALL("SCardBeginTransaction", NO_SERVICE, INTERNAL, NO_READER, WAS_RESET, REMOVED, NO_HANDLE);
    return failed ? code : real.begin_transaction(card);
}

static LONG status(SCARDHANDLE card, LPSTR reader, LPDWORD reader_size, LPDWORD state, LPDWORD protocol,
                   LPBYTE atr, LPDWORD atr_size) {
    SERVICE_CALL("SCardStatus", NO_SERVICE, INTERNAL, NO_READER, WAS_RESET, REMOVED, NO_HANDLE);
    return failed ? code : real.status(card, reader, reader_size, state, protocol, atr, atr_size);
}

static LONG transmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE send, DWORD send_size,
                     SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD receive_size) {
    SERVICE_CALL("SCardTransmit", NO_SERVICE, INTERNAL, COMM, NO_READER, WAS_RESET, REMOVED, MUTE, UNPOWERED,
                 BROKEN, NO_HANDLE);
    return failed ? code : real.transmit(card, send_pci, send, send_size, receive_pci, receive, receive_size);
}

static LONG control(SCARDHANDLE card, DWORD number, LPCVOID send, DWORD send_size, LPVOID receive,
                    DWORD receive_size, LPDWORD received) {
    SERVICE_CALL("SCardControl", NO_SERVICE, INTERNAL, NO_READER, UNSUPPORTED, BROKEN, NO_HANDLE);
    return failed ? code : real.control(card, number, send, send_size, receive, receive_size, received);
}

static LONG get_attrib(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size) {
    SERVICE_CALL("SCardGetAttrib", NO_SERVICE, INTERNAL, NO_READER, UNSUPPORTED, BROKEN, NO_HANDLE);
    return failed ? code : real.get_attrib(card, id, value, size);
}

/*
 * What gives something back: it fails, and has done it all the same, or the service would have it for ever.
 */

static LONG release_context(SCARDCONTEXT context) {
    SERVICE_CALL("SCardReleaseContext", NO_SERVICE, NO_HANDLE);
    const LONG done = real.release_context(context);
    return failed ? code : done;
}

static LONG disconnect(SCARDHANDLE card, DWORD disposition) {
    SERVICE_CALL("SCardDisconnect", NO_SERVICE, INTERNAL, NO_READER, NO_HANDLE);
    const LONG done = real.disconnect(card, disposition);
    return failed ? code : done;
}

static LONG end_transaction(SCARDHANDLE card, DWORD disposition) {
    SERVICE_CALL("SCardEndTransaction", NO_SERVICE, INTERNAL, NO_READER, NO_HANDLE);
    const LONG done = real.end_transaction(card, disposition);
    return failed ? code : done;
}

/* The table of the library's functions; those that may fail have stand-ins in it. */
static const struct pcsc_api stand_ins = {
    .establish_context = establish_context,
    .release_context = release_context,
    .list_readers = list_readers,
    .list_reader_groups = list_reader_groups,
    .get_status_change = get_status_change,
    .connect = connect_card,
    .reconnect = reconnect,
    .disconnect = disconnect,
    .begin_transaction = begin_transaction,
    .end_transaction = end_transaction,
    .status = status,
    .transmit = transmit,
    .control = control,
    .get_attrib = get_attrib,
};
static struct pcsc_api handed_out;

const struct pcsc_api *__real_pcsc_api_load(void);
const struct pcsc_api *__wrap_pcsc_api_load(void);
const struct pcsc_api *__wrap_pcsc_api_load(void) {
    const struct pcsc_api *const found = __real_pcsc_api_load();
    if (!found)
        return NULL;
    real = *found;
    handed_out = stand_ins;
    handed_out.set_attrib = real.set_attrib;
    return &handed_out;
}
