/* The calls of scardssp_card.h that a program needs besides opening a card and sending commands. */
#include <string.h>

#include "scardssp_card.h"

#include "calls.h"

static void get_reader(void) {
    struct scardssp_card *card = NULL;
    char name[SCARDSSP_READER_MAX];
    size_t size = sizeof name;
    EXPECT(scardssp_open(NULL, &card) == S_OK);
    EXPECT(scardssp_get_reader(card, name, &size) == S_OK);
    EXPECT(size == strlen(name) + 1);
    scardssp_close(card);
}

static void get_atr(void) {
    struct scardssp_card *card = NULL;
    uint8_t atr[33];
    char text[256];
    size_t size = sizeof atr;
    EXPECT(scardssp_open("Simulated Reader 00", &card) == S_OK);
    EXPECT(scardssp_get_atr(card, atr, &size) == S_OK);
    EXPECT(size >= 2 && scardssp_atr_text(atr, size, text, sizeof text) > 0);
    scardssp_close(card);
}

static void set_timeout(void) {
    struct scardssp_card *card = NULL;
    EXPECT(scardssp_open(NULL, &card) == S_OK);
    EXPECT(scardssp_set_timeout(card, 5000) == S_OK); /* five seconds for other programs, not thirty */
    scardssp_close(card);
}

/* From another thread, say of a window that is closed; what waits for this card then returns. */
static void cancel(void) {
    struct scardssp_card *card = NULL;
    EXPECT(scardssp_open(NULL, &card) == S_OK);
    EXPECT(scardssp_cancel(card) == S_OK);
    scardssp_close(card);
}

/* What the card has to know before it is of use; called again whenever somebody has reset it. */
static int32_t select_file(struct scardssp_card *card, void *user) {
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x02};
    uint8_t reply[2];
    size_t size = sizeof reply;
    (void)user;
    return scardssp_transmit(card, select, sizeof select, reply, &size);
}

static void preparation(void) {
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 0x05};
    struct scardssp_card *card = NULL;
    uint8_t reply[SCARDSSP_REPLY_MAX];
    size_t size = sizeof reply;
    EXPECT(scardssp_open(NULL, &card) == S_OK);
    const scardssp_preparation prepare = select_file;
    EXPECT(scardssp_prepare(card, prepare, NULL) == S_OK);
    EXPECT(scardssp_transmit(card, read, sizeof read, reply, &size) == S_OK && size == 7);
    scardssp_close(card);
}

const struct call card_calls[] = {{"scardssp_get_reader", get_reader},   {"scardssp_get_atr", get_atr},
                                  {"scardssp_set_timeout", set_timeout}, {"scardssp_cancel", cancel},
                                  {"scardssp_preparation", preparation}, {NULL, NULL}};
