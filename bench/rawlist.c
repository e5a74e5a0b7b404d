/*
 * A program that asks for the readers and what is in them by the PC/SC library's own calls, and prints
 * nothing: what a list costs whoever makes it. For processes.c.
 */
#include <string.h>
#include <winscard.h>

#define READERS_MAX 16

int main(void) {
    SCARDCONTEXT context = 0;
    SCARD_READERSTATE states[READERS_MAX];
    char names[READERS_MAX * 128];
    DWORD size = sizeof names, count = 0;
    memset(states, 0, sizeof states);
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    LONG status = SCardListReaders(context, NULL, names, &size);
    for (const char *name = names; status == SCARD_S_SUCCESS && *name && count < READERS_MAX;
         name += strlen(name) + 1)
        states[count++].szReader = name;
    if (status == SCARD_S_SUCCESS)
        status = SCardGetStatusChange(context, 0, states, count);
    SCardReleaseContext(context);
    return status == SCARD_S_SUCCESS ? 0 : 1;
}
