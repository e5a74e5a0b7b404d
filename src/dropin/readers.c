/* PC/SC's calls for the lists of readers and of groups of readers. */
#include <string.h>

#include <winscard.h>

#include "dropin/client.h"
#include "dropin/room.h"
#include "pcsclite/map.h"

/* WinSCard's word for "no group"; pcsc-lite does not list it. */
#define NO_GROUP "SCard$AllReaders"

/* The closing NUL of a list that has nothing else, too. */
static LONG hand_over(const struct names *names, LPSTR list, LPDWORD size) {
    const char *bytes = names->size ? names->list : "";
    const size_t count = names->size ? names->size : 1;
    return room_fill(list, *size, size, bytes, count, ROOM_WHOLE);
}

/* Groups have no members here, as pcsc-lite has it: every reader is listed whatever is asked for. */
LONG SCardListReaders(SCARDCONTEXT hContext, LPCSTR mszGroups, LPSTR mszReaders, LPDWORD pcchReaders) {
    struct names names = {0};
    (void)mszGroups;
    if (!pcchReaders)
        return SCARD_E_INVALID_PARAMETER;
    struct client *client = client_enter(hContext);
    if (!client)
        return SCARD_E_INVALID_HANDLE;
    LONG result = pcsc_status_to(rm_list_readers(client->calls, RM_WITHIN(RM_INFINITE), &names));
    if (result == SCARD_S_SUCCESS && names_count(&names) == 0) {
        *pcchReaders = 1;
        result = SCARD_E_NO_READERS_AVAILABLE;
    }
    if (result == SCARD_S_SUCCESS)
        result = hand_over(&names, mszReaders, pcchReaders);
    names_clear(&names);
    client_leave(client);
    return result;
}

/* Whatever the resource manager has, but NO_GROUP. */
static rm_status list_groups(struct rm_context *context, struct names *out) {
    struct names all = {0};
    rm_status status = rm_list_groups(context, RM_WITHIN(RM_INFINITE), &all);
    for (const char *name = NULL; status == RM_OK && (name = names_next(&all, name)) != NULL;)
        if (strcmp(name, NO_GROUP) != 0 && !names_add(out, name, strlen(name)))
            status = RM_E_NO_MEMORY;
    names_clear(&all);
    return status;
}

LONG SCardListReaderGroups(SCARDCONTEXT hContext, LPSTR mszGroups, LPDWORD pcchGroups) {
    struct names names = {0};
    if (!pcchGroups)
        return SCARD_E_INVALID_PARAMETER;
    struct client *client = client_enter(hContext);
    if (!client)
        return SCARD_E_INVALID_HANDLE;
    LONG result = pcsc_status_to(list_groups(client->calls, &names));
    if (result == SCARD_S_SUCCESS)
        result = hand_over(&names, mszGroups, pcchGroups);
    names_clear(&names);
    client_leave(client);
    return result;
}
