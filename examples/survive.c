/*
 * survive.c: reads a file, whatever becomes of the card meanwhile: another program resets it, it is taken out
 * and put back, its reader is unplugged, the service restarted. In plain C. raw/survive.c does the same over
 * PC/SC's own calls.
 *
 *   survive [READER]       without a name: the first reader with a card
 *
 * The other program is played by a second connection, which resets the card before every second reading.
 */
#include <stdio.h>

#include "scardssp_card.h"

#define ROUNDS 4
#define TRIES 3
#define PATIENCE_MS 20000u

/* What the card must know before it can be read; in another program perhaps a PIN. */
static int32_t prepare(struct scardssp_card *card, void *user) {
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x02};
    uint8_t reply[2];
    size_t size = sizeof reply;
    (void)user;
    return scardssp_transmit(card, select, sizeof select, reply, &size);
}

/* Resets are the library's business; after anything worse the card is waited for and connected to anew. */
static int32_t read_surely(struct scardssp_card *card, uint8_t *reply, size_t room) {
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 5};
    char reader[SCARDSSP_READER_MAX];
    size_t size = room;
    int32_t status = scardssp_transmit(card, read, sizeof read, reply, &size);
    for (int i = 0; i < TRIES && status < 0; ++i) {
        scardssp_wait(NULL, PATIENCE_MS, reader, sizeof reader);
        status = scardssp_reattach(card, SCARDSSP_KEEP);
        size = room;
        if (status >= 0)
            status = scardssp_transmit(card, read, sizeof read, reply, &size);
    }
    return status;
}

int main(int argc, char **argv) {
    struct scardssp_card *card = NULL, *other = NULL;
    uint8_t reply[7] = {0};
    int32_t status = scardssp_open(argc > 1 ? argv[1] : NULL, &card);
    if (status >= 0)
        status = scardssp_prepare(card, prepare, NULL);
    if (status >= 0)
        status = scardssp_open(argc > 1 ? argv[1] : NULL, &other);
    for (int round = 1; round <= ROUNDS && status >= 0; ++round) {
        if (round % 2 == 0)
            status = scardssp_reattach(other, SCARDSSP_RESET);
        if (status >= 0)
            status = read_surely(card, reply, sizeof reply);
        if (status >= 0)
            printf("%d: %.5s %02X%02X\n", round, (const char *)reply, reply[5], reply[6]);
    }
    scardssp_close(other);
    scardssp_close(card);
    if (status < 0)
        fprintf(stderr, "survive: %s\n", scardssp_status_advice(status));
    return status < 0;
}
