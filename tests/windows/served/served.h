/*
 * What the programs here know: the real scardssp.dll, which nobody has registered, and the winscard.dll that
 * it finds in the system's folder (service.c), as another program calls that.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_SERVED_SERVED_H
#define SCARDSSP_TESTS_WINDOWS_SERVED_SERVED_H

#include <scardssp.h>

#include <stdbool.h>

#include <winscard.h>

#define SERVED_READER L"Lecteur \u00E0 puce \U0001F600 00" /* with the demo card */

/* Functions of winscard.dll, and what can be said to the service behind it (support/fakes/winscard.h). */
struct served {
    LONG(WINAPI *establish)(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context);
    LONG(WINAPI *release)(SCARDCONTEXT context);
    LONG(WINAPI *connect)
    (SCARDCONTEXT context, LPCWSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card,
     LPDWORD protocol);
    LONG(WINAPI *disconnect)(SCARDHANDLE card, DWORD disposition);
    LONG(WINAPI *begin)(SCARDHANDLE card);
    LONG(WINAPI *end)(SCARDHANDLE card, DWORD disposition);
    void (*script)(int call, LONG first, LONG second);
    unsigned (*count)(int call);
    unsigned (*contexts)(void);
    void (*restart)(void);
    bool (*insert)(const char *image); /* another card; "demo": the one that it starts with */
};

/* They, loaded at the first call. NULL: they are not there, which is not the system that the test is for. */
const struct served *served(void);

/* A new object of scardssp.dll's; NULL: it cannot be made. */
void *served_make(REFCLSID clsid, REFIID iid);

/* A card object that is attached to the reader, shared. NULL: it cannot be had. */
ISCard *served_card(void);

/* Another program's connection to the card, shared, for the life of the process; 0: it cannot be had. */
SCARDHANDLE served_other(void);

/*
 * A search for the demo card, by a public list of ATRs that is made here; it waits for a minute. NULL: it
 * cannot be set up.
 */
ISCardLocate *served_locate(void);

#endif
