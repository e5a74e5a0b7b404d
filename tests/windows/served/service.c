/*
 * A winscard.dll for a Windows of its own: the smart card service played in the process
 * (support/fakes/winscard.h), for the real scardssp.dll and for the programs of served.h. What a test says to
 * it besides has names that begin with played_.
 */
#define WINSCARDAPI __declspec(dllexport)
#include "support/fakes/winscard.h"

#include "backends/sim/sim.h"

static const struct winscard_api *const api = &fake_winscard_api;

__declspec(dllexport) void played_script(int call, LONG first, LONG second);
__declspec(dllexport) unsigned played_count(int call);
__declspec(dllexport) unsigned played_contexts_open(void);
__declspec(dllexport) void played_restart(void);
__declspec(dllexport) bool played_insert(const char *image);

/* It begins with the first program that asks for it. */
static void begin(void) {
    static SRWLOCK lock = SRWLOCK_INIT;
    static bool begun;

    AcquireSRWLockExclusive(&lock);
    begun = begun || fake_winscard_open();
    ReleaseSRWLockExclusive(&lock);
}

void played_script(int call, LONG first, LONG second) {
    fake_winscard_script((enum fake_call)call, first, second);
}

unsigned played_count(int call) {
    return fake_winscard_count((enum fake_call)call);
}

unsigned played_contexts_open(void) {
    return fake_winscard_contexts();
}

void played_restart(void) {
    fake_winscard_stop();
    fake_winscard_start();
}

bool played_insert(const char *image) {
    begin();
    return sim_insert(fake.sim, FAKE_READER, image, NULL, 0) == RM_OK;
}

LONG WINAPI SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context) {
    begin();
    return api->establish_context(scope, reserved1, reserved2, context);
}

LONG WINAPI SCardReleaseContext(SCARDCONTEXT context) {
    return api->release_context(context);
}

LONG WINAPI SCardCancel(SCARDCONTEXT context) {
    return api->cancel(context);
}

LONG WINAPI SCardListReadersW(SCARDCONTEXT context, LPCWSTR groups, LPWSTR names, LPDWORD size) {
    return api->list_readers(context, groups, names, size);
}

LONG WINAPI SCardListReaderGroupsW(SCARDCONTEXT context, LPWSTR names, LPDWORD size) {
    return api->list_reader_groups(context, names, size);
}

LONG WINAPI SCardGetStatusChangeW(SCARDCONTEXT context, DWORD timeout, LPSCARD_READERSTATEW states,
                                  DWORD count) {
    return api->get_status_change(context, timeout, states, count);
}

LONG WINAPI SCardConnectW(SCARDCONTEXT context, LPCWSTR reader, DWORD share, DWORD protocols,
                          LPSCARDHANDLE card, LPDWORD protocol) {
    return api->connect(context, reader, share, protocols, card, protocol);
}

LONG WINAPI SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization,
                           LPDWORD protocol) {
    return api->reconnect(card, share, protocols, initialization, protocol);
}

LONG WINAPI SCardDisconnect(SCARDHANDLE card, DWORD disposition) {
    return api->disconnect(card, disposition);
}

LONG WINAPI SCardBeginTransaction(SCARDHANDLE card) {
    return api->begin_transaction(card);
}

LONG WINAPI SCardEndTransaction(SCARDHANDLE card, DWORD disposition) {
    return api->end_transaction(card, disposition);
}

LONG WINAPI SCardStatusW(SCARDHANDLE card, LPWSTR names, LPDWORD names_size, LPDWORD state, LPDWORD protocol,
                         LPBYTE atr, LPDWORD atr_size) {
    return api->status(card, names, names_size, state, protocol, atr, atr_size);
}

LONG WINAPI SCardTransmit(SCARDHANDLE card, LPCSCARD_IO_REQUEST send_pci, LPCBYTE send, DWORD send_size,
                          LPSCARD_IO_REQUEST receive_pci, LPBYTE receive, LPDWORD receive_size) {
    return api->transmit(card, send_pci, send, send_size, receive_pci, receive, receive_size);
}

LONG WINAPI SCardControl(SCARDHANDLE card, DWORD code, LPCVOID send, DWORD send_size, LPVOID receive,
                         DWORD receive_size, LPDWORD received) {
    return api->control(card, code, send, send_size, receive, receive_size, received);
}

LONG WINAPI SCardGetAttrib(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size) {
    return api->get_attrib(card, id, value, size);
}

LONG WINAPI SCardSetAttrib(SCARDHANDLE card, DWORD id, LPCBYTE value, DWORD size) {
    return api->set_attrib(card, id, value, size);
}

HANDLE WINAPI SCardAccessStartedEvent(void) {
    begin();
    return api->access_started_event();
}

void WINAPI SCardReleaseStartedEvent(void) {
    api->release_started_event();
}
