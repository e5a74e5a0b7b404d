/*
 * transmit.c: selects a file and reads it, bytes in and bytes out, in plain C. raw/transmit.c does the same
 * over PC/SC's own calls.
 *
 *   transmit [READER]      without a name: the first reader with a card
 *
 * What the card announces (61xx) is fetched, and no other program comes in between the two commands.
 */
#include <stdio.h>

#include "scardssp_card.h"

static int32_t send(struct scardssp_card *card, const uint8_t *command, size_t size) {
    uint8_t reply[258];
    size_t count = sizeof reply;
    const int32_t status = scardssp_transmit(card, command, size, reply, &count);
    for (size_t i = 0; i < count; ++i)
        printf("%02X%s", reply[i], i + 1 < count ? " " : "\n");
    return status;
}

int main(int argc, char **argv) {
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x00, 0x02, 0x00};
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 24};
    struct scardssp_card *card = NULL;
    int32_t status = scardssp_open(argc > 1 ? argv[1] : NULL, &card);
    if (status >= 0)
        status = scardssp_begin(card);
    if (status >= 0) {
        status = send(card, select, sizeof select);
        if (status >= 0)
            status = send(card, read, sizeof read);
        scardssp_end(card);
    }
    scardssp_close(card);
    if (status < 0)
        fprintf(stderr, "transmit: %s\n", scardssp_status_advice(status));
    return status < 0;
}
