/*
 * The functions of Windows' card database as a table, loaded from winscard.dll when a database is first asked
 * something; tests put a database of their own in its place. Included by carddb/winscard*.c only.
 */
#ifndef SCARDSSP_CARDDB_WINSCARD_API_H
#define SCARDSSP_CARDDB_WINSCARD_API_H

#include <windows.h>

#include <winscard.h>

#include "carddb/carddb.h"

/* Members are named after the SCard functions they call; all are set. */
struct carddb_winscard_api {
    LONG(WINAPI *establish_context)
    (DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context);
    LONG(WINAPI *release_context)(SCARDCONTEXT context);
    LONG(WINAPI *free_memory)(SCARDCONTEXT context, LPCVOID memory);
    LONG(WINAPI *introduce_card_type)
    (SCARDCONTEXT context, LPCWSTR name, LPCGUID provider, LPCGUID interfaces, DWORD count, LPCBYTE atr,
     LPCBYTE mask, DWORD atr_size);
    LONG(WINAPI *forget_card_type)(SCARDCONTEXT context, LPCWSTR name);
    LONG(WINAPI *list_cards)
    (SCARDCONTEXT context, LPCBYTE atr, LPCGUID interfaces, DWORD count, LPWSTR names, LPDWORD size);
    LONG(WINAPI *get_provider_id)(SCARDCONTEXT context, LPCWSTR name, LPGUID provider);
    LONG(WINAPI *list_interfaces)(SCARDCONTEXT context, LPCWSTR name, LPGUID interfaces, LPDWORD count);
    LONG(WINAPI *get_provider_name)
    (SCARDCONTEXT context, LPCWSTR name, DWORD kind, LPWSTR provider, LPDWORD size);
    LONG(WINAPI *set_provider_name)(SCARDCONTEXT context, LPCWSTR name, DWORD kind, LPCWSTR provider);
    LONG(WINAPI *list_reader_groups)(SCARDCONTEXT context, LPWSTR names, LPDWORD size);
    LONG(WINAPI *list_readers)(SCARDCONTEXT context, LPCWSTR groups, LPWSTR names, LPDWORD size);
    LONG(WINAPI *add_reader_to_group)(SCARDCONTEXT context, LPCWSTR reader, LPCWSTR group);
    LONG(WINAPI *remove_reader_from_group)(SCARDCONTEXT context, LPCWSTR reader, LPCWSTR group);
    LONG(WINAPI *forget_reader_group)(SCARDCONTEXT context, LPCWSTR group);
};

/*
 * The system's table, kept for the life of the process. NULL: there is no such library, or it has no card
 * database; the next call tries again.
 */
const struct carddb_winscard_api *carddb_winscard_api_load(void);

/*
 * carddb_winscard_open() with the functions to use, which must outlive the database; NULL: the system's,
 * loaded by the first question. RM_E_NO_MEMORY.
 */
rm_status carddb_winscard_open_with(const struct carddb_winscard_api *api, struct carddb **out);

#endif
