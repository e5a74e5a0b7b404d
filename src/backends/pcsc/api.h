/*
 * The functions of the PC/SC library as a table. It is loaded at run time, so that a program with the
 * simulator needs no PC/SC at all; tests put a table of their own in its place. Included by backends/pcsc*.c
 * only: the types of <winscard.h> go no further.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_API_H
#define SCARDSSP_BACKENDS_PCSC_API_H

#include <winscard.h>

#include "rm/rm.h"

/* Members are named after the SCard functions they call; all are set. */
struct pcsc_api {
    LONG (*establish_context)(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context);
    LONG (*release_context)(SCARDCONTEXT context);
    LONG (*list_readers)(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size);
    LONG (*list_reader_groups)(SCARDCONTEXT context, LPSTR names, LPDWORD size);
    LONG (*get_status_change)(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD count);
    LONG(*connect)
    (SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card, LPDWORD protocol);
    LONG (*reconnect)(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization, LPDWORD protocol);
    LONG (*disconnect)(SCARDHANDLE card, DWORD disposition);
    LONG (*begin_transaction)(SCARDHANDLE card);
    LONG (*end_transaction)(SCARDHANDLE card, DWORD disposition);
    LONG(*status)
    (SCARDHANDLE card, LPSTR reader, LPDWORD reader_size, LPDWORD state, LPDWORD protocol, LPBYTE atr,
     LPDWORD atr_size);
    LONG(*transmit)
    (SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE send, DWORD send_size,
     SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD receive_size);
    LONG(*control)
    (SCARDHANDLE card, DWORD code, LPCVOID send, DWORD send_size, LPVOID receive, DWORD receive_size,
     LPDWORD received);
    LONG (*get_attrib)(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size);
    LONG (*set_attrib)(SCARDHANDLE card, DWORD id, LPCBYTE value, DWORD size);
};

/*
 * Loads the library of this file name or path into *out. false: there is none, or it lacks a function; then
 * *out is undefined.
 */
bool pcsc_api_open(const char *library, struct pcsc_api *out);

/*
 * The creator behind system_service_create(), with the functions to use; `api` must outlive the service.
 * RM_E_NO_MEMORY.
 */
rm_status pcsc_service_create_with(const struct pcsc_api *api, struct rm_service **out);

#endif
