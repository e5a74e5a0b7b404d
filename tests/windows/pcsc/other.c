/*
 * A program that knows nothing of this project and uses winscard.dll itself: other.exe COMMAND [READER].
 * Prints the code of each call in hex; the exit status is 0 when all succeeded. stage.py runs it as the other
 * program of the tests.
 *   context          establishes a context and releases it
 *   readers          names of all readers
 *   reset READER     connects, resets the card, leaves
 *   unpower READER   connects, takes the card's power when leaving
 */
#include <windows.h>
#include <winscard.h>

#include <stdio.h>
#include <string.h>

#define NAMES_ROOM 1000

static BOOL show(const char *call, LONG code) {
    printf("%s 0x%08lX\n", call, (unsigned long)code);
    return code == SCARD_S_SUCCESS;
}

static BOOL list(SCARDCONTEXT context) {
    char names[NAMES_ROOM] = "";
    DWORD size = NAMES_ROOM;
    if (!show("SCardListReaders", SCardListReadersA(context, NULL, names, &size)))
        return FALSE;
    for (const char *name = names; *name; name += strlen(name) + 1)
        printf("%s\n", name);
    return TRUE;
}

static BOOL touch(SCARDCONTEXT context, const char *reader, BOOL unpower) {
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    if (!show("SCardConnect",
              SCardConnectA(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_Tx, &card, &protocol)))
        return FALSE;
    const BOOL fine = unpower || show("SCardReconnect", SCardReconnect(card, SCARD_SHARE_SHARED, protocol,
                                                                       SCARD_RESET_CARD, &protocol));
    return show("SCardDisconnect", SCardDisconnect(card, unpower ? SCARD_UNPOWER_CARD : SCARD_LEAVE_CARD)) &&
           fine;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    SCARDCONTEXT context = 0;
    if (!show("SCardEstablishContext", SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context)))
        return 1;
    BOOL fine = FALSE;
    if (strcmp(command, "context") == 0)
        fine = TRUE;
    else if (strcmp(command, "readers") == 0)
        fine = list(context);
    else if (argc > 2 && (strcmp(command, "reset") == 0 || strcmp(command, "unpower") == 0))
        fine = touch(context, argv[2], strcmp(command, "unpower") == 0);
    return show("SCardReleaseContext", SCardReleaseContext(context)) && fine ? 0 : 1;
}
