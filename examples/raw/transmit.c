/*
 * transmit.c over PC/SC's own calls: what ../transmit.c does, with the T=0 of the terminal's side (61xx) by
 * hand. scripts/compare-lines.py counts both.
 */
#include <stdio.h>
#include <string.h>

#include <winscard.h>

/* The first reader with a card; the name is in `names`. */
static const char *first_with_card(SCARDCONTEXT context, char *names, DWORD size) {
    if (SCardListReaders(context, NULL, names, &size) != SCARD_S_SUCCESS)
        return "";
    const char *name = names;
    for (; *name; name += strlen(name) + 1) {
        SCARD_READERSTATE state = {.szReader = name};
        if (SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS &&
            (state.dwEventState & SCARD_STATE_PRESENT))
            break;
    }
    return name;
}

/* One command and its whole answer. */
static LONG exchange(SCARDHANDLE card, DWORD protocol, const BYTE *command, DWORD size, BYTE *reply,
                     DWORD *count) {
    const SCARD_IO_REQUEST *request = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    BYTE get_response[] = {0x00, 0xC0, 0x00, 0x00, 0x00};
    const DWORD room = *count;
    LONG status = SCardTransmit(card, request, command, size, NULL, reply, count);
    DWORD done = 0;
    while (status == SCARD_S_SUCCESS && *count - done >= 2 && reply[*count - 2] == 0x61) {
        done = *count - 2;
        get_response[4] = reply[*count - 1];
        *count = room - done;
        status = SCardTransmit(card, request, get_response, sizeof get_response, NULL, reply + done, count);
        *count += done;
    }
    return status;
}

static LONG send(SCARDHANDLE card, DWORD protocol, const BYTE *command, DWORD size) {
    BYTE reply[258];
    DWORD count = sizeof reply;
    LONG status = exchange(card, protocol, command, size, reply, &count);
    for (DWORD i = 0; status == SCARD_S_SUCCESS && i < count; ++i)
        printf("%02X%s", reply[i], i + 1 < count ? " " : "\n");
    return status;
}

int main(int argc, char **argv) {
    static const BYTE select[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x00, 0x02, 0x00};
    static const BYTE read[] = {0x00, 0xB0, 0x00, 0x00, 24};
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    char names[4096] = "";
    LONG status = SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context);
    if (status == SCARD_S_SUCCESS) {
        const char *reader = argc > 1 ? argv[1] : first_with_card(context, names, sizeof names);
        status = SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                              &card, &protocol);
    }
    if (status == SCARD_S_SUCCESS)
        status = SCardBeginTransaction(card);
    if (status == SCARD_S_SUCCESS) {
        const DWORD le = protocol == SCARD_PROTOCOL_T0 ? 1 : 0; /* T=0 has no Le behind data */
        status = send(card, protocol, select, sizeof select - le);
        if (status == SCARD_S_SUCCESS)
            status = send(card, protocol, read, sizeof read);
        SCardEndTransaction(card, SCARD_LEAVE_CARD);
    }
    if (card)
        SCardDisconnect(card, SCARD_LEAVE_CARD);
    SCardReleaseContext(context);
    if (status != SCARD_S_SUCCESS)
        fprintf(stderr, "transmit: %s\n", pcsc_stringify_error(status));
    return status != SCARD_S_SUCCESS;
}
