/*
 * survive.c over PC/SC's own calls: what ../survive.c does. scripts/compare-lines.py counts both.
 */
#include <stdio.h>
#include <string.h>

#include <winscard.h>

#define ROUNDS 4
#define TRIES 3
#define PATIENCE_MS 20000u
#define PROTOCOLS (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)

struct connection {
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol;
    char reader[256];
};

/* The first reader with a card. */
static LONG find_reader(struct connection *connection) {
    char names[4096];
    DWORD size = sizeof names;
    LONG status = SCardListReaders(connection->context, NULL, names, &size);
    for (const char *name = names; status == SCARD_S_SUCCESS && *name; name += strlen(name) + 1) {
        SCARD_READERSTATE state = {.szReader = name};
        status = SCardGetStatusChange(connection->context, 0, &state, 1);
        if (status == SCARD_S_SUCCESS && (state.dwEventState & SCARD_STATE_PRESENT)) {
            snprintf(connection->reader, sizeof connection->reader, "%s", name);
            return SCARD_S_SUCCESS;
        }
    }
    return status == SCARD_S_SUCCESS ? SCARD_E_NO_SMARTCARD : status;
}

/* To the reader that is remembered, else to the first one with a card. */
static LONG connect(struct connection *connection) {
    LONG status = SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &connection->context);
    if (status == SCARD_S_SUCCESS && !connection->reader[0])
        status = find_reader(connection);
    if (status == SCARD_S_SUCCESS)
        status = SCardConnect(connection->context, connection->reader, SCARD_SHARE_SHARED, PROTOCOLS,
                              &connection->card, &connection->protocol);
    return status;
}

static void disconnect(struct connection *connection) {
    if (connection->card)
        SCardDisconnect(connection->card, SCARD_LEAVE_CARD);
    if (connection->context)
        SCardReleaseContext(connection->context);
    connection->card = 0;
    connection->context = 0;
}

static LONG transmit(const struct connection *connection, const BYTE *command, DWORD size, BYTE *reply,
                     DWORD room) {
    const SCARD_IO_REQUEST *request = connection->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    return SCardTransmit(connection->card, request, command, size, NULL, reply, &room);
}

/* What the card must know before it can be read; in another program perhaps a PIN. */
static LONG prepare(const struct connection *connection) {
    static const BYTE select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x02};
    BYTE reply[2];
    return transmit(connection, select, sizeof select, reply, sizeof reply);
}

/* Waits until the reader has a card, or the service says that it has no such reader. */
static void wait_for_card(const struct connection *connection) {
    SCARD_READERSTATE state = {.szReader = connection->reader};
    while (SCardGetStatusChange(connection->context, PATIENCE_MS, &state, 1) == SCARD_S_SUCCESS &&
           !(state.dwEventState & SCARD_STATE_PRESENT))
        state.dwCurrentState = state.dwEventState;
}

/* On the old handle where the service still knows it, else by the reader's name in a new context. */
static LONG reconnect(struct connection *connection) {
    LONG status = SCardReconnect(connection->card, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_LEAVE_CARD,
                                 &connection->protocol);
    if (status == SCARD_S_SUCCESS)
        return status;
    disconnect(connection);
    return connect(connection);
}

/* Connects again, prepares and reads, with no other program in between. */
static LONG read_again(struct connection *connection, const BYTE *read, DWORD size, BYTE *reply, DWORD room) {
    LONG status = reconnect(connection);
    if (status == SCARD_S_SUCCESS)
        status = SCardBeginTransaction(connection->card);
    if (status != SCARD_S_SUCCESS)
        return status;
    status = prepare(connection);
    if (status == SCARD_S_SUCCESS)
        status = transmit(connection, read, size, reply, room);
    SCardEndTransaction(connection->card, SCARD_LEAVE_CARD);
    return status;
}

static LONG read_surely(struct connection *connection, BYTE *reply, DWORD room) {
    static const BYTE read[] = {0x00, 0xB0, 0x00, 0x00, 5};
    LONG status = transmit(connection, read, sizeof read, reply, room);
    for (int i = 0; i < TRIES && status != SCARD_S_SUCCESS; ++i) {
        if (status != SCARD_W_RESET_CARD)
            wait_for_card(connection);
        status = read_again(connection, read, sizeof read, reply, room);
    }
    return status;
}

int main(int argc, char **argv) {
    struct connection card = {0}, other = {0};
    BYTE reply[7] = {0};
    if (argc > 1)
        snprintf(card.reader, sizeof card.reader, "%s", argv[1]);
    LONG status = connect(&card);
    if (status == SCARD_S_SUCCESS)
        status = prepare(&card);
    memcpy(other.reader, card.reader, sizeof other.reader);
    if (status == SCARD_S_SUCCESS)
        status = connect(&other);
    for (int round = 1; round <= ROUNDS && status == SCARD_S_SUCCESS; ++round) {
        if (round % 2 == 0)
            status =
                SCardReconnect(other.card, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_RESET_CARD, &other.protocol);
        if (status == SCARD_S_SUCCESS)
            status = read_surely(&card, reply, sizeof reply);
        if (status == SCARD_S_SUCCESS)
            printf("%d: %.5s %02X%02X\n", round, (const char *)reply, reply[5], reply[6]);
    }
    disconnect(&other);
    disconnect(&card);
    if (status != SCARD_S_SUCCESS)
        fprintf(stderr, "survive: %s\n", pcsc_stringify_error(status));
    return status != SCARD_S_SUCCESS;
}
