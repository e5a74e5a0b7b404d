/*
 * The functions of Windows' smart card service as a table, loaded at run time: the simulator needs none of
 * them, and tests put a table of their own in its place. Included by backends/winscard*.c only.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_API_H
#define SCARDSSP_BACKENDS_WINSCARD_API_H

#include <windows.h>

#include <winscard.h>

#include "rm/rm.h"

/* Members are named after the SCard functions they call; all are set. */
struct winscard_api {
    LONG(WINAPI *establish_context)
    (DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context);
    LONG(WINAPI *release_context)(SCARDCONTEXT context);
    LONG(WINAPI *cancel)(SCARDCONTEXT context);
    LONG(WINAPI *list_readers)(SCARDCONTEXT context, LPCWSTR groups, LPWSTR names, LPDWORD size);
    LONG(WINAPI *list_reader_groups)(SCARDCONTEXT context, LPWSTR names, LPDWORD size);
    LONG(WINAPI *get_status_change)
    (SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATEW *states, DWORD count);
    LONG(WINAPI *connect)
    (SCARDCONTEXT context, LPCWSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card,
     LPDWORD protocol);
    LONG(WINAPI *reconnect)
    (SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization, LPDWORD protocol);
    LONG(WINAPI *disconnect)(SCARDHANDLE card, DWORD disposition);
    LONG(WINAPI *begin_transaction)(SCARDHANDLE card);
    LONG(WINAPI *end_transaction)(SCARDHANDLE card, DWORD disposition);
    LONG(WINAPI *status)
    (SCARDHANDLE card, LPWSTR names, LPDWORD names_size, LPDWORD state, LPDWORD protocol, LPBYTE atr,
     LPDWORD atr_size);
    LONG(WINAPI *transmit)
    (SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE send, DWORD send_size,
     SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD receive_size);
    LONG(WINAPI *control)
    (SCARDHANDLE card, DWORD code, LPCVOID send, DWORD send_size, LPVOID receive, DWORD receive_size,
     LPDWORD received);
    LONG(WINAPI *get_attrib)(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size);
    LONG(WINAPI *set_attrib)(SCARDHANDLE card, DWORD id, LPCBYTE value, DWORD size);
    HANDLE(WINAPI *access_started_event)(void);
    void(WINAPI *release_started_event)(void);

    /*
     * Not one of the library's: whether the service, which does not answer, is only asleep. Since Windows 8
     * it is started when a reader comes and stopped with the last one, and to its clients that looks like no
     * service at all.
     */
    bool (*is_asleep)(void);
};

/*
 * The system's table, loaded from its own folder at the first call and kept for the life of the process.
 * NULL: there is no such library, or it lacks a function; the next call tries again.
 */
const struct winscard_api *winscard_api_load(void);

/* Loads this library of the system's into *out; false as above, then *out is undefined. */
bool winscard_api_open(const char *library, struct winscard_api *out);

/*
 * The creator behind system_service_create(), with the functions to use; `api` must outlive the service.
 * RM_E_NO_MEMORY.
 */
rm_status winscard_service_create_with(const struct winscard_api *api, struct rm_service **out);

#endif
