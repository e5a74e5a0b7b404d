/*
 * readers.c over PC/SC's own calls: what ../readers.c does. scripts/compare-lines.py counts both.
 */
#include <stdio.h>
#include <string.h>

#include <winscard.h>

int main(void) {
    SCARDCONTEXT context = 0;
    char names[4096] = "";
    DWORD size = sizeof names;
    LONG status = SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context);
    if (status == SCARD_S_SUCCESS)
        status = SCardListReaders(context, NULL, names, &size);
    if (status == SCARD_E_NO_READERS_AVAILABLE)
        status = SCARD_S_SUCCESS;
    for (const char *name = names; status == SCARD_S_SUCCESS && *name; name += strlen(name) + 1) {
        SCARD_READERSTATE state = {.szReader = name};
        status = SCardGetStatusChange(context, 0, &state, 1);
        printf("%s:", name);
        for (DWORD i = 0; i < state.cbAtr; ++i)
            printf(" %02X", state.rgbAtr[i]);
        printf("%s\n", state.cbAtr ? "" : " no card");
    }
    SCardReleaseContext(context);
    if (status != SCARD_S_SUCCESS)
        fprintf(stderr, "readers: %s\n", pcsc_stringify_error(status));
    return status != SCARD_S_SUCCESS;
}
