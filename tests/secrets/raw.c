/*
 * A program that shows a PIN to a card by PC/SC's own calls, over our library in the place of libpcsclite:
 * see actor.c. The card is in the first reader.
 */
#include <string.h>

#include <winscard.h>

#include "given.h"

#define ROOM (5 + GIVEN_SIZE)
#define READERS_ROOM 1000

static void act(SCARDHANDLE card, DWORD protocol, const char *name, const uint8_t head[4],
                const uint8_t *value) {
    const SCARD_IO_REQUEST *const pci = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    uint8_t command[ROOM], reply[258];
    volatile uint8_t *const bytes = command;
    DWORD size = sizeof reply;
    memcpy(command, head, 4);
    command[4] = GIVEN_SIZE;
    memcpy(command + 5, value, GIVEN_SIZE);
    const LONG status = SCardTransmit(card, pci, command, ROOM, NULL, reply, &size);
    for (size_t i = 0; i < ROOM; ++i)
        bytes[i] = 0;
    given_tell(name, status == SCARD_S_SUCCESS && size >= 2 ? (uint32_t)reply[size - 2] << 8 | reply[size - 1]
                                                            : (uint32_t)status);
}

int main(void) {
    static struct given given;
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0, room = READERS_ROOM;
    char readers[READERS_ROOM];
    if (!given_read(&given))
        return 2;
    given_look("given");
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS ||
        SCardListReaders(context, NULL, readers, &room) != SCARD_S_SUCCESS ||
        SCardConnect(context, readers, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card,
                     &protocol) != SCARD_S_SUCCESS)
        return 1;
    act(card, protocol, "VERIFY", (const uint8_t[]){0x00, 0x20, 0x00, 0x01}, given.pin);
    act(card, protocol, "LOAD KEYS", (const uint8_t[]){0xFF, 0x82, 0x00, 0x00}, given.key);
    given_wipe(&given);
    given_look("objects");
    (void)SCardDisconnect(card, SCARD_LEAVE_CARD);
    (void)SCardReleaseContext(context);
    given_look("nothing");
    return 0;
}
